import Evidence
import Testing

@Suite struct `Directory and knowledge` {
  private func entry(
    _ kind: DirectoryEntry.Kind, _ name: String, rid: UInt32, domain: String = "alpine",
    memberOf: [String] = []
  ) -> DirectoryEntry {
    var entry = DirectoryEntry(
      kind: kind, sid: "S-1-5-21-1-2-3-\(rid)",
      distinguishedName: "CN=\(name),DC=\(domain),DC=test", samAccountName: name)
    entry.memberOf = memberOf.map { "CN=\($0),DC=\(domain),DC=test" }
    return entry
  }

  @Test func `sensitivity goes down through nested groups, and loops end`() {
    let directory = Directory(entries: [
      entry(.group, "Domain Admins", rid: 512, memberOf: ["Inner"]),
      entry(.group, "Outer", rid: 2001, memberOf: ["Domain Admins"]),
      entry(.group, "Inner", rid: 2002, memberOf: ["Outer"]),
      entry(.user, "alice", rid: 1201, memberOf: ["Inner"]),
      entry(.user, "bob", rid: 1202),
    ])
    #expect(directory.sensitivityReason(sid: "S-1-5-21-1-2-3-1201") == "member of Domain Admins")
    #expect(directory.sensitivityReason(sid: "s-1-5-21-1-2-3-1201") == "member of Domain Admins")
    #expect(directory.sensitivityReason(sid: "S-1-5-21-1-2-3-1202") == nil)
    #expect(
      directory.sensitivityReason(sid: "S-1-5-21-1-2-3-512")
        == "default sensitive group Domain Admins")
  }

  @Test func `units are found from the nearest up, escaped commas or not`() {
    var alice = entry(.user, "alice", rid: 1201)
    alice.distinguishedName = "CN=Baker\\, Alice,OU=Finance,ou=People,DC=alpine,DC=test"
    let directory = Directory(
      entries: [alice],
      units: [
        DirectoryUnit(distinguishedName: "OU=People,DC=alpine,DC=test", name: "People"),
        DirectoryUnit(distinguishedName: "OU=Finance,OU=People,DC=alpine,DC=test", name: "Finance"),
      ])
    #expect(directory.units(of: alice).map(\.name) == ["Finance", "People"])
    #expect(DistinguishedName.parent(of: "DC=test") == nil)
  }

  @Test func `flags have their names, and unknown ones their numbers`() {
    #expect(
      AccountFlags.names(of: 0x8040_0200) == [
        "NORMAL_ACCOUNT", "DONT_REQUIRE_PREAUTH", "0x80000000",
      ])
  }

  @Test func `the workspace's honeytokens are found by name and by SID`() {
    var knowledge = Knowledge(directory: Directory(entries: [entry(.user, "decoy", rid: 1777)]))
    knowledge.honeytokens = ["s-1-5-21-1-2-3-1777"]
    #expect(knowledge.isHoneytoken(AccountName(name: "DECOY", domain: "ALPINE.TEST")))
    #expect(!knowledge.isHoneytoken(AccountName(name: "alice", domain: "ALPINE.TEST")))
  }

  @Test(arguments: [
    ("S-1-5-32-544", true), ("S-1-5-32-547", true), ("S-1-5-32-548", true),
    ("S-1-5-32-549", true), ("S-1-5-32-550", true), ("S-1-5-32-551", true),
    ("S-1-5-32-552", true), ("S-1-5-32-556", true), ("S-1-5-32-557", true),
    ("S-1-5-32-555", false), ("S-1-5-21-1-2-3-512", true), ("S-1-5-21-1-2-3-516", true),
    ("S-1-5-21-1-2-3-520", true), ("S-1-5-21-1-2-3-521", true), ("S-1-5-21-1-2-3-498", true),
    ("S-1-5-21-1-2-3-518", true), ("S-1-5-21-1-2-3-519", true), ("S-1-5-21-1-2-3-525", false),
  ])
  func `the default list of sensitive groups is the reference's`(_ sid: String, _ isIn: Bool) {
    #expect((SensitiveGroups.name(ofSID: sid) != nil) == isIn)
  }

  @Test func `the primary group counts as one`() {
    var member = entry(.user, "carol", rid: 1203)
    member.primaryGroupID = 512
    let directory = Directory(entries: [entry(.group, "Domain Admins", rid: 512), member])
    #expect(directory.sensitivityReason(sid: member.sid) == "member of Domain Admins")
    #expect(directory.groups(of: member).map(\.samAccountName) == ["Domain Admins"])
  }

  @Test func `a controller is one by flag or by primary group, and no user is`() {
    var flagged = entry(.computer, "DC1$", rid: 1000)
    flagged.userAccountControl = 0x2000
    var readOnly = entry(.computer, "DC9$", rid: 1009)
    readOnly.primaryGroupID = 521
    var user = entry(.user, "odd", rid: 1300)
    user.primaryGroupID = 516
    #expect(flagged.isController)
    #expect(readOnly.isController)
    #expect(!user.isController)
  }

  @Test func `an account is looked up within its domain`() {
    let knowledge = Knowledge(
      directory: Directory(entries: [
        entry(.user, "alice", rid: 1201), entry(.user, "alice", rid: 9001, domain: "second"),
      ]))
    func sid(_ name: String, _ domain: String) -> String? {
      knowledge.entry(for: AccountName(name: name, domain: domain))?.sid
    }
    #expect(sid("ALICE", "ALPINE.TEST") == "S-1-5-21-1-2-3-1201")
    #expect(sid("alice", "alpine") == "S-1-5-21-1-2-3-1201")
    #expect(sid("alice", "SECOND.TEST") == "S-1-5-21-1-2-3-9001")
    #expect(sid("alice", "OTHER.TEST") == nil)
    #expect(sid("alice", "WORKGROUP") == nil)
  }

  @Test func `a principal name is looked up whole`() {
    var alice = entry(.user, "alice", rid: 1201)
    alice.userPrincipalName = "a.baker@mail.example"
    let knowledge = Knowledge(directory: Directory(entries: [alice]))
    func name(_ text: String) -> String? {
      knowledge.entry(for: AccountName(name: text, domain: "ALPINE.TEST"))?.samAccountName
    }
    #expect(name("A.Baker@mail.example") == "alice")
    #expect(name("alice@alpine.test") == "alice")
    #expect(name("a.baker@alpine.test") == nil)
    #expect(name("alice@mail.example") == nil)
  }

  @Test func `the workspace's word on a group holds for all in it`() {
    var knowledge = Knowledge(
      directory: Directory(entries: [
        entry(.group, "Finance", rid: 2001),
        entry(.user, "alice", rid: 1201, memberOf: ["Finance"]),
      ]))
    knowledge.sensitive = ["finance"]
    let reason = knowledge.sensitivityReason(of: AccountName(name: "alice", domain: "ALPINE"))
    #expect(reason == "member of Finance, named sensitive by the workspace")
  }

  @Test func `domains have one spelling where both names are known`() {
    var domains = DomainNames()
    domains.add(dns: "Alpine.Test.", netbios: "ALPINE")
    #expect(domains.canonical("alpine") == "alpine.test")
    #expect(domains.canonical("ALPINE.TEST") == "alpine.test")
    #expect(domains.canonical("OTHER") == "other")
    #expect(domains.netbiosNames(of: "alpine.test") == ["ALPINE"])
  }

  @Test func `a computer is found by host name, or by account within its domain`() throws {
    var computer = entry(.computer, "WS03$", rid: 1103)
    computer.dnsHostName = "ws03.alpine.test"
    let directory = Directory(entries: [computer])
    func isFound(_ name: String, domain: String? = nil) throws -> Bool {
      directory.computer(try #require(ComputerName(name, domain: domain))) != nil
    }
    #expect(try isFound("WS03.alpine.test"))
    #expect(try isFound("WS03"))
    #expect(try isFound("WS03$", domain: "ALPINE.TEST"))
    #expect(try !isFound("WS03$", domain: "OTHER.TEST"))
    #expect(try !isFound("ws03.other.test"))
  }
}
