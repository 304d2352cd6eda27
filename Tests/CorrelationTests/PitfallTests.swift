import Evidence
import Testing

@testable import Correlation

/// Pitfalls of the reference on entities, section 5.2, that no other suite has.
@Suite struct `Pitfalls of joining` {
  private func records(_ directory: Directory, _ activities: [Activity]) -> [EntityRecord] {
    var correlator = Correlator(directory: directory)
    for activity in activities { correlator.learn(activity) }
    return correlator.records()
  }

  @Test func `P1: a renamed computer is one entity with both names, by its SID`() throws {
    let before = records(Samples.directory, [Samples.logon("WS03$", from: Samples.workstation)])
    let renamed = Directory(entries: [Samples.entry(.computer, "DESK9$", rid: 1103)])
    let after = records(
      renamed, [Samples.logon("DESK9$", from: Samples.workstation, at: Samples.at(86_400))])
    var computer = try #require(before.first { $0.kind == .computer })
    let later = try #require(after.first { $0.kind == .computer })
    #expect(computer.id == later.id)
    computer.merge(later)
    #expect(Set(computer.names.map { $0.name.uppercased() }).isSuperset(of: ["WS03$", "DESK9$"]))
    #expect(computer.name == "desk9.alpine.test")
  }

  @Test func `P8: a managed account and a user with a dollar sign are no computers`() {
    let directory = Directory(entries: [
      Samples.entry(.managedServiceAccount, "gmsa-sql$", rid: 1301),
      Samples.entry(.user, "cash$", rid: 1302),
    ])
    let all = records(
      directory,
      [
        Samples.logon("gmsa-sql$", from: Samples.workstation),
        Samples.logon("cash$", from: Samples.workstation, at: Samples.at(1)),
      ])
    #expect(Set(all.filter { $0.kind == .user }.map(\.name)) == ["gmsa-sql$", "cash$"])
    #expect(!all.contains { $0.kind == .computer && $0.name.lowercased().contains("cash") })
  }

  @Test func `P11: a cloned computer's local SID joins nobody`() {
    var alert = EndpointAlert(id: "x", title: "t", severity: "High", status: "New")
    alert.deviceName = "ws03.alpine.test"
    alert.users = [
      EndpointUser(name: "administrator", domain: "WS03", sid: "S-1-5-21-9-9-9-500")
    ]
    var user = EntityRecord(
      id: "en_a", kind: .user, domain: "alpine.test", name: "administrator",
      firstSeen: Samples.start, lastSeen: Samples.start)
    let matching = Matching(devices: [], alerts: [alert])
    #expect(!matching.user(for: user).isMatched)
    user.sid = "\(Samples.domainSID)-500"
    #expect(!matching.user(for: user).isMatched)
  }

  @Test func `P14: a host name of another suffix than the domain's is the directory's`() {
    var entry = Samples.entry(.computer, "WS03$", rid: 1103)
    entry.dnsHostName = "ws03.corp.example"
    let record = EntityRecord(
      id: "en_a", kind: .computer, domain: "alpine.test", name: "WS03", firstSeen: Samples.start,
      lastSeen: Samples.start)
    var device = Device(id: "a", dnsName: "ws03.corp.example")
    device.lastSeen = Samples.start
    let matching = Matching(devices: [device], alerts: [])
    #expect(matching.device(for: record, entry: entry).agreed.contains(.hostName))
    #expect(matching.device(for: record).state != .matched)
  }
}
