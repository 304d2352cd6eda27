import Evidence
import Testing

@testable import Detections

@Suite struct `Brute force` {
  @Test(arguments: [19, 20])
  func `finds twenty guesses for one account, not one fewer`(_ count: Int) {
    var traffic = Traffic([BruteForce.self])
    for _ in 0..<count {
      traffic.see(.logon("alice", proof: true), .wrongPassword)
      traffic.wait(.seconds(1))
    }
    #expect(traffic.alerts.count == (count < 20 ? 0 : 1))
    #expect(traffic.alerts.allSatisfy { $0.severity == .medium && $0.count == count })
    #expect(traffic.alerts.allSatisfy { $0.accounts.map(\.name) == ["alice"] })
  }

  @Test(arguments: [9, 10])
  func `finds ten accounts failing, not one fewer`(_ count: Int) {
    var traffic = Traffic([BruteForce.self])
    for number in 0..<count {
      traffic.see(.logon("user\(number)", proof: true), .wrongPassword)
      traffic.wait(.seconds(20))
    }
    #expect(traffic.alerts.count == (count < 10 ? 0 : 1))
    #expect(traffic.alerts.allSatisfy { $0.evidence.count == count })
  }

  @Test func `finds six accounts failing at once`() {
    var traffic = Traffic([BruteForce.self])
    for number in 0..<6 { traffic.see(.logon("user\(number)", proof: true), .wrongPassword) }
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `counts names without account where three accounts failed, not two`() {
    var traffic = Traffic([BruteForce.self])
    for number in 0..<8 { traffic.see(.logon("guess\(number)"), .unknownPrincipal) }
    for number in 0..<2 { traffic.see(.logon("user\(number)", proof: true), .wrongPassword) }
    #expect(traffic.alerts.isEmpty)
    traffic.see(.logon("user2", proof: true), .wrongPassword)
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `names the account that was guessed`() throws {
    var traffic = Traffic([BruteForce.self])
    for number in 0..<12 { traffic.see(.logon("user\(number)", proof: true), .wrongPassword) }
    traffic.see(.logon("alice", proof: true))
    let alert = try #require(traffic.alert)
    #expect(alert.severity == .high)
    #expect(alert.explanation.contains("Guessed, by all appearances: alice"))
    #expect(alert.accounts.contains { $0.name == "alice" })
  }

  @Test func `does not take those who work at the source for guessed`() throws {
    var traffic = Traffic([BruteForce.self])
    traffic.see(.logon("bob", proof: true))
    for number in 0..<12 { traffic.see(.logon("user\(number)", proof: true), .wrongPassword) }
    traffic.see(.logon("bob", proof: true))
    traffic.see(.logon("WS03$", proof: true))
    traffic.see(.ntlm("carol"))
    let alert = try #require(traffic.alert)
    #expect(alert.severity == .medium)
    #expect(!alert.explanation.contains("Guessed"))
  }

  @Test func `counts wrong passwords over NTLM`() {
    var traffic = Traffic([BruteForce.self])
    for number in 0..<10 { traffic.see(.ntlm("user\(number)"), .failure(code: 0xC000_006D)) }
    #expect(traffic.alert != nil)
  }

  @Test func `is silent on people who mistype at a shared server`() {
    var traffic = Traffic([BruteForce.self])
    for number in 0..<40 {
      if number % 2 == 0 { traffic.see(.logon("user\(number)", proof: true), .wrongPassword) }
      traffic.wait(.seconds(4))
      traffic.see(.logon("user\(number)", proof: true))
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is silent on Windows clients that are told to prove themselves`() {
    var traffic = Traffic([BruteForce.self])
    for number in 0..<100 { traffic.see(.logon("user\(number)"), .preauthenticationRequired) }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is low on a service with an old password`() {
    var traffic = Traffic([BruteForce.self])
    for _ in 0..<40 {
      traffic.see(.logon("svc-backup", proof: true), .wrongPassword)
      traffic.wait(.seconds(15))
    }
    #expect(traffic.alert?.severity == .low)
  }

  @Test func `is silent on a service with an expired password`() {
    var traffic = Traffic([BruteForce.self])
    for _ in 0..<100 { traffic.see(.logon("svc-backup", proof: true), .failure(code: 23)) }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `forgets failures after ten minutes`() {
    var traffic = Traffic([BruteForce.self])
    for number in 0..<20 {
      traffic.see(.logon("user\(number)", proof: true), .wrongPassword)
      traffic.wait(.seconds(70))
    }
    #expect(traffic.alerts.isEmpty)
  }
}

@Suite struct `Kerberoasting tickets` {
  private let native: [Int32] = [18, 17, 23, 24, -135]

  private func directory(_ count: Int) -> Directory {
    var entries: [DirectoryEntry] = (0..<count).map { number in
      var entry = DirectoryEntry(
        kind: .user, sid: "S-1-5-21-1-2-3-\(1200 + number)",
        distinguishedName: "CN=svc\(number),DC=alpine,DC=test", samAccountName: "svc\(number)")
      entry.servicePrincipalNames = ["MSSQLSvc/sql\(number).alpine.test:1433"]
      return entry
    }
    var computer = DirectoryEntry(
      kind: .computer, sid: "S-1-5-21-1-2-3-1100",
      distinguishedName: "CN=FS1,DC=alpine,DC=test", samAccountName: "FS1$")
    computer.dnsHostName = "fs1.alpine.test"
    entries.append(computer)
    return Directory(entries: entries)
  }

  @Test(arguments: [4, 5])
  func `finds five accounts' services within two minutes, not one fewer`(_ count: Int) {
    var traffic = Traffic([Kerberoasting.self])
    traffic.knowledge = Knowledge(directory: directory(8))
    for number in 0..<count {
      traffic.see(
        .ticket(for: "MSSQLSvc/sql\(number).alpine.test:1433", etypes: native, issued: 18))
      traffic.wait(.seconds(20))
    }
    #expect(traffic.alerts.count == (count < 5 ? 0 : 1))
    #expect(traffic.alerts.allSatisfy { $0.severity == .high && $0.count == count })
    #expect(traffic.alerts.allSatisfy { $0.accounts.map(\.name) == ["mallory"] })
    #expect(traffic.alerts.allSatisfy { $0.targets.contains(.init(kind: .account, name: "svc0")) })
  }

  @Test(arguments: [7, 8])
  func `finds eight accounts' services within ten minutes, not one fewer`(_ count: Int) {
    var traffic = Traffic([Kerberoasting.self])
    traffic.knowledge = Knowledge(directory: directory(8))
    for number in 0..<count {
      traffic.see(
        .ticket(for: "MSSQLSvc/sql\(number).alpine.test:1433", etypes: native, issued: 18))
      traffic.wait(.seconds(60))
    }
    #expect(traffic.alerts.count == (count < 8 ? 0 : 1))
  }

  @Test func `finds two after a search for all services`() {
    var traffic = Traffic([Kerberoasting.self])
    traffic.knowledge = Knowledge(directory: directory(8))
    traffic.see(
      .ldapSearch(
        LDAPSearch(
          base: "DC=alpine,DC=test", scope: .sub,
          filter: "(&(objectCategory=person)(servicePrincipalName=*))", attributes: [],
          entryCount: 6, isConnectionless: false)))
    for number in 0..<2 {
      #expect(traffic.alerts.isEmpty)
      traffic.see(
        .ticket(for: "MSSQLSvc/sql\(number).alpine.test:1433", etypes: native, issued: 18))
      traffic.wait(.minutes(2))
    }
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `finds two requests that prefer RC4`() throws {
    var traffic = Traffic([Kerberoasting.self])
    traffic.see(.ticket(for: "MSSQLSvc/a.alpine.test", etypes: [23, 16, 3, 18], issued: 23))
    #expect(traffic.alert?.severity == .medium)
    traffic.see(.ticket(for: "HTTP/b.alpine.test", etypes: [23, 16, 3, 18], issued: 23))
    let alert = try #require(traffic.alert)
    #expect(alert.severity == .high)
    #expect(alert.evidence.map(\.packets) == [[1, 2], [3, 4]])
    #expect(alert.evidence[0].summary.contains("RC4 (etype 23)"))
  }

  @Test func `knows a request for an account's name instead of a service`() {
    var traffic = Traffic([Kerberoasting.self])
    traffic.see(.ticket(for: "ALPINE.TEST\\svc-sql", etypes: native, issued: 23))
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `finds RC4 tickets at a tool's pace without a directory`() {
    var traffic = Traffic([Kerberoasting.self])
    for number in 0..<5 {
      traffic.see(.ticket(for: "MSSQLSvc/sql\(number)", etypes: native, issued: 23))
    }
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `is medium on three unlike services at once`() {
    var traffic = Traffic([Kerberoasting.self])
    for service in ["MSSQLSvc/sql1:1433", "HTTP/web1", "backup/vault1"] {
      #expect(traffic.alerts.isEmpty)
      traffic.see(.ticket(for: service, etypes: native, issued: 23))
    }
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `is silent on a browser that visits web servers`() {
    var traffic = Traffic([Kerberoasting.self])
    for number in 0..<4 {
      traffic.see(.ticket(for: "HTTP/web\(number)", etypes: native, issued: 23))
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is silent on RC4 where computers' services have it too`() {
    var traffic = Traffic([Kerberoasting.self])
    traffic.see(.ticket(for: "cifs/old", etypes: native, issued: 23))
    for number in 0..<20 {
      traffic.see(.ticket(for: "HTTP/web\(number)", etypes: native, issued: 23))
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is silent on a desktop that visits many hosts`() {
    var traffic = Traffic([Kerberoasting.self])
    for number in 0..<100 {
      for kind in ["cifs", "HOST", "ldap", "RestrictedKrbHost", "TERMSRV"] {
        traffic.see(.ticket(for: "\(kind)/pc\(number).alpine.test", etypes: native, issued: 23))
      }
      traffic.see(.ticket(for: "HTTP/web\(number).alpine.test", etypes: native, issued: 18))
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is silent on services of computers that the directory knows`() {
    var traffic = Traffic([Kerberoasting.self])
    traffic.knowledge = Knowledge(directory: directory(0))
    for number in 0..<20 {
      traffic.see(.ticket(for: "App\(number)/fs1.alpine.test", etypes: native, issued: 23))
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is silent on an old client that knows RC4 alone`() {
    var traffic = Traffic([Kerberoasting.self])
    traffic.see(
      .ticket(for: "HTTP/a.alpine.test", etypes: [23, -133, -128, 3, 1], issued: 23, reply: 23))
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is silent on delegation`() {
    var traffic = Traffic([Kerberoasting.self])
    var exchange = KerberosTGSExchange(realm: "ALPINE.TEST", service: "svc-web")
    exchange.client = AccountName(name: "alice", domain: "ALPINE.TEST")
    exchange.issued = .made(for: "svc-web", 23)
    exchange.onBehalfOf = exchange.client
    traffic.see(.kerberosTGS(exchange))
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `forgets tickets after ten minutes`() {
    var traffic = Traffic([Kerberoasting.self])
    for number in 0..<20 {
      traffic.see(.ticket(for: "MSSQLSvc/sql\(number)", etypes: native, issued: 23))
      traffic.wait(.minutes(2))
    }
    #expect(traffic.alerts.isEmpty)
  }
}

@Suite struct `AS-REP roasting` {
  @Test func `finds one answer that was asked for in RC4`() throws {
    var traffic = Traffic([ASREPRoasting.self])
    traffic.see(.answeredLogon("nopre", etypes: [23], reply: 23))
    let alert = try #require(traffic.alert)
    #expect(alert.severity == .high)
    #expect(alert.accounts.map(\.name) == ["nopre"])
    #expect(alert.evidence.map(\.packets) == [[1, 2]])
  }

  @Test func `is medium on one odd answer and high on two`() {
    var traffic = Traffic([ASREPRoasting.self])
    traffic.see(.answeredLogon("nopre", etypes: [18], reply: 18))
    #expect(traffic.alert?.severity == .medium)
    traffic.see(.answeredLogon("other", etypes: [18], reply: 18))
    #expect(traffic.alert?.severity == .high)
    #expect(traffic.alert?.count == 2)
  }

  @Test func `is low on the account's own logon`() {
    var traffic = Traffic([ASREPRoasting.self])
    traffic.see(
      .answeredLogon("nopre", etypes: [18, 17, 23], reply: 18, padata: [128], 0x4081_0010))
    #expect(traffic.alert?.severity == .low)
  }

  @Test func `is silent once the account has used its ticket there`() throws {
    var traffic = Traffic([ASREPRoasting.self])
    let logon = Activity.Detail.answeredLogon("nopre", etypes: [18], reply: 18)
    traffic.see(logon)
    traffic.see(.use(of: .made(for: "krbtgt/ALPINE.TEST", 18, owner: "nopre")))
    let count = try #require(traffic.alert?.count)
    traffic.wait(.hours(1))
    traffic.see(logon)
    #expect(traffic.alert?.count == count)
  }

  @Test func `is silent on logons with proof, and on those told to prove`() {
    var traffic = Traffic([ASREPRoasting.self])
    for number in 0..<30 {
      traffic.see(.logon("user\(number)"), .preauthenticationRequired)
      traffic.see(
        .answeredLogon("user\(number)", etypes: [18, 17, 23], reply: 18, padata: [2, 128]))
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test(arguments: [9, 10])
  func `is low on a search that finds nothing, of ten accounts`(_ count: Int) {
    var traffic = Traffic([ASREPRoasting.self])
    for number in 0..<count {
      traffic.see(.logon("user\(number)", etypes: [23]), .preauthenticationRequired)
    }
    #expect(traffic.alerts.map(\.severity) == (count < 10 ? [] : [.low]))
  }

  @Test func `forgets answers after ten minutes`() {
    var traffic = Traffic([ASREPRoasting.self])
    traffic.see(.answeredLogon("nopre", etypes: [18], reply: 18))
    traffic.wait(.minutes(11))
    traffic.see(.answeredLogon("other", etypes: [18], reply: 18))
    #expect(traffic.alert?.severity == .medium)
  }
}
