import Evidence
import Testing

@testable import Detections

private let server = Address(ipv4: 0x0A00_0550)

extension Activity.Detail {
  static func netlogon(
    _ opnum: UInt16, _ action: NetlogonOperation.Action, value: UInt64?
  ) -> Activity.Detail {
    var operation = NetlogonOperation(action: action, account: "DC1$", computer: "DC1")
    operation.clientValue = value
    return .rpc(.netlogon, opnum, .netlogon(operation))
  }

  /// An LDAP change of one attribute.
  static func directoryChange(
    _ operation: LDAPChange.Operation, _ object: String, _ attribute: String, _ value: String?,
    _ action: LDAPChange.Action = .replace
  ) -> Activity.Detail {
    var change = LDAPChange(operation: operation, object: object, attributes: [attribute])
    change.values = [
      LDAPChange.Value(
        attribute: attribute, action: action, text: value, byteCount: value?.utf8.count ?? 100)
    ]
    return .ldapChange(change)
  }

  static func samr(_ change: SAMRChange) -> Activity.Detail {
    .rpc(.samr, 50, pipe: "samr", .samrChange(change))
  }
}

@Suite struct `Tries of Zerologon` {
  @Test func `fires on the fifth try with zeros`() throws {
    var traffic = Traffic([Zerologon.self])
    for _ in 0..<4 { traffic.see(.netlogon(4, .challenge, value: 0)) }
    #expect(traffic.alerts.isEmpty)
    traffic.see(.netlogon(26, .authenticate, value: 0), .failure(code: 0xC000_0022))
    let alert = try #require(traffic.alert)
    #expect(alert.severity == .high)
    #expect(alert.targets.contains(Alert.Target(kind: .account, name: "DC1$")))
  }

  @Test func `is silent on its twin: members that open their channel`() {
    var traffic = Traffic([Zerologon.self])
    for round in 0..<20 {
      traffic.see(.netlogon(4, .challenge, value: 77 + UInt64(round)))
      traffic.see(.netlogon(26, .authenticate, value: 99 + UInt64(round)))
    }
    traffic.see(.netlogon(30, .setPassword, value: nil))
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `counts within a minute, and of sealed calls sixty`() {
    var traffic = Traffic([Zerologon.self])
    for _ in 0..<8 {
      traffic.see(.netlogon(4, .challenge, value: 0))
      traffic.wait(.seconds(20))
    }
    for _ in 0..<59 { traffic.see(.rpc(.netlogon, 26, level: 6), to: server) }
    #expect(traffic.alerts.isEmpty)
    traffic.see(.rpc(.netlogon, 26, level: 6), to: server)
    #expect(traffic.alert?.severity == .high)
  }
}

@Suite struct `Shadow controllers` {
  private let site = "CN=WS07,CN=Servers,CN=Site,CN=Sites,CN=Configuration,DC=alpine,DC=test"

  @Test func `fires on the objects of a controller`() {
    var traffic = Traffic([DCShadowPromotion.self])
    traffic.see(.directoryChange(.add, site, "objectClass", "server", .add), as: .mallory)
    #expect(traffic.alert?.severity == .high)
    traffic.see(.rpc(.drsuapi, 17, level: 6), as: .mallory)
    traffic.see(
      .directoryChange(
        .modify, "CN=WS07,CN=Computers,DC=alpine,DC=test", "servicePrincipalName",
        "E3514235-4B06-11D1-AB04-00C04FC2DCD2/6c0d/alpine.test", .add), as: .mallory)
    #expect(traffic.alert?.count == 3)
  }

  @Test func `fires on replication from a stranger, to whom the controller connects back`() {
    var traffic = Traffic([DCShadowReplication.self])
    traffic.see(.rpc(.drsuapi, 5, level: 6), as: .mallory)
    traffic.wait(.seconds(1))
    traffic.see(
      .rpc(.epmapper, 3), from: Traffic.controller, to: Traffic.attacker, as: nil)
    #expect(traffic.alert?.severity == .high)
    #expect(traffic.alert?.sources.map(\.address) == [Traffic.attacker])
    #expect(traffic.alert?.explanation.contains("connected back") == true)
  }

  @Test func `is silent on its twins: controllers, and other writes`() {
    var traffic = Traffic([DCShadowPromotion.self, DCShadowReplication.self])
    traffic.knowledge.controllers.add(server, .answeredKerberos)
    traffic.see(.rpc(.drsuapi, 5, level: 6), from: server)
    traffic.see(.directoryChange(.add, site, "objectClass", "server", .add), from: server)
    traffic.see(.rpc(.drsuapi, 2, level: 6))
    traffic.see(
      .directoryChange(
        .modify, "CN=WS07,CN=Computers,DC=alpine,DC=test", "servicePrincipalName", "HTTP/ws07",
        .add))
    traffic.see(.rpc(.epmapper, 3), from: Traffic.controller, to: Traffic.attacker)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `takes no workstation's word that it is a controller`() {
    var traffic = Traffic([DCShadowReplication.self])
    traffic.name(Traffic.controller, "DC1.alpine.test")
    traffic.knowledge.names.add(
      NameClaim(
        name: "DC1.alpine.test", address: Traffic.attacker, method: .ntlmWorkstation,
        certainty: .medium, from: traffic.time, to: traffic.time.advanced(by: .hours(1))))
    traffic.see(.rpc(.drsuapi, 5, level: 6))
    #expect(traffic.alert != nil)
  }
}

@Suite struct `SID history and cleared logs` {
  @Test func `fires on a history that is written, by replication or LDAP`() {
    var traffic = Traffic([SIDHistoryInjection.self])
    traffic.see(.rpc(.drsuapi, 20, level: 6), as: .mallory)
    traffic.see(
      .directoryChange(.modify, "CN=m,DC=alpine,DC=test", "sIDHistory", nil, .add), as: .mallory)
    #expect(traffic.alert?.severity == .high)
    #expect(traffic.alert?.count == 2)
  }

  @Test func `fires on a cleared log, sealed or not`() {
    var traffic = Traffic([EventLogCleared.self])
    traffic.see(.rpc(.eventService, 6, level: 6), as: .mallory)
    traffic.see(
      .rpc(.eventlog, 0, .eventLog(EventLogOperation(action: .clear, log: "Security"))),
      as: .mallory)
    #expect(traffic.alert?.severity == .high)
    #expect(traffic.alert?.explanation.contains("Security") == true)
  }

  @Test func `is silent on its twins: logs read, other attributes, other calls`() {
    var traffic = Traffic([SIDHistoryInjection.self, EventLogCleared.self])
    traffic.see(.rpc(.eventlog, 7))
    traffic.see(.rpc(.eventService, 11, level: 6))
    traffic.see(.rpc(.drsuapi, 12, level: 6))
    traffic.see(.directoryChange(.modify, "CN=m,DC=alpine,DC=test", "description", "x"))
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is medium where it was refused`() {
    var traffic = Traffic([EventLogCleared.self])
    traffic.see(.rpc(.eventlog, 0, status: 0xC000_0022))
    #expect(traffic.alert?.severity == .medium)
  }
}

@Suite struct `Changes of groups and accounts` {
  private let admins = "CN=Domain Admins,CN=Users,DC=alpine,DC=test"
  private let mallory = "CN=mallory,CN=Users,DC=alpine,DC=test"

  @Test func `fires on a member of Domain Admins, by LDAP and by SAMR`() {
    var traffic = Traffic([SensitiveGroupModification.self])
    traffic.see(.directoryChange(.modify, admins, "member", mallory, .add), as: .mallory)
    #expect(traffic.alert?.severity == .high)
    traffic.see(
      .samr(SAMRChange(action: .addMember, name: nil, rid: 551, member: "S-1-5-21-1-2-3-1104")),
      from: Traffic.client, as: .mallory)
    #expect(traffic.alerts.count == 2)
  }

  @Test func `is silent on its twins: an ordinary group, a member taken out`() {
    var traffic = Traffic([SensitiveGroupModification.self])
    traffic.see(
      .directoryChange(.modify, "CN=Sales,CN=Users,DC=alpine,DC=test", "member", mallory, .add))
    traffic.see(.directoryChange(.modify, admins, "member", mallory, .delete))
    traffic.see(.directoryChange(.modify, admins, "description", "x"))
    traffic.see(.samr(SAMRChange(action: .addMember, name: nil, rid: 1200)))
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is low where it was refused`() {
    var traffic = Traffic([SensitiveGroupModification.self])
    traffic.see(.directoryChange(.modify, admins, "member", mallory, .add), .failure(code: 50))
    #expect(traffic.alert?.severity == .low)
  }

  @Test func `fires on a honeytoken's groups, and on no other's`() {
    var traffic = Traffic([HoneytokenGroupChanged.self])
    traffic.knowledge.honeytokens = ["svc-trap"]
    traffic.see(.directoryChange(.modify, admins, "member", mallory, .add))
    #expect(traffic.alerts.isEmpty)
    traffic.see(
      .directoryChange(
        .modify, admins, "member", "CN=svc-trap,CN=Users,DC=alpine,DC=test", .delete),
      as: .mallory)
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `fires on a controller's host name at another computer`() {
    var traffic = Traffic([DNSHostNameSpoofing.self])
    traffic.name(Traffic.controller, "dc1.alpine.test")
    traffic.see(
      .directoryChange(
        .modify, "CN=EVIL,CN=Computers,DC=alpine,DC=test", "dNSHostName", "dc1.alpine.test"),
      as: .mallory)
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `is silent on its twins: a computer's own host name, or a new one`() {
    var traffic = Traffic([DNSHostNameSpoofing.self])
    traffic.name(Traffic.controller, "dc1.alpine.test")
    let object = "CN=WS03,CN=Computers,DC=alpine,DC=test"
    traffic.see(.directoryChange(.modify, object, "dNSHostName", "ws03.alpine.test"))
    traffic.see(.directoryChange(.modify, object, "dNSHostName", "cluster1.alpine.test"))
    traffic.see(
      .directoryChange(
        .modify, "CN=DC1,OU=Domain Controllers,DC=alpine,DC=test", "dNSHostName",
        "dc1.alpine.test"))
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `fires on a computer that writes who may act towards it, and on no person`() {
    var traffic = Traffic([RBCDSelfModification.self])
    let object = "CN=FS1,CN=Computers,DC=alpine,DC=test"
    let attribute = "msDS-AllowedToActOnBehalfOfOtherIdentity"
    traffic.see(.directoryChange(.modify, object, attribute, nil), as: .mallory)
    traffic.see(
      .directoryChange(.modify, object, attribute, nil, .delete),
      as: AccountName(name: "FS1$", domain: "ALPINE"))
    #expect(traffic.alerts.isEmpty)
    traffic.see(
      .directoryChange(.modify, object, attribute, nil),
      as: AccountName(name: "FS1$", domain: "ALPINE"))
    #expect(traffic.alert?.severity == .high)
  }
}

@Suite struct `New computers and reset passwords` {
  private func computer(_ name: String) -> Activity.Detail {
    var change = SAMRChange(action: .createUser, name: name)
    change.accountType = 0x80
    return .samr(change)
  }

  private func reset(_ name: String) -> Activity.Detail {
    var change = SAMRChange(action: .setInformation, name: name)
    change.informationClass = 24
    return .samr(change)
  }

  @Test func `fires on a computer of another name than the source`() {
    var traffic = Traffic([MachineAccountCreation.self])
    traffic.name(Traffic.attacker, "WS07.alpine.test")
    traffic.see(computer("EVIL$"), as: .mallory)
    #expect(traffic.alert?.severity == .medium)
    #expect(traffic.alert?.targets.first?.name == "EVIL$")
  }

  @Test func `is silent on its twins: a computer that joins, an account of a person`() {
    var traffic = Traffic([MachineAccountCreation.self])
    traffic.name(Traffic.attacker, "WS07", .low)
    traffic.see(computer("WS07$"), as: .mallory)
    var person = SAMRChange(action: .createUser, name: "new.person")
    person.accountType = 0x10
    traffic.see(.samr(person), as: .mallory)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `fires on a computer's and krbtgt's password, set by others`() {
    var traffic = Traffic([PasswordResetAbuse.self])
    traffic.see(reset("DC1$"), as: .mallory)
    #expect(traffic.alert?.severity == .medium)
    traffic.see(reset("krbtgt"), as: .mallory)
    traffic.see(.rpc(.lsarpc, 29, level: 6), as: .mallory)
    #expect(traffic.alerts.count == 3)
  }

  @Test func `is silent on its twins: the help desk, an own change, a computer that joins`() {
    var traffic = Traffic([PasswordResetAbuse.self])
    traffic.see(reset("a.keller"), as: .mallory)
    traffic.see(.samr(SAMRChange(action: .changePassword, name: "mallory")), as: .mallory)
    let time = traffic.time
    traffic.knowledge.accounts.change("ws09$") {
      $0.created = time
      $0.creatorAddress = Traffic.attacker
    }
    traffic.see(reset("WS09$"), as: .mallory)
    traffic.see(.rpc(.lsarpc, 44, level: 6), as: .mallory)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is silent on controllers among each other`() {
    var traffic = Traffic([PasswordResetAbuse.self, MachineAccountCreation.self])
    traffic.see(reset("krbtgt"), from: Traffic.controller, to: server)
    traffic.see(computer("WS10$"), from: Traffic.controller, to: server)
    #expect(traffic.alerts.isEmpty)
  }
}
