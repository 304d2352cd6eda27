import Evidence
import Testing

@testable import Detections

@Suite struct `DNS reconnaissance` {
  @Test func `finds a zone transfer`() throws {
    var traffic = Traffic([DNSReconnaissance.self])
    traffic.see(.transfer("alpine.test", records: 120))
    let alert = try #require(traffic.alert)
    #expect(alert.severity == .medium)
    #expect(alert.sources.map(\.address) == [Traffic.attacker])
    #expect(alert.targets.contains(Alert.Target(kind: .domain, name: "alpine.test")))
    #expect(alert.evidence.map(\.packets) == [[1, 2]])
    #expect(alert.evidence[0].summary.contains("120 records"))
  }

  @Test func `finds a refused transfer`() throws {
    var traffic = Traffic([DNSReconnaissance.self])
    traffic.see(.transfer("alpine.test", records: 1))
    traffic.see(.transfer("alpine.test", records: 0, rcode: 5), .failure(code: 5))
    let alert = try #require(traffic.alert)
    #expect(alert.evidence.map(\.summary).allSatisfy { $0.contains("refused") })
  }

  @Test func `is silent on transfers between name servers`() {
    var traffic = Traffic([DNSReconnaissance.self])
    traffic.see(.question("www.alpine.test"), from: Traffic.client, to: Traffic.attacker)
    traffic.see(.transfer("alpine.test", records: 120))
    traffic.see(.transfer("alpine.test", records: 9), from: Traffic.controller, to: Traffic.client)
    #expect(traffic.alerts.isEmpty)
  }

  @Test(arguments: [99, 100])
  func `finds a hundred guesses of one zone, not one fewer`(_ count: Int) {
    var traffic = Traffic([DNSReconnaissance.self])
    for number in 0..<count {
      traffic.see(.question("guess\(number).alpine.test"), .failure(code: 3))
    }
    #expect(traffic.alerts.count == (count < 100 ? 0 : 1))
    #expect(traffic.alerts.allSatisfy { $0.count == count })
  }

  @Test func `is silent on names that a search list makes`() {
    var traffic = Traffic([DNSReconnaissance.self])
    for number in 0..<400 {
      traffic.see(.question("www.site\(number).example.alpine.test"), .failure(code: 3))
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is silent on a monitor of hosts that exist`() {
    var traffic = Traffic([DNSReconnaissance.self])
    for number in 0..<300 { traffic.see(.question("server\(number).alpine.test")) }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `finds a sweep of reverse names`() {
    var traffic = Traffic([DNSReconnaissance.self])
    for number in 1..<255 {
      traffic.see(.question("\(number).5.0.10.in-addr.arpa", type: 12), .failure(code: 3))
    }
    #expect(traffic.alert?.count == 254)
  }

  @Test func `forgets guesses after ten minutes`() {
    var traffic = Traffic([DNSReconnaissance.self])
    for number in 0..<200 {
      traffic.see(.question("guess\(number).alpine.test"), .failure(code: 3))
      traffic.wait(.seconds(7))
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `finds somebody who asks for every kind of service`() {
    var traffic = Traffic([DNSReconnaissance.self])
    for number in 0..<20 {
      traffic.see(.question("_kind\(number)._tcp.alpine.test", type: 33), .failure(code: 3))
    }
    #expect(traffic.alert != nil)
  }

  @Test func `is silent on a client that looks for its controllers`() {
    var traffic = Traffic([DNSReconnaissance.self])
    for site in ["", "hq._sites.", "hq._sites.dc._msdcs.", "dc._msdcs.", "pdc._msdcs."] {
      for kind in ["_ldap._tcp", "_kerberos._tcp", "_kerberos._udp", "_gc._tcp", "_kpasswd._tcp"] {
        traffic.see(.question("\(kind).\(site)alpine.test", type: 33))
      }
    }
    #expect(traffic.alerts.isEmpty)
  }
}

@Suite struct `SMB session enumeration` {
  private let call = Activity.Detail.rpc(
    .srvsvc, 12, pipe: "srvsvc",
    .sessionEnumeration(
      SessionEnumeration(server: nil, client: nil, user: nil, level: 10, count: 3)), status: 0)

  @Test func `finds one question to a controller`() throws {
    var traffic = Traffic([SMBSessionEnumeration.self])
    traffic.see(call, as: .mallory)
    let alert = try #require(traffic.alert)
    #expect(alert.severity == .medium)
    #expect(alert.accounts.map(\.name) == ["mallory"])
    #expect(alert.explanation.contains("3 sessions"))
    #expect(alert.evidence.map(\.packets) == [[1, 2]])
  }

  @Test func `is low where the host is not known as a controller`() {
    var traffic = Traffic([SMBSessionEnumeration.self])
    traffic.see(call, to: Traffic.client, as: .mallory)
    #expect(traffic.alert?.severity == .low)
  }

  @Test func `takes the host for a controller where none is known, or where it shares SYSVOL`() {
    var traffic = Traffic([SMBSessionEnumeration.self])
    traffic.see(.smbTree(SMBTree(path: "\\\\dc2\\SYSVOL")), to: Traffic.client)
    traffic.see(call, to: Traffic.client, as: .mallory)
    #expect(traffic.alert?.severity == .medium)
    var blind = Traffic([SMBSessionEnumeration.self])
    blind.knowledge = Knowledge()
    blind.see(call, as: .mallory)
    #expect(blind.alert?.severity == .medium)
  }

  @Test func `is high where three controllers are asked, not two`() {
    var traffic = Traffic([SMBSessionEnumeration.self])
    for number in 0..<3 as Range<UInt32> {
      #expect(traffic.alerts.allSatisfy { $0.severity == .medium })
      let controller = Address(ipv4: 0x0A00_0600 + number)
      traffic.knowledge.controllers.add(controller, .answeredKerberos)
      traffic.see(call, to: controller, as: .mallory)
    }
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `forgets controllers after ten minutes`() {
    var traffic = Traffic([SMBSessionEnumeration.self])
    for number in 0..<3 as Range<UInt32> {
      let controller = Address(ipv4: 0x0A00_0600 + number)
      traffic.knowledge.controllers.add(controller, .answeredKerberos)
      traffic.see(call, to: controller, as: .mallory)
      traffic.wait(.minutes(6))
    }
    #expect(traffic.alerts.allSatisfy { $0.severity == .medium })
  }

  @Test func `is silent on other questions and on controllers`() {
    var traffic = Traffic([SMBSessionEnumeration.self])
    traffic.see(.rpc(.srvsvc, 15, pipe: "srvsvc"))
    traffic.see(.rpc(.srvsvc, 21, pipe: "srvsvc"))
    traffic.see(call, from: Traffic.controller, to: Traffic.client)
    #expect(traffic.alerts.isEmpty)
  }
}

@Suite struct `SAMR reconnaissance` {
  private func names(_ names: [String]) -> Activity.Detail {
    .rpc(
      .samr, 17, pipe: "samr",
      .samr(SAMRQuery(subject: .account, isEnumeration: false, names: names)), status: 0)
  }

  @Test(arguments: [11, 13, 15, 40, 48, 51] as [UInt16])
  func `finds one answered list`(_ operation: UInt16) throws {
    var traffic = Traffic([SAMRReconnaissance.self])
    traffic.see(
      .rpc(
        .samr, operation, pipe: "samr",
        .samr(SAMRQuery(subject: .users, isEnumeration: true, count: 31)), status: 0),
      as: .mallory)
    let alert = try #require(traffic.alert)
    #expect(alert.severity == .medium)
    #expect(alert.explanation.contains("31 entries"))
    #expect(alert.evidence.map(\.packets) == [[1, 2]])
  }

  @Test func `is low where the list was refused`() {
    var traffic = Traffic([SAMRReconnaissance.self])
    traffic.see(.rpc(.samr, 13, status: 0xC000_0022), .failure(code: 0xC000_0022))
    #expect(traffic.alert?.severity == .low)
  }

  @Test func `takes a list in parts as answered`() {
    var traffic = Traffic([SAMRReconnaissance.self])
    traffic.see(.rpc(.samr, 13, status: 0x105), .failure(code: 0x105))
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `finds one question for a sensitive group`() throws {
    var traffic = Traffic([SAMRReconnaissance.self])
    traffic.see(names(["Domain Admins"]), as: .mallory)
    let alert = try #require(traffic.alert)
    #expect(alert.targets.contains(Alert.Target(kind: .group, name: "Domain Admins")))
  }

  @Test func `knows a sensitive group by its number`() {
    var traffic = Traffic([SAMRReconnaissance.self])
    traffic.see(
      .rpc(.samr, 25, .samr(SAMRQuery(subject: .members, isEnumeration: false, rids: [512]))))
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `is low on the local administrators of a member server`() {
    var traffic = Traffic([SAMRReconnaissance.self])
    traffic.see(
      .rpc(.samr, 27, .samr(SAMRQuery(subject: .aliases, isEnumeration: false, rids: [544]))),
      to: Traffic.client)
    #expect(traffic.alert?.severity == .low)
  }

  @Test func `is silent on what a logon asks`() {
    var traffic = Traffic([SAMRReconnaissance.self])
    let bob = AccountName(name: "bob", domain: "ALPINE")
    for operation in [64, 6, 5, 7] as [UInt16] { traffic.see(.rpc(.samr, operation), as: bob) }
    traffic.see(names(["bob"]), as: bob)
    traffic.see(names(["Domain Users"]), as: bob)
    for operation in [34, 36, 39, 16] as [UInt16] { traffic.see(.rpc(.samr, operation), as: bob) }
    traffic.see(.rpc(.samr, 13), from: Traffic.controller, to: Traffic.client)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `finds three sensitive accounts, not two, and not the asker itself`() {
    var traffic = Traffic([SAMRReconnaissance.self])
    traffic.knowledge.sensitive = ["alice", "bob"]
    traffic.see(names(["bob"]), as: AccountName(name: "bob", domain: "ALPINE"))
    traffic.see(names(["administrator"]), as: .mallory)
    traffic.see(names(["krbtgt"]), as: .mallory)
    #expect(traffic.alerts.isEmpty)
    traffic.see(names(["alice"]), as: .mallory)
    #expect(traffic.alert?.count == 3)
  }

  @Test func `forgets accounts after ten minutes`() {
    var traffic = Traffic([SAMRReconnaissance.self])
    traffic.knowledge.sensitive = ["alice"]
    for name in ["administrator", "krbtgt", "alice"] {
      traffic.see(names([name]), as: .mallory)
      traffic.wait(.minutes(6))
    }
    #expect(traffic.alerts.isEmpty)
  }
}

@Suite struct `Account enumeration` {
  @Test(arguments: [19, 20])
  func `finds twenty unknown names, not one fewer`(_ count: Int) {
    var traffic = Traffic([AccountEnumeration.self])
    for number in 0..<count {
      traffic.see(.logon("guess\(number)"), .unknownPrincipal)
      traffic.wait(.seconds(5))
    }
    #expect(traffic.alerts.count == (count < 20 ? 0 : 1))
    #expect(traffic.alerts.allSatisfy { $0.count == count && $0.severity == .medium })
  }

  @Test func `finds ten within ten seconds, and what exists`() throws {
    var traffic = Traffic([AccountEnumeration.self])
    traffic.see(.logon("alice"), .preauthenticationRequired)
    for number in 0..<10 { traffic.see(.logon("guess\(number)"), .unknownPrincipal) }
    let alert = try #require(traffic.alert)
    #expect(alert.count == 11)
    #expect(alert.targets.contains(Alert.Target(kind: .account, name: "alice")))
    #expect(alert.evidence.map { $0.packets[0] } == Array(stride(from: 1, through: 21, by: 2)))
  }

  @Test(arguments: [5, 6])
  func `finds six within two seconds, not one fewer`(_ count: Int) {
    var traffic = Traffic([AccountEnumeration.self])
    for number in 0..<count { traffic.see(.logon("guess\(number)"), .unknownPrincipal) }
    #expect(traffic.alerts.count == (count < 6 ? 0 : 1))
  }

  @Test func `is silent where most names exist`() {
    var traffic = Traffic([AccountEnumeration.self])
    for number in 0..<25 {
      traffic.see(.logon("leaver\(number)"), .unknownPrincipal)
      traffic.see(.logon("staff\(number)"), .preauthenticationRequired)
      traffic.wait(.seconds(5))
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is silent on one name again and again, and on computers`() {
    var traffic = Traffic([AccountEnumeration.self])
    for number in 0..<50 {
      traffic.see(.logon("typo"), .unknownPrincipal)
      traffic.see(.logon("OLD\(number)$"), .unknownPrincipal)
      traffic.see(.logon("other\(number)"), .failure(code: 68))
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `forgets names after ten minutes`() {
    var traffic = Traffic([AccountEnumeration.self])
    for number in 0..<30 {
      traffic.see(.logon("guess\(number)"), .unknownPrincipal)
      traffic.wait(.seconds(40))
    }
    #expect(traffic.alerts.isEmpty)
  }
}
