import Sensor
import Testing

/// What Zeek's own test suite expects its logs to say of captures, beside what ours say.
@Suite struct `Expectations of Zeek's suite` {
  private struct Case {
    let log: String
    let capture: String
    /// The name of the log.
    let name: String
    /// Columns that differ, and why; each must differ in some row.
    var columns: [String: String] = [:]
    /// Rows of ours that Zeek leaves out, and why.
    var extra: (count: Int, reason: String) = (0, "")
  }

  private static let filterReasons = [
    "filter": "Zeek nests a conjunction of three in twos; ours is RFC 4515 text as it was sent",
    "attributes": "Zeek leaves them out unless told otherwise; ours are the ones asked for",
  ]

  private static let cases = [
    Case(
      log: "zeek_core.ipv6-frag__dns.log", capture: "zeek_ipv6-fragmented-dns.pcap", name: "dns",
      columns: ["answers": "the text of TXT records is not read"]),
    Case(
      log: "zeek_scripts.base.protocols.dns.dynamic-update__dns.log",
      capture: "zeek_dynamic-update.pcap", name: "dns"),
    Case(
      log: "zeek_scripts.base.protocols.krb.kinit__kerberos.log", capture: "zeek_kinit.pcap",
      name: "kerberos",
      columns: [
        "client_cert_fuid": "names a row of Zeek's files log, which is not written",
        "server_cert_fuid": "names a row of Zeek's files log, which is not written",
      ],
      extra: (9, "NEEDED_PREAUTH: Zeek hides what a search for accounts without it leaves behind")),
    Case(
      log: "zeek_scripts.base.protocols.ldap.aduser1__krb.ldap.log", capture: "zeek_aduser1.pcap",
      name: "ldap"),
    Case(
      log: "zeek_scripts.base.protocols.ldap.aduser1__krb.ldap_search.log",
      capture: "zeek_aduser1.pcap", name: "ldap_search", columns: filterReasons),
    Case(
      log: "zeek_scripts.base.protocols.ldap.aduser1__ntlm.ldap.log",
      capture: "zeek_aduser1-ntlm.pcap", name: "ldap"),
    Case(
      log: "zeek_scripts.base.protocols.ldap.aduser1__ntlm.ldap_search.log",
      capture: "zeek_aduser1-ntlm.pcap", name: "ldap_search", columns: filterReasons),
    Case(
      log: "zeek_scripts.base.protocols.smb.smb1-transaction-dcerpc__dce_rpc.log",
      capture: "zeek_dssetup_DsRoleGetPrimaryDomainInformation_standalone_workstation.cap",
      name: "dce_rpc"),
    Case(
      log: "zeek_scripts.base.protocols.tcp.krb-tcp-tso__kerberos.log",
      capture: "zeek_kerberos_tso.pcapng", name: "kerberos"),
  ]

  @Test func `are met, apart from columns that are explained`() throws {
    guard let corpus = Corpus() else { return }
    for expected in Self.cases {
      let theirs = try Table(corpus.text("expectations/" + expected.log))
      var ours = try Table(logs(corpus.folder + expected.capture)[expected.name] ?? "").rows
      var differing: Set<String> = []
      for row in theirs.rows {
        // Zeek's baselines hide the times, and identifiers are each program's own.
        let hidden: Set = ["ts", "uid"]
        let best = ours.indices.min {
          Self.differences(row, ours[$0]).count < Self.differences(row, ours[$1]).count
        }
        guard let best else {
          Issue.record("\(expected.log): no row for \(row)")
          continue
        }
        let columns = Self.differences(row, ours[best]).subtracting(hidden)
        #expect(columns.isSubset(of: expected.columns.keys), "\(expected.log): \(row)")
        differing.formUnion(columns)
        ours.remove(at: best)
      }
      #expect(differing == Set(expected.columns.keys), "\(expected.log): no longer differs")
      #expect(ours.count == expected.extra.count, "\(expected.log): \(ours)")
    }
  }

  private func logs(_ capture: String) throws -> [String: String] {
    var decoder = try Decoder(paths: [capture])
    var logs = ZeekLogs()
    while let lines = try decoder.next() { logs.take(lines) }
    logs.finish()
    return Dictionary(
      uniqueKeysWithValues: logs.takeText().map {
        ($0.name, String(decoding: $0.bytes, as: UTF8.self))
      })
  }

  private static func differences(
    _ theirs: [String: String], _ ours: [String: String]
  ) -> Set<String> {
    Set(theirs.keys.filter { theirs[$0] != ours[$0] })
  }
}

/// A log's rows, each by column.
private struct Table {
  var rows: [[String: String]] = []

  init(_ text: String) {
    var columns: [Substring] = []
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      if fields.first == "#fields" {
        columns = Array(fields.dropFirst())
      } else if !line.hasPrefix("#") {
        rows.append(
          Dictionary(uniqueKeysWithValues: zip(columns, fields).map { (String($0), String($1)) }))
      }
    }
  }
}
