import Evidence
import Testing

@testable import Sensor

@Suite struct `Tokens of an authentication` {
  private typealias Octets = TokenOctets

  @Test func `says an NTLM logon when the verdict comes`() throws {
    var tokens = SecurityTokens(carrier: .smb2)
    var output = Output(wantsLines: true, wantsActivities: true)
    take(Octets.challenge(), .server, 2, by: &tokens, into: &output)
    take(Octets.authenticate("alice"), .client, 3, by: &tokens, into: &output)
    #expect(tokens.account == AccountName(name: "alice", domain: "ALPINE"))
    #expect(output.activities.isEmpty)
    finish(.failure(code: 0xC000_006D), 4, by: &tokens, into: &output)
    finish(.success, 5, by: &tokens, into: &output)
    let activity = try #require(output.activities.first)
    #expect(output.activities.count == 1)
    #expect(activity.outcome == .failure(code: 0xC000_006D))
    #expect(activity.proof.packets == [3, 4])
    guard case .ntlm(let logon) = activity.detail else {
      Issue.record("not an NTLM logon")
      return
    }
    #expect(logon.version == .v2)
    #expect(logon.workstation == "WS03")
    #expect(logon.serverChallenge == 0x0102_0304_0506_0708)
    #expect(logon.serverName == "DC1" && logon.serverDNSName == "dc1.alpine.test")
    #expect(logon.targetSPN == "cifs/dc1")
    #expect(logon.pairOrder == [1, 9])
    #expect(!logon.hasMIC)
    #expect(output.coverage[.ntlmMessages] == 2)
    #expect(output.json.text.contains(#""server_challenge":"0102030405060708""#))
    #expect(output.json.text.contains(#""target_spn":"cifs/dc1""#))
  }

  @Test func `says a ticket shown, with the Kerberos error that answered it`() {
    var tokens = SecurityTokens(carrier: .ldap)
    var output = Output(wantsLines: true, wantsActivities: true)
    let ticket = Octets.ticket("ldap/dc1", 23, of: 5)
    take(Octets.apRequest(ticket), .client, 1, by: &tokens, into: &output)
    #expect(tokens.ticket?.service == "ldap/dc1")
    #expect(tokens.account == nil)
    take(Octets.error(37, "dc1$"), .server, 2, by: &tokens, into: &output)
    finish(.failure(code: 49), 2, by: &tokens, into: &output)
    #expect(output.activities.map(\.outcome) == [.failure(code: 37)])
    guard case .kerberosAP(let exchange) = output.activities.first?.detail else { return }
    #expect(exchange.carrier == .ldap)
    #expect(exchange.ticket.etype == 23 && exchange.authenticatorEtype == 18)
    #expect(exchange.options == 0x2000_0000)
  }

  @Test func `completes an authentication without a verdict when the next begins`() {
    var tokens = SecurityTokens(carrier: .dcerpc)
    var output = Output(wantsLines: false, wantsActivities: true)
    take(Octets.authenticate("alice"), .client, 1, by: &tokens, into: &output)
    take(Octets.authenticate("bob"), .client, 2, by: &tokens, into: &output)
    finish(.unanswered, 3, by: &tokens, into: &output)
    #expect(output.activities.map(\.outcome) == [.unknown, .unanswered])
    #expect(output.activities.map(\.proof.packets) == [[1], [2]])
    #expect(output.json.bytes.isEmpty)
  }

  @Test func `passes over what is no token and counts what is cut`() {
    var tokens = SecurityTokens(carrier: .smb2)
    var output = Output(wantsLines: true, wantsActivities: true)
    take([1, 2, 3], .client, 1, by: &tokens, into: &output)
    take([], .client, 1, by: &tokens, into: &output)
    #expect(output.coverage[.undecoded] == 0)
    take(Array(Octets.challenge().dropLast(8)), .server, 2, by: &tokens, into: &output)
    #expect(output.coverage[.undecoded] == 1)
    finish(.success, 3, by: &tokens, into: &output)
    #expect(output.activities.isEmpty)
    // What came before the cut is there.
    #expect(output.json.text.contains(#""msg":"CHALLENGE""#))
  }

  @Test(arguments: [(24, 24, "NTLMv1"), (24, 60, "NTLMv2"), (24, 0, "NTLMv1"), (1, 0, "none")])
  func `says an answer that came without messages`(_ lm: Int, _ nt: Int, _ version: String) {
    var tokens = SecurityTokens(carrier: .smb1)
    var output = Output(wantsLines: true, wantsActivities: true)
    let account = AccountName(name: "alice", domain: "ALPINE")
    tokens.take(
      RawAnswer(account: account, lmByteCount: lm, ntByteCount: nt), TestConversation.parties(.tcp),
      from: .client, at: TestConversation.moment(1), into: &output)
    finish(.success, 2, by: &tokens, into: &output)
    guard case .ntlm(let logon) = output.activities.first?.detail else {
      Issue.record("no logon")
      return
    }
    #expect(output.activities.first?.account == account)
    #expect(logon.version.rawValue == version && logon.ntByteCount == nt)
  }

  private func take(
    _ octets: [UInt8], _ side: Side, _ packet: UInt64, by tokens: inout SecurityTokens,
    into output: inout Output
  ) {
    tokens.take(
      octets.span, TestConversation.parties(.tcp), from: side,
      at: TestConversation.moment(packet), into: &output)
  }

  private func finish(
    _ outcome: Activity.Outcome, _ packet: UInt64, by tokens: inout SecurityTokens,
    into output: inout Output
  ) {
    tokens.finish(
      outcome, TestConversation.parties(.tcp), at: TestConversation.moment(packet), into: &output)
  }
}
