import Evidence
import Testing

@testable import Correlation

@Suite struct `Entities of the traffic` {
  private func records(_ activities: [Activity]) -> [EntityRecord] {
    records(Directory(), activities)
  }

  private func records(_ directory: Directory, _ activities: [Activity]) -> [EntityRecord] {
    var correlator = Correlator(directory: directory)
    for activity in activities {
      var attributed = activity
      correlator.attribute(&attributed)
      correlator.learn(attributed)
    }
    return correlator.records()
  }

  private func find(
    _ kind: EntityRecord.Kind, _ name: String, in records: [EntityRecord]
  ) -> EntityRecord? {
    records.first { $0.kind == kind && $0.name.lowercased() == name.lowercased() }
  }

  @Test func `a user with computers, services, logons and failures`() throws {
    let all = records([
      Samples.logon("WS03$", from: Samples.workstation),
      Samples.failedLogon("alice", from: Samples.workstation, at: Samples.at(10)),
      Samples.logon("alice", from: Samples.workstation, at: Samples.at(20)),
      Samples.serviceTicket(
        "alice", "cifs/fs1.alpine.test", from: Samples.workstation, at: Samples.at(30)),
    ])
    let alice = try #require(find(.user, "alice", in: all))
    #expect(alice.domain == "alpine.test")
    #expect(alice.peers.map(\.name) == ["WS03"])
    #expect(alice.resources.map(\.name) == ["cifs/fs1.alpine.test"])
    #expect(alice.logonCount == 1)
    #expect(alice.failureCount == 1)
    #expect(alice.firstSeen == Samples.at(10))
    #expect(alice.lastSeen == Samples.at(30))
    let computer = try #require(find(.computer, "WS03", in: all))
    #expect(computer.peers.map(\.name) == ["alice"])
    #expect(computer.addresses.map(\.address) == [Samples.workstation])
    #expect(alice.peers.first?.id == computer.id)
  }

  @Test func `a machine account is its computer and no user`() {
    let all = records([Samples.logon("WS03$", from: Samples.workstation)])
    #expect(all.filter { $0.kind == .user }.isEmpty)
    #expect(all.filter { $0.kind == .computer }.count == 1)
  }

  @Test func `an address that no evidence names is an entity of its own`() throws {
    let all = records([Samples.logon("alice", from: Samples.attacker)])
    let address = try #require(find(.address, "10.0.5.66", in: all))
    #expect(address.peers.map(\.name) == ["alice"])
  }

  @Test func `names that a controller does not know make no entities`() {
    let all = records(
      (0..<50).map { Samples.failedLogon("x\($0)", from: Samples.attacker, code: 6) })
    #expect(all.filter { $0.kind == .user }.isEmpty)
  }

  @Test func `P15: realm and NetBIOS domain are one domain where evidence joins them`() {
    let all = records([
      Samples.logon("alice", from: Samples.workstation),
      Samples.ntlm(
        "ALICE", workstation: "WS03", from: Samples.workstation, server: "dc1.alpine.test"),
    ])
    #expect(all.filter { $0.kind == .user }.count == 1)
  }

  @Test func `P12: equal names in two domains are two users`() {
    var other = Samples.logon("alice", from: Samples.workstation)
    other.account = AccountName(name: "alice", domain: "OTHER.TEST")
    let all = records(
      Samples.directory, [Samples.logon("alice", from: Samples.workstation), other])
    let users = all.filter { $0.kind == .user }
    #expect(users.count == 2)
    #expect(users.compactMap(\.sid) == ["S-1-5-21-1-2-3-1201"])
  }

  @Test func `P23: a domain beside the directory's is external`() throws {
    let all = records(Samples.directory, [Samples.logon("alice", from: Samples.workstation)])
    let own = try #require(find(.domain, "alpine.test", in: all))
    #expect(!own.traits.contains("external"))
    var foreign = Samples.logon("bob", from: Samples.workstation)
    if case .kerberosAS(var exchange) = foreign.detail {
      exchange.realm = "OTHER.TEST"
      foreign.detail = .kerberosAS(exchange)
    }
    let both = records(Samples.directory, [foreign])
    let other = try #require(find(.domain, "other.test", in: both))
    #expect(other.traits.contains("external"))
  }

  @Test func `local accounts and services' identities are no users of the domain`() {
    var local = Samples.ntlm(
      "admin", workstation: "", from: Samples.workstation, server: "fs1.alpine.test")
    if case .ntlm(var logon) = local.detail {
      logon.domain = "FS1"
      local.detail = .ntlm(logon)
    }
    var system = Samples.ntlm("SYSTEM", workstation: "", from: Samples.workstation)
    system.account = AccountName(name: "SYSTEM", domain: "NT AUTHORITY")
    let anonymous = Samples.ntlm("", workstation: "", from: Samples.workstation)
    #expect(records([local, system, anonymous]).filter { $0.kind == .user }.isEmpty)
  }

  @Test func `P2: a renamed account stays one entity with both names, by its SID`() throws {
    let before = records(Samples.directory, [Samples.logon("alice", from: Samples.workstation)])
    var renamed = Samples.entry(.user, "alice.baker", rid: 1201)
    renamed.userPrincipalName = "alice.baker@alpine.test"
    let after = records(
      Directory(entries: [renamed]),
      [Samples.logon("alice.baker", from: Samples.workstation, at: Samples.at(86_400))])
    var alice = try #require(find(.user, "alice", in: before))
    let later = try #require(find(.user, "alice.baker", in: after))
    #expect(alice.id == later.id)
    alice.merge(later)
    #expect(alice.names.map(\.name) == ["alice", "alice.baker"])
    #expect(alice.name == "alice.baker")
  }

  @Test func `P22: an account made again under an old name is another entity`() throws {
    let before = records(Samples.directory, [Samples.logon("alice", from: Samples.workstation)])
    let again = Directory(entries: [Samples.entry(.user, "alice", rid: 2000)])
    let after = records(again, [Samples.logon("alice", from: Samples.workstation)])
    #expect(find(.user, "alice", in: before)?.id != find(.user, "alice", in: after)?.id)
  }

  @Test func `an entity whose SID becomes known names its former identity`() throws {
    let before = records([Samples.logon("alice", from: Samples.workstation)])
    let after = records(Samples.directory, [Samples.logon("alice", from: Samples.workstation)])
    let unresolved = try #require(find(.user, "alice", in: before))
    let resolved = try #require(find(.user, "alice", in: after))
    #expect(resolved.formerIDs == [unresolved.id])
  }

  @Test func `an address that changes hands has the users of each time`() throws {
    let all = records([
      Samples.logon("WS03$", from: Samples.workstation),
      Samples.logon("alice", from: Samples.workstation, at: Samples.at(10)),
      Samples.logon("WS04$", from: Samples.workstation, at: Samples.at(7200)),
      Samples.logon("bob", from: Samples.workstation, at: Samples.at(7210)),
    ])
    let first = try #require(find(.computer, "WS03", in: all))
    let second = try #require(find(.computer, "WS04", in: all))
    #expect(first.peers.map(\.name) == ["alice"])
    #expect(second.peers.map(\.name) == ["bob"])
  }

  @Test func `the same activities give the same records, and merging them again changes nothing`() {
    let activities = [
      Samples.logon("WS03$", from: Samples.workstation),
      Samples.logon("alice", from: Samples.workstation, at: Samples.at(20)),
      Samples.answer("ws03.alpine.test", Samples.workstation, at: Samples.at(30)),
      Samples.ntlm(
        "alice", workstation: "WS03", from: Samples.workstation, server: "dc1.alpine.test",
        at: Samples.at(40)),
    ]
    let once = records(Samples.directory, activities)
    let again = records(Samples.directory, activities)
    #expect(once == again)
    for (record, other) in zip(once, again) {
      var merged = record
      merged.merge(other)
      #expect(merged == record)
    }
  }

  @Test func `a controller's record says so`() throws {
    let all = records(
      Samples.directory,
      [
        Samples.failedLogon("alice", from: Samples.workstation),
        Samples.answer("dc1.alpine.test", Samples.controller),
      ])
    let controller = try #require(find(.computer, "dc1.alpine.test", in: all))
    #expect(controller.traits.contains("controller"))
    #expect(controller.sid == "S-1-5-21-1-2-3-1000")
  }
}
