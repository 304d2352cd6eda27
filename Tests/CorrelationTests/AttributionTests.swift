import Evidence
import Testing

@testable import Correlation

@Suite struct `Whose account it was` {
  private let file = Address(ipv4: 0x0A00_0530)

  private func call(from source: Address, to target: Address) -> Activity {
    Samples.activity(
      .rpc(
        RPCCall(
          interface: .srvsvc, opnum: 12, operation: nil, pipe: "srvsvc", authenticationType: 0,
          authenticationLevel: 0, arguments: .unread, status: 0)),
      from: source, to: target, port: 445)
  }

  @Test func `a ticket shown is its account's, and so is what follows in the conversation`() {
    var correlator = Correlator()
    correlator.learn(
      Samples.serviceTicket("alice", "cifs/fs1", from: Samples.workstation, issued: 5))
    var shown = Samples.shown(5, "cifs/fs1", from: Samples.workstation, to: file)
    correlator.attribute(&shown)
    #expect(shown.account?.name == "alice")
    var follower = call(from: Samples.workstation, to: file)
    correlator.attribute(&follower)
    #expect(follower.account?.name == "alice")
    #expect(correlator.account(for: 5)?.name == "alice")
  }

  @Test func `a ticket whose issue was not seen has no account`() {
    var correlator = Correlator()
    var shown = Samples.shown(5, "cifs/fs1", from: Samples.workstation, to: file)
    correlator.attribute(&shown)
    #expect(shown.account == nil)
  }

  @Test func `a refused authentication says nothing of what follows`() {
    var correlator = Correlator()
    var logon = Samples.ntlm(
      "alice", workstation: "", from: Samples.workstation, to: file,
      outcome: .failure(code: 0xC000_006D))
    correlator.attribute(&logon)
    var follower = call(from: Samples.workstation, to: file)
    correlator.attribute(&follower)
    #expect(follower.account == nil)
  }

  @Test func `two sessions side by side leave it open who acts`() {
    var correlator = Correlator()
    for user in ["alice", "bob"] {
      var logon = Samples.ntlm(user, workstation: "", from: Samples.workstation, to: file)
      correlator.attribute(&logon)
    }
    var follower = call(from: Samples.workstation, to: file)
    correlator.attribute(&follower)
    #expect(follower.account == nil)
  }

  @Test func `an account that the traffic names stays`() {
    var correlator = Correlator()
    var logon = Samples.ntlm("alice", workstation: "", from: Samples.workstation, to: file)
    correlator.attribute(&logon)
    var follower = call(from: Samples.workstation, to: file)
    follower.account = AccountName(name: "bob", domain: "ALPINE")
    correlator.attribute(&follower)
    #expect(follower.account?.name == "bob")
  }

  @Test func `a client that FAST hides is the account of the ticket that asked`() {
    var correlator = Correlator()
    correlator.learn(Samples.logon("alice", from: Samples.workstation, ticket: 3))
    var hidden = Samples.serviceTicket(
      "WELLKNOWN/ANONYMOUS", "cifs/fs1", from: Samples.workstation, presented: 3, issued: 4)
    correlator.attribute(&hidden)
    correlator.learn(hidden)
    #expect(hidden.account?.name == "alice")
    #expect(correlator.account(for: 4)?.name == "alice")
    var unknown = Samples.serviceTicket(
      "WELLKNOWN/ANONYMOUS", "cifs/fs1", from: Samples.workstation, presented: 8, issued: 9)
    correlator.attribute(&unknown)
    correlator.learn(unknown)
    #expect(unknown.account == nil)
    #expect(!correlator.records().contains { $0.name.contains("ANONYMOUS") })
  }

  @Test func `a refused request for a service is its ticket's account's`() {
    var correlator = Correlator()
    correlator.learn(Samples.logon("alice", from: Samples.workstation, ticket: 3))
    var exchange = KerberosTGSExchange(realm: "ALPINE.TEST", service: "cifs/none")
    exchange.presented = Samples.ticket(3, "krbtgt/ALPINE.TEST")
    var refused = Samples.activity(
      .kerberosTGS(exchange), from: Samples.workstation, port: 88, outcome: .failure(code: 7))
    correlator.attribute(&refused)
    #expect(refused.account?.name == "alice")
  }
}
