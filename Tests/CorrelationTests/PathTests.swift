import Evidence
import Testing

@testable import Correlation

@Suite struct `Addresses that several had` {
  private func computer(_ name: String, rid: Int, from: Int64, to: Int64) -> EntityRecord {
    var record = EntityRecord(
      id: "en_\(rid)", kind: .computer, domain: "alpine.test", name: name,
      firstSeen: Samples.at(from), lastSeen: Samples.at(to))
    record.addresses = [
      EntityRecord.AddressInterval(
        address: Samples.workstation, method: .dhcp, certainty: .high, from: Samples.at(from),
        to: Samples.at(to))
    ]
    return record
  }

  @Test func `what was done from an address belongs to who held it then`() {
    let first = computer("ws03.alpine.test", rid: 1, from: 0, to: 1000)
    let second = computer("ws04.alpine.test", rid: 2, from: 1200, to: 3000)
    let both = [first, second]
    func holder(_ seconds: Int64) -> [String] {
      both.filter {
        LateralPaths.holds($0, Samples.workstation, at: Samples.at(seconds), others: both)
      }.map(\.id)
    }
    #expect(holder(900) == ["en_1"])
    #expect(holder(1300) == ["en_2"])
    #expect(holder(9000).isEmpty)
  }

  @Test func `an alert from an address that several had at once is no computer's`() {
    let record = computer("ws03.alpine.test", rid: 1, from: 0, to: 1000)
    var alert = Alert(
      id: "x", detection: "d", title: "t", severity: .high, confidence: 1,
      phase: .lateralMovement, firstSeen: Samples.start, lastSeen: Samples.start)
    for reason in ["several computers share the address", "claims disagree: WS03, WS04"] {
      alert.sources = [Alert.Source(address: Samples.workstation, unresolved: reason)]
      #expect(Involvement.of(record, in: alert) == nil)
    }
    alert.sources = [Alert.Source(address: Samples.workstation, unresolved: "no evidence names it")]
    #expect(Involvement.of(record, in: alert) == .source)
  }
}

@Suite struct `Paths over sessions and rights` {
  private let workstation = Samples.workstation

  private func user(_ name: String, rid: Int, on computers: [EntityRecord]) -> EntityRecord {
    let sid = "\(Samples.domainSID)-\(rid)"
    var record = EntityRecord(
      id: EntityRecord.id(sid: sid), kind: .user, domain: "alpine.test", name: name,
      firstSeen: Samples.start, lastSeen: Samples.start)
    record.sid = sid
    record.peers = computers.map {
      EntityRecord.Link(id: $0.id, name: $0.name, from: Samples.start, to: Samples.start)
    }
    return record
  }

  private func computer(_ name: String, rid: Int, _ address: Address) -> EntityRecord {
    let sid = "\(Samples.domainSID)-\(rid)"
    var record = EntityRecord(
      id: EntityRecord.id(sid: sid), kind: .computer, domain: "alpine.test", name: name,
      firstSeen: Samples.start, lastSeen: Samples.start)
    record.addresses = [
      EntityRecord.AddressInterval(
        address: address, method: .machineLogon, certainty: .high, from: Samples.start,
        to: Samples.start)
    ]
    return record
  }

  private func use(_ name: String, at address: Address) -> LateralPaths.Use {
    LateralPaths.Use(
      account: AccountName(name: name, domain: "alpine.test"), computer: address,
      time: Samples.start, evidence: "share ADMIN$")
  }

  private func paths(
    hours: Int64 = 1, twin: Bool = false
  ) throws -> [[LateralPaths.Step]] {
    let machine = computer("ws03.alpine.test", rid: 1103, workstation)
    var records = [
      machine, user("root-admin", rid: 1202, on: [machine]), user("alice", rid: 1201, on: []),
    ]
    if twin { records.append(computer("ws04.alpine.test", rid: 1104, workstation)) }
    var knowledge = Knowledge(directory: Samples.directory)
    knowledge.domains.add(dns: "alpine.test", netbios: "ALPINE")
    let graph = LateralPaths(
      records: records, uses: [use("alice", at: workstation)], knowledge: knowledge,
      at: Samples.at(hours * 3600))
    let admins = try #require(graph.nodes(named: "Domain Admins").first)
    return graph.paths(to: admins)
  }

  @Test func `go from an administrator over a session to a group`() throws {
    let found = try paths()
    let path = try #require(found.first { $0[0].from.name == "alice" })
    #expect(path.map(\.relation) == [.administrator, .session, .membership])
    #expect(path.map(\.to.name) == ["ws03.alpine.test", "root-admin", "Domain Admins"])
  }

  @Test func `are forgotten 48 hours after their evidence`() throws {
    let lasting = try paths(hours: 48)
    #expect(!lasting.isEmpty)
    let gone = try paths(hours: 49)
    #expect(gone.isEmpty)
  }

  @Test func `take no step over an address that two computers hold at once`() throws {
    let found = try paths(twin: true)
    #expect(!found.contains { $0[0].from.name == "alice" })
  }
}
