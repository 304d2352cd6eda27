import Evidence
import Testing

@testable import Detections

@Suite struct `Exfiltration and hygiene` {
  private static func coded(_ number: Int) -> String {
    var hash = StableHash()
    hash.add("\(number)")
    let (high, low) = hash.finish()
    return [high, low, high &+ low, high ^ low].map { String($0, radix: 32) }.joined()
  }

  @Test(arguments: [99, 100])
  func `dns-exfiltration fires on a hundred coded names, edges: not on one fewer`(_ count: Int) {
    var traffic = Traffic([DNSExfiltration.self])
    for number in 0..<count { traffic.see(.question("\(Self.coded(number)).t.evil.example")) }
    #expect(traffic.alerts.count == (count < 100 ? 0 : 1))
    #expect(
      traffic.alerts.allSatisfy {
        $0.targets == [Alert.Target(kind: .domain, name: "evil.example")]
      })
  }

  @Test func `dns-exfiltration fires on short names of a type that carries data`() {
    var traffic = Traffic([DNSExfiltration.self])
    for number in 0..<60 { traffic.see(.question("p\(number).pirate.sea", type: 10)) }
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `dns-exfiltration silent on its twin: reputation, words, own hosts`() {
    var traffic = Traffic([DNSExfiltration.self])
    traffic.knowledge.domains.add(dns: "alpine.test")
    for number in 0..<200 {
      traffic.see(.question("\(Self.coded(number)).avqs.mcafee.com"))
      traffic.see(.question("\(Self.coded(number)).sub.alpine.test"))
      traffic.see(.question("host-number-\(number)-of-the-branch-office-in-geneva.example.com"))
      traffic.see(.question("\(Self.coded(number % 50)).cdn.example.org"))
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test(arguments: [
    "Windows\\NTDS\\ntds.dit", "Windows\\System32\\config\\SAM", "temp\\system.save",
    "Windows\\Temp\\lsass.dmp",
  ])
  func `smb-exfiltration fires on files that hold passwords`(_ path: String) {
    var traffic = Traffic([SMBExfiltration.self])
    traffic.see(.file(.read, path, tree: "\\\\dc1\\C$"), as: .mallory)
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `smb-exfiltration silent on its twin: other files, and other controllers`() {
    var traffic = Traffic([SMBExfiltration.self])
    traffic.see(.file(.read, "projects\\security"))
    traffic.see(.file(.open, "Windows\\NTDS\\ntds.dit"))
    traffic.see(.file(.read, "Windows\\NTDS\\ntds.dit"), .failure(code: 0xC000_0022))
    traffic.see(.file(.read, "ifm\\ntds.dit"), from: Traffic.controller, to: Traffic.client)
    #expect(traffic.alerts.isEmpty)
  }

  private static func logon(
    _ version: NTLMLogon.Version, challenge: UInt64 = 1
  ) -> Activity.Detail {
    var logon = NTLMLogon(
      user: "bob", domain: "ALPINE", workstation: "", version: version, flags: 0, carrier: .smb1)
    logon.serverChallenge = challenge
    return .ntlm(logon)
  }

  @Test func `ntlmv1-authentication fires on old responses, silent on its twin: NTLMv2`() {
    var traffic = Traffic([NTLMv1Authentication.self])
    traffic.see(Self.logon(.v2))
    traffic.see(Self.logon(.none))
    #expect(traffic.alerts.isEmpty)
    traffic.see(Self.logon(.v1))
    traffic.see(Self.logon(.v1ESS))
    #expect(traffic.alert?.severity == .low)
    #expect(traffic.alert?.count == 2)
  }

  @Test func `ntlmv1-authentication edges: the challenge of ready tables is grave`() {
    var traffic = Traffic([NTLMv1Authentication.self])
    traffic.see(Self.logon(.v2, challenge: 0x1122_3344_5566_7788))
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `cleartext-credentials fires on a simple bind, silent without a password`() {
    var traffic = Traffic([CleartextCredentials.self])
    traffic.see(.bind("CN=svc", password: nil))
    traffic.see(.bind("", password: nil, method: .anonymous))
    traffic.see(.bind("", password: nil, method: .sasl))
    #expect(traffic.alerts.isEmpty)
    traffic.see(.bind("CN=svc", password: 1))
    traffic.see(.bind("CN=other", password: 2), .invalidCredentials)
    #expect(traffic.alert?.severity == .low)
    #expect(traffic.alert?.count == 2)
  }
}
