import Evidence
import Testing

@testable import Detections

@Suite struct `Theft of credentials` {
  private static let server = Address(ipv4: 0x0A00_0514)

  @Test func `honeytoken-authentication fires on every try, silent on its twin: another account`() {
    var traffic = Traffic([HoneytokenAuthentication.self])
    traffic.knowledge.honeytokens = ["adm-emergency"]
    traffic.see(.logon("bob"))
    traffic.see(.ntlm("bob"))
    #expect(traffic.alerts.isEmpty)
    traffic.see(.logon("adm-emergency"), .preauthenticationRequired)
    traffic.see(.ntlm("ADM-Emergency"), .logonFailure)
    traffic.see(.bind("adm-emergency", password: 1), .invalidCredentials)
    #expect(traffic.alerts.map(\.count) == [3])
    #expect(traffic.alerts.first?.severity == .high)
  }

  @Test func `honeytoken-authentication edges: no honeytokens, no alert`() {
    var traffic = Traffic([HoneytokenAuthentication.self])
    traffic.see(.logon("adm-emergency"), .preauthenticationRequired)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `service-as-req-roasting fires on a service without pre-authentication`() {
    var traffic = Traffic([ServiceASREQRoasting.self])
    traffic.see(Self.request("MSSQLSvc/fs1.alpine.test", padata: [128]))
    #expect(traffic.alert?.targets.first?.name == "MSSQLSvc/fs1.alpine.test")
  }

  @Test(arguments: [
    ("kadmin/changepw", [Int32](), true), ("krbtgt/ALPINE.TEST", [], true),
    ("HTTP/web", [2], true), ("HTTP/web", [], false),
  ])
  func `service-as-req-roasting silent on its twin, edges: refused, or with a password`(
    _ service: String, _ padata: [Int32], _ isAnswered: Bool
  ) {
    var traffic = Traffic([ServiceASREQRoasting.self])
    traffic.see(
      Self.request(service, padata: padata), isAnswered ? .success : .preauthenticationRequired)
    #expect(traffic.alerts.isEmpty)
  }

  private static func request(_ service: String, padata: [Int32]) -> Activity.Detail {
    var exchange = KerberosASExchange(realm: "ALPINE.TEST", client: "old", service: service)
    exchange.padata = padata
    exchange.issued = .made(for: service, 23)
    return .kerberosAS(exchange)
  }

  @Test(arguments: [9, 10])
  func `timeroasting fires on ten numbers in a minute, edges: not on one fewer`(_ count: UInt32) {
    var traffic = Traffic([Timeroasting.self])
    for number in 0..<count { traffic.see(.time(1000 + number)) }
    #expect(traffic.alerts.count == (count < 10 ? 0 : 1))
  }

  @Test func `timeroasting silent on its twin: a branch behind one address`() {
    var traffic = Traffic([Timeroasting.self])
    for number in 0..<60 {
      traffic.see(.time(1000 + UInt32(number % 30)))
      traffic.wait(.seconds(20))
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `timeroasting fires on numbers that nobody has`() {
    var traffic = Traffic([Timeroasting.self])
    for number in 0..<12 {
      traffic.see(.time(1000 + UInt32(number), isSigned: number % 2 == 0), .unanswered)
      traffic.wait(.seconds(20))
    }
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `samaccountname-spoofing fires on a controller's bare name`() {
    var traffic = Traffic([SAMAccountNameSpoofing.self])
    traffic.name(Traffic.controller, "dc1.alpine.test")
    traffic.see(.answeredLogon("DC1", etypes: [18], reply: 18))
    #expect(traffic.alert?.severity == .high)
    traffic.see(.userToUser("DC1", by: "DC1", for: "Administrator"))
    #expect(traffic.alert?.count == 2)
    traffic.see(
      .change("CN=x,OU=y,DC=alpine,DC=test", "sAMAccountName", .replace, "DC1"), as: .mallory)
    #expect(traffic.alert?.count == 3)
  }

  @Test func `samaccountname-spoofing silent on its twin: a keytab with a bare name`() {
    var traffic = Traffic([SAMAccountNameSpoofing.self])
    traffic.name(Traffic.controller, "dc1.alpine.test")
    traffic.see(.answeredLogon("web1", etypes: [18], reply: 18))
    traffic.see(.answeredLogon("DC1$", etypes: [18], reply: 18), from: Traffic.controller)
    traffic.see(.logon("DC1"), .unknownPrincipal)
    traffic.see(.change("CN=Bob,OU=y,DC=alpine,DC=test", "sAMAccountName", .replace, "bob2"))
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `samaccountname-spoofing edges: a computer that loses its dollar sign`() {
    var traffic = Traffic([SAMAccountNameSpoofing.self])
    traffic.see(
      .change("CN=pc,CN=Computers,DC=alpine,DC=test", "sAMAccountName", .replace, "pc"),
      as: .mallory)
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `shadow-credentials fires on a key and on its use`() {
    var traffic = Traffic([ShadowCredentials.self])
    traffic.see(
      .change("CN=alice,CN=Users,DC=alpine,DC=test", "msDS-KeyCredentialLink", .add),
      as: .mallory)
    #expect(traffic.alert?.severity == .medium)
    traffic.see(.certificateLogon("alice", subject: "CN=whatever"))
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `shadow-credentials silent on its twin: Windows Hello and a computer's own key`() {
    var traffic = Traffic([ShadowCredentials.self])
    let hello = "CN=S-1-12-1-11-22-33-44/login.windows.net/1/alice@alpine.test"
    traffic.see(.certificateLogon("alice", subject: hello))
    traffic.see(
      .change("CN=WS3,CN=Computers,DC=alpine,DC=test", "msDS-KeyCredentialLink", .add),
      as: AccountName(name: "WS3$", domain: "ALPINE"))
    traffic.see(
      .change("CN=alice,CN=Users,DC=alpine,DC=test", "msDS-KeyCredentialLink", .add),
      as: AccountName(name: "MSOL_0123", domain: "ALPINE"))
    traffic.see(
      .change("CN=alice,CN=Users,DC=alpine,DC=test", "msDS-KeyCredentialLink", .delete),
      as: .mallory)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `shadow-credentials edges: a tool's certificate named by the account`() {
    var traffic = Traffic([ShadowCredentials.self])
    traffic.see(.certificateLogon("alice", subject: "CN=alice"), .failure(code: 62))
    #expect(traffic.alerts.isEmpty)
    traffic.see(.certificateLogon("alice", subject: "CN=alice"))
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `u2u-credential-recovery fires after a logon by certificate`() {
    var traffic = Traffic([U2UCredentialRecovery.self])
    traffic.see(.certificateLogon("alice", subject: "CN=alice", issuer: "CN=CA"))
    traffic.see(.userToUser("alice", by: "alice"))
    #expect(traffic.alert?.severity == .high)
    #expect(traffic.alert?.accounts.map(\.name) == ["alice"])
  }

  @Test func `u2u-credential-recovery silent on its twin: a peer's host, or no certificate`() {
    var traffic = Traffic([U2UCredentialRecovery.self])
    traffic.see(.userToUser("alice", by: "alice"))
    traffic.see(.certificateLogon("alice", subject: "CN=alice", issuer: "CN=CA"))
    traffic.see(.userToUser("TERMSRV/pc", by: "alice"))
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `u2u-credential-recovery edges: another user's ticket, or eleven minutes later`() {
    var traffic = Traffic([U2UCredentialRecovery.self])
    traffic.see(.certificateLogon("alice", subject: "CN=alice", issuer: "CN=CA"))
    traffic.wait(.minutes(11))
    traffic.see(.userToUser("alice", by: "alice"))
    #expect(traffic.alerts.isEmpty)
    traffic.see(.userToUser("alice", by: "alice", for: "Administrator"))
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `pkinit-anomaly fires on a certificate out of date or for another use`() {
    var traffic = Traffic([PKINITAnomaly.self])
    let ago = traffic.time.advanced(by: .hours(-2))
    traffic.see(
      .certificateLogon("alice", subject: "CN=alice", issuer: "CN=CA") { $0.notAfter = ago })
    traffic.see(
      .certificateLogon("bob", subject: "CN=bob", issuer: "CN=CA") {
        $0.purposes = ["1.3.6.1.5.5.7.3.1"]
      })
    #expect(traffic.alerts.map(\.severity) == [.medium, .medium])
  }

  @Test func `pkinit-anomaly silent on its twin: a smart card; edges: anonymous is low`() {
    var traffic = Traffic([PKINITAnomaly.self])
    let later = traffic.time.advanced(by: .hours(2))
    traffic.see(
      .certificateLogon("alice", subject: "CN=alice", issuer: "CN=CA") {
        $0.notAfter = later
        $0.purposes = ["1.3.6.1.4.1.311.20.2.2"]
      })
    #expect(traffic.alerts.isEmpty)
    traffic.see(.certificateLogon("WELLKNOWN/ANONYMOUS", subject: ""))
    #expect(traffic.alert?.severity == .low)
  }

  @Test(arguments: ["G$BCKUPKEY_PREFERRED", nil])
  func `dpapi-backup-key-theft fires on the key's name, or on a sealed one`(_ name: String?) {
    var traffic = Traffic([DPAPIBackupKeyTheft.self])
    let arguments: RPCArguments =
      name.map { .secret(LSASecret(action: .retrieve, name: $0)) } ?? .unread
    traffic.see(.rpc(.lsarpc, 43, arguments), as: .mallory)
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `dpapi-backup-key-theft silent on its twin: public keys, controllers, other secrets`()
  {
    var traffic = Traffic([DPAPIBackupKeyTheft.self])
    traffic.see(.rpc(.bkrp, 0))
    traffic.see(.rpc(.lsarpc, 43), from: Traffic.controller, to: Self.server)
    traffic.see(.rpc(.lsarpc, 43, .secret(LSASecret(action: .retrieve, name: "L$Other"))))
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `dpapi-backup-key-theft edges: refused is medium`() {
    var traffic = Traffic([DPAPIBackupKeyTheft.self])
    traffic.see(.rpc(.lsarpc, 43, status: 0xC000_0022))
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `remote-registry fires on saved hives and on the boot key`() {
    var traffic = Traffic([RemoteRegistry.self])
    traffic.see(.rpc(.winreg, 20, level: 6), to: Self.server)
    #expect(traffic.alert?.severity == .high)
    traffic.see(.registry(15, .open, "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\Skew1"))
    #expect(traffic.alerts.count == 2)
  }

  @Test func `remote-registry silent on its twin: inventory of a member, low at a controller`() {
    var traffic = Traffic([RemoteRegistry.self])
    traffic.see(.registry(2, .openRoot, "HKLM"), to: Self.server)
    traffic.see(.registry(17, .query, "HKLM\\SOFTWARE", value: "x"))
    #expect(traffic.alerts.isEmpty)
    traffic.see(.registry(2, .openRoot, "HKLM"))
    #expect(traffic.alert?.severity == .low)
  }

  @Test func `remote-registry edges: a value that weakens is medium, another is none on a member`()
  {
    var traffic = Traffic([RemoteRegistry.self])
    traffic.see(.registry(22, .setValue, "HKLM\\SOFTWARE\\x", value: "y"), to: Self.server)
    #expect(traffic.alerts.isEmpty)
    traffic.see(
      .registry(22, .setValue, "HKLM\\SYSTEM\\x", value: "UseLogonCredential"), to: Self.server)
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `remote-secret-dump fires on a file of eight letters after a saved hive`() {
    var traffic = Traffic([RemoteSecretDump.self])
    traffic.see(.rpc(.winreg, 20, level: 6))
    traffic.see(.file(.open, "System32\\qzUAbcde.tmp"), as: .mallory)
    #expect(traffic.alert?.severity == .high)
  }

  @Test(arguments: ["System32\\setup123.tmp", "System32\\abcdefghi.tmp", "Docs\\abcdefgh.tmp"])
  func `remote-secret-dump silent on its twin: other files`(_ path: String) {
    var traffic = Traffic([RemoteSecretDump.self])
    traffic.see(.rpc(.winreg, 20, level: 6))
    traffic.see(.file(.open, path))
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `remote-secret-dump edges: six minutes later, or without a call, it is patching`() {
    var traffic = Traffic([RemoteSecretDump.self])
    traffic.see(.file(.open, "Temp\\abcdefgh.tmp"))
    traffic.see(.rpc(.winreg, 20, level: 6))
    traffic.wait(.minutes(6))
    traffic.see(.file(.open, "Temp\\abcdefgh.tmp"))
    #expect(traffic.alerts.isEmpty)
  }

  private static func guess(_ user: String, isWindows: Bool = false) -> Activity.Detail {
    var logon = NTLMLogon(
      user: user, domain: "ALPINE", workstation: isWindows ? "WS03" : "", version: .v2, flags: 0,
      carrier: .smb2)
    logon.pairOrder = isWindows ? [2, 1, 4, 3, 5, 7, 6, 8, 10, 9] : [2, 1, 4, 3, 5, 7, 9]
    logon.clientVersion = isWindows ? "10.0.19041" : nil
    logon.mechanisms = isWindows ? ["1.3.6.1.4.1.311.2.2.10"] : []
    return .ntlm(logon)
  }

  @Test(arguments: [9, 10])
  func `smb-brute-force-tool fires on ten failures of a tool, edges: not on one fewer`(
    _ count: Int
  ) {
    var traffic = Traffic([SMBBruteForceTool.self])
    for number in 0..<count { traffic.see(Self.guess("user\(number % 4)"), .logonFailure) }
    #expect(traffic.alerts.count == (count < 10 ? 0 : 1))
  }

  @Test func `smb-brute-force-tool silent on its twin: Windows, and storage with a stale password`()
  {
    var traffic = Traffic([SMBBruteForceTool.self])
    for number in 0..<29 {
      traffic.see(Self.guess("user\(number)", isWindows: true), .logonFailure)
      traffic.see(Self.guess("nas"), from: Traffic.client, .logonFailure)
      traffic.see(Self.guess("user\(number)"))
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `ldap-brute-force fires on a spray and on a guessed password`() {
    var traffic = Traffic([LDAPBruteForce.self])
    for number in 0..<15 {
      traffic.see(.bind("CN=user\(number)", password: 7), .invalidCredentials)
    }
    #expect(traffic.alert?.severity == .medium)
    traffic.wait(.seconds(1))
    for number in 0..<20 {
      traffic.see(
        .bind("CN=bob", password: UInt64(number)), from: Traffic.client, .invalidCredentials)
    }
    traffic.see(.bind("CN=bob", password: 99), from: Traffic.client)
    #expect(traffic.alerts.map(\.severity) == [.medium, .high])
  }

  @Test func `ldap-brute-force silent on its twin: a stale password, and users of a portal`() {
    var traffic = Traffic([LDAPBruteForce.self])
    for number in 0..<300 {
      traffic.see(.bind("CN=printer", password: 5), .invalidCredentials)
      traffic.see(.bind("CN=user\(number)", password: UInt64(number)), from: Traffic.client)
    }
    for number in 0..<14 {
      traffic.see(
        .bind("CN=user\(number)", password: 1000), from: Traffic.client, .invalidCredentials)
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test(arguments: [19, 20])
  func `ldap-brute-force edges: twenty passwords on one account`(_ count: UInt64) {
    var traffic = Traffic([LDAPBruteForce.self])
    for number in 0..<count {
      traffic.see(.bind("CN=bob", password: number), .invalidCredentials)
    }
    #expect(traffic.alerts.count == (count < 20 ? 0 : 1))
  }
}
