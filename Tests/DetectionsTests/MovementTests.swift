import Evidence
import Testing

@testable import Detections

@Suite struct `Pass the ticket` {
  private let granting = Ticket.made(for: "krbtgt/ALPINE.TEST", 18, owner: "alice")
  private let second = Address(ipv4: 0x0A00_0540)

  private func issued(named: Bool = true) -> Traffic {
    var traffic = Traffic([PassTheTicket.self])
    if named {
      traffic.name(Traffic.client, "WS03.alpine.test")
      traffic.name(Traffic.attacker, "WS07.alpine.test")
    }
    traffic.see(
      .answeredLogon("alice", etypes: [18], reply: 18, padata: [2]), from: Traffic.client)
    traffic.wait(.minutes(5))
    return traffic
  }

  @Test func `finds a ticket-granting ticket on another computer`() throws {
    var traffic = issued()
    traffic.see(.use(of: granting))
    let alert = try #require(traffic.alert)
    #expect(alert.severity == .high)
    #expect(alert.sources.map(\.address) == [Traffic.attacker])
    #expect(alert.accounts.map(\.name) == ["alice"])
    #expect(alert.evidence.map(\.packets) == [[1, 2], [3, 4]])
    #expect(alert.explanation.contains("WS03.alpine.test"))
  }

  @Test func `is medium on a service ticket`() {
    var traffic = issued()
    traffic.see(
      .ticket(for: "cifs/fs1", etypes: [18], issued: 18, client: "alice"), from: Traffic.client)
    traffic.see(.logonWith(.made(for: "cifs/fs1", 18, owner: "alice")))
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `is silent where it was issued`() {
    var traffic = issued()
    traffic.see(.use(of: granting), from: Traffic.client)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is silent on one host with addresses of both families`() throws {
    var traffic = issued()
    let address = try #require(Address("2001:db8::33"))
    traffic.name(address, "WS03.alpine.test")
    traffic.see(.use(of: granting), from: address)
    let unnamed = try #require(Address("2001:db8::34"))
    traffic.see(.use(of: granting), from: unnamed)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is silent on a laptop that moved`() {
    var traffic = issued(named: false)
    traffic.see(.use(of: granting), from: second)
    traffic.see(.use(of: granting), from: second)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `finds both addresses in use by turns`() throws {
    var traffic = issued(named: false)
    traffic.see(.question("a.alpine.test"), from: Traffic.client)
    traffic.wait(.minutes(1))
    traffic.see(.use(of: granting), from: second)
    #expect(traffic.alerts.isEmpty)
    traffic.wait(.minutes(1))
    traffic.see(.question("b.alpine.test"), from: Traffic.client)
    let alert = try #require(traffic.alert)
    #expect(alert.severity == .medium)
    #expect(alert.sources.map(\.address) == [second])
  }

  @Test func `forgets turns after five minutes: a laptop goes there and back`() {
    var traffic = Traffic([PassTheTicket.self])
    for round in 0..<4 {
      traffic.see(.question("a\(round).alpine.test"), from: second)
      traffic.wait(.minutes(10))
      traffic.see(
        .answeredLogon("alice", etypes: [18], reply: 18, padata: [2]), from: Traffic.client,
        as: AccountName(name: "alice", domain: "ALPINE.TEST"))
      traffic.wait(.minutes(10))
      traffic.see(
        .use(of: granting), from: second, as: AccountName(name: "alice", domain: "ALPINE.TEST"))
      traffic.wait(.minutes(10))
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `finds a use where somebody else is at work`() {
    var traffic = issued(named: false)
    traffic.see(.logon("bob", proof: true), as: AccountName(name: "bob", domain: "ALPINE.TEST"))
    traffic.wait(.minutes(10))
    traffic.see(.use(of: granting))
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `is silent on a computer's own ticket from a new address`() {
    var traffic = Traffic([PassTheTicket.self])
    traffic.see(
      .answeredLogon("WS03$", etypes: [18], reply: 18, padata: [2]), from: Traffic.client)
    traffic.see(.use(of: .made(for: "krbtgt/ALPINE.TEST", 18, owner: "WS03$")), from: second)
    traffic.see(.question("a.alpine.test"), from: Traffic.client)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is silent on forwarded tickets`() {
    var traffic = issued()
    let forwarded = Ticket.made(for: "krbtgt/ALPINE.TEST", 18, owner: "forwarded")
    var exchange = KerberosTGSExchange(realm: "ALPINE.TEST", service: "krbtgt/ALPINE.TEST")
    exchange.options = 0x6081_0010
    exchange.client = AccountName(name: "alice", domain: "ALPINE.TEST")
    exchange.issued = forwarded
    traffic.see(.kerberosTGS(exchange), from: Traffic.client)
    traffic.see(.use(of: forwarded))
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is silent on controllers, and on tickets whose issue was not seen`() {
    var traffic = issued()
    traffic.see(.use(of: granting), from: Traffic.controller)
    traffic.see(.use(of: .made(for: "krbtgt/ALPINE.TEST", 18, owner: "unseen")))
    #expect(traffic.alerts.isEmpty)
  }
}

@Suite struct `Suspicious service creation` {
  private func creation(
    _ name: String, _ path: String, _ operation: UInt16 = 12
  ) -> Activity.Detail {
    .rpc(
      .svcctl, operation, pipe: "svcctl",
      .service(ServiceOperation(action: .create, name: name, binaryPath: path)))
  }

  private func deletion(_ name: String) -> Activity.Detail {
    .rpc(.svcctl, 2, pipe: "svcctl", .service(ServiceOperation(action: .delete, name: name)))
  }

  @Test(arguments: [
    "%COMSPEC% /Q /c echo dir ^> \\\\127.0.0.1\\C$\\__output 2^>^&1 > %TEMP%\\x.bat",
    "cmd.exe /c whoami", "C:\\Windows\\System32\\cmd.exe /c whoami",
    "powershell -enc SQBFAFgA", "%systemroot%\\KeJxNhQz.exe", "C:\\Windows\\Temp\\a.exe",
    "\\\\10.0.5.66\\share\\a.exe", "%SystemRoot%\\PSEXESVC.exe", "C:\\a.exe",
  ])
  func `is medium or higher on a sign of abuse`(_ path: String) throws {
    var traffic = Traffic([SuspiciousServiceCreation.self])
    traffic.see(creation("Updater", path), to: Traffic.client, as: .mallory)
    let alert = try #require(traffic.alert)
    #expect(alert.severity >= .medium)
    #expect(alert.evidence.map(\.packets) == [[1, 2]])
    #expect(alert.accounts.map(\.name) == ["mallory"])
  }

  @Test(arguments: [
    "C:\\Program Files\\Backup\\agent.exe", "\"C:\\Program Files (x86)\\Acme\\acme.exe\" -k run",
    "%SystemRoot%\\System32\\svchost.exe -k netsvcs", "C:\\Windows\\CCM\\CcmExec.exe",
    "C:\\Windows\\ccmsetup\\ccmsetup.exe /runservice", "system32\\drivers\\acme.sys",
  ])
  func `is low on ordinary software`(_ path: String) {
    var traffic = Traffic([SuspiciousServiceCreation.self])
    traffic.see(creation("AcmeAgent", path), to: Traffic.client, as: .mallory)
    #expect(traffic.alert?.severity == .low)
  }

  @Test func `counts a request that was refused`() {
    var traffic = Traffic([SuspiciousServiceCreation.self])
    traffic.see(creation("abcd", "%systemroot%\\abcd.exe"), .failure(code: 0x1C01_0002))
    #expect(traffic.alert?.severity == .medium)
  }

  @Test(arguments: [24, 44, 45, 60] as [UInt16])
  func `knows every way to create`(_ operation: UInt16) {
    var traffic = Traffic([SuspiciousServiceCreation.self])
    traffic.see(creation("x", "cmd /c x", operation))
    #expect(traffic.alert != nil)
  }

  @Test func `is low on a sealed creation, with less confidence`() throws {
    var traffic = Traffic([SuspiciousServiceCreation.self])
    traffic.see(.rpc(.svcctl, 12, level: 6), .unknown)
    let alert = try #require(traffic.alert)
    #expect(alert.severity == .low)
    #expect(alert.confidence < 0.5)
  }

  @Test func `finds a program that was written to an administrative share before`() {
    var traffic = Traffic([SuspiciousServiceCreation.self])
    traffic.see(
      .smbFile(SMBFile(action: .write, tree: "\\\\WS03\\C$", path: "Tools\\agent.exe")))
    traffic.wait(.minutes(1))
    traffic.see(creation("Agent", "C:\\Tools\\agent.exe"))
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `forgets the program after ten minutes`() {
    var traffic = Traffic([SuspiciousServiceCreation.self])
    traffic.see(
      .smbFile(SMBFile(action: .write, tree: "\\\\WS03\\C$", path: "Tools\\agent.exe")))
    traffic.wait(.minutes(11))
    traffic.see(creation("Agent", "C:\\Tools\\agent.exe"))
    #expect(traffic.alert?.severity == .low)
  }

  @Test(arguments: [60, 61] as [Int64])
  func `finds a service that lives for a minute at most`(_ seconds: Int64) {
    var traffic = Traffic([SuspiciousServiceCreation.self])
    traffic.see(creation("Agent", "C:\\Program Files\\agent.exe"))
    traffic.wait(.seconds(seconds))
    traffic.see(deletion("Agent"))
    #expect(traffic.alert?.severity == (seconds == 60 ? .medium : .low))
  }

  @Test func `is silent on the management of services that are there`() {
    var traffic = Traffic([SuspiciousServiceCreation.self])
    for operation in [15, 16, 19, 1, 6, 17, 14, 0, 2] as [UInt16] {
      traffic.see(.rpc(.svcctl, operation))
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test(arguments: ["WinDefend", "wuauserv", "Schedule", "PlugPlay", "Eventlog", "LanmanServer"])
  func `does not take ordinary names for random ones`(_ name: String) {
    #expect(!ServicePath.isRandom(name))
  }

  @Test(arguments: ["kQzVtBwX", "gFoOQzTy", "bcdfghjk"])
  func `takes drawn letters for random`(_ name: String) {
    #expect(ServicePath.isRandom(name))
  }
}

@Suite struct `Replication by outsiders` {
  private let request = Activity.Detail.rpc(.drsuapi, 3, level: 6)

  @Test func `finds one request of a workstation`() throws {
    var traffic = Traffic([DCSync.self])
    for operation in [0, 16, 12] as [UInt16] {
      traffic.see(.rpc(.drsuapi, operation, level: 6), as: .mallory)
    }
    traffic.see(request, as: .mallory)
    let alert = try #require(traffic.alert)
    #expect(alert.severity == .high)
    #expect(alert.evidence.map(\.packets) == [[7, 8]])
    #expect(alert.explanation.contains("0, 16, 12, 3"))
  }

  @Test func `is silent on what is asked before, alone`() {
    var traffic = Traffic([DCSync.self])
    for operation in [0, 16, 12, 1] as [UInt16] { traffic.see(.rpc(.drsuapi, operation)) }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is silent between controllers`() {
    var traffic = Traffic([DCSync.self])
    traffic.knowledge.controllers.add(Traffic.client, .directory)
    traffic.see(request, from: Traffic.client, as: .controllerTwo)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is silent on a controller's other address`() throws {
    var traffic = Traffic([DCSync.self])
    let address = try #require(Address("2001:db8::2"))
    traffic.name(Traffic.controller, "DC1.alpine.test")
    traffic.name(address, "DC1")
    traffic.see(request, from: address, to: Traffic.client)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is silent on a controller that is known by its replication alone`() {
    var traffic = Traffic([DCSync.self])
    traffic.see(
      .rpc(.drsuapi, 4, level: 6), from: Traffic.client, as: .controllerTwo, .unknown)
    traffic.see(request, from: Traffic.client, as: .controllerTwo, .unknown)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `finds a controller's account on another computer`() {
    var traffic = Traffic([DCSync.self])
    var entry = DirectoryEntry(
      kind: .computer, sid: "S-1-5-21-1-2-3-1001",
      distinguishedName: "CN=DC2,OU=Domain Controllers,DC=alpine,DC=test", samAccountName: "DC2$")
    entry.userAccountControl = 0x2000
    entry.dnsHostName = "dc2.alpine.test"
    traffic.knowledge = Knowledge(directory: Directory(entries: [entry]))
    traffic.name(Traffic.attacker, "WS07.alpine.test")
    traffic.see(request, as: .controllerTwo)
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `is medium where it was refused`() {
    var traffic = Traffic([DCSync.self])
    traffic.see(request, as: .mallory, .failure(code: 8453))
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `forgets what was asked before after ten minutes`() throws {
    var traffic = Traffic([DCSync.self])
    traffic.see(.rpc(.drsuapi, 0, level: 6), as: .mallory)
    traffic.wait(.minutes(11))
    traffic.see(request, as: .mallory)
    let alert = try #require(traffic.alert)
    #expect(alert.explanation.contains("by operation number, each once: 3 "))
  }
}
