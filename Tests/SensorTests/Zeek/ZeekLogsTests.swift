import Sensor
import Testing

@Suite struct `Zeek's logs` {
  /// The logs of some lines, by name.
  private func logs(_ lines: String...) -> [String: [[Substring]]] {
    var logs = ZeekLogs()
    logs.take(Array((lines.joined(separator: "\n") + "\n").utf8))
    logs.finish()
    var tables: [String: [[Substring]]] = [:]
    for log in logs.takeText() {
      let text = String(decoding: log.bytes, as: UTF8.self)
      tables[log.name] = text.split(separator: "\n").map {
        $0.split(separator: "\t", omittingEmptySubsequences: false)
      }
    }
    return tables
  }

  private func line(
    _ proto: String, _ time: String, from source: (String, Int), to target: (String, Int),
    _ members: String
  ) -> String {
    #"{"proto":"\#(proto)","frame":1,"ts":"\#(time)","src":"\#(source.0)","sport":\#(source.1),"#
      + #""dst":"\#(target.0)","dport":\#(target.1),"transport":"udp",\#(members)}"#
  }

  private let client = ("10.0.0.5", 50_000)
  private let server = ("10.0.0.1", 53)

  private func question(_ id: Int, _ name: String, at time: String = "1700000000.000000000")
    -> String
  {
    line(
      "dns", time, from: client, to: server,
      #""id":\#(id),"qr":0,"opcode":0,"flags":"0x0100","questions":[{"name":"\#(name)","type":1}]"#)
  }

  @Test func `a question and its answer are one row`() throws {
    let tables = logs(
      question(7, "DC1.alpine.test"),
      line(
        "dns", "1700000000.250000000", from: server, to: client,
        #""id":7,"qr":1,"opcode":0,"rcode":0,"flags":"0x8580","ancount":1,"nscount":0,"arcount":0,"#
          + #""answers":[{"name":"DC1.alpine.test","type":1,"ttl":60,"data":"10.0.0.1"}]"#))
    let rows = try #require(tables["dns"])
    #expect(rows.count == 10)
    #expect(rows[0] == ["#separator \\x09"])
    #expect(rows[4] == ["#path", "dns"])
    #expect(rows[5] == ["#open", "2023-11-14-22-13-20"])
    #expect(rows[6].count == rows[7].count)
    let row = rows[8].dropFirst(2)
    #expect(rows[8][0] == "1700000000.000000")
    #expect(
      Array(row) == [
        "10.0.0.5", "50000", "10.0.0.1", "53", "udp", "7", "0.250000", "dc1.alpine.test", "1",
        "C_INTERNET", "1", "A", "0", "NOERROR", "T", "F", "T", "T", "0", "10.0.0.1", "60.000000",
        "F", "0", "query",
      ])
    #expect(rows[9] == ["#close", "2023-11-14-22-13-20"])
  }

  @Test func `a question without an answer comes at the end, its answer unset`() throws {
    let row = try #require(logs(question(7, "gone.alpine.test"))["dns"])[8]
    #expect(row[8] == "-")
    #expect(row[14...15] == ["-", "-"])
  }

  @Test func `a conversation keeps its identifier, and another has another`() throws {
    let rows = try #require(
      logs(
        question(1, "a"), question(2, "b"), question(3, "c", at: "1700000090.000000000")
      )["dns"])
    #expect(rows[8][1] == rows[9][1])
    #expect(rows[9][1] != rows[10][1])
    #expect(rows[8][1].first == "C")
    #expect(rows[8][1].count == 18)
  }

  @Test func `separators and backslashes of strangers are escaped`() throws {
    let row = try #require(logs(question(1, #"a\tb\\c\u0001"#))["dns"])[8]
    #expect(row[9] == #"a\x09b\\c\x01"#)
  }

  @Test func `an error of a controller answers the request`() throws {
    let rows = try #require(
      logs(
        line(
          "kerberos", "1700000000.000000000", from: client, to: ("10.0.0.1", 88),
          #""msg":"AS-REQ","cname":"mia","realm":"ALPINE.TEST","sname":"krbtgt/ALPINE.TEST","#
            + #""till":"20370913024805Z","kdc_options":"0x40810010","etypes":[18,23]"#),
        line(
          "kerberos", "1700000000.010000000", from: ("10.0.0.1", 88), to: client,
          #""msg":"KRB-ERROR","error_code":24,"realm":"ALPINE.TEST""#)
      )["kerberos"])
    #expect(
      rows[8].dropFirst(6).map(String.init) == [
        "AS", "mia/ALPINE.TEST", "krbtgt/ALPINE.TEST", "F", "KDC_ERR_PREAUTH_FAILED", "-",
        "2136422885.000000", "-", "T", "T", "-", "-", "-", "-", "18,23", "0x40810010",
      ])
  }

  @Test func `a log without rows is absent`() {
    #expect(logs(question(1, "a")).keys.sorted() == ["dns"])
    #expect(logs().isEmpty)
  }

  @Test func `a line that is cut, or no line, is left out`() {
    var logs = ZeekLogs()
    let whole = Array(question(1, "a").utf8)
    for count in 0..<whole.count { logs.take(Array(whole.prefix(count))) }
    logs.finish()
    #expect(logs.takeText().isEmpty)
  }
}
