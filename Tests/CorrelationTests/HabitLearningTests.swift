import Evidence
import Testing

@testable import Correlation

@Suite struct `Habits learnt from traffic` {
  @Test func `a logon gives the account its home, and the host its person`() {
    var correlator = Correlator()
    correlator.learn(Samples.logon("alice", from: Samples.workstation))
    #expect(correlator.knowledge.accounts.habit(of: "alice")?.home == Samples.workstation)
    #expect(correlator.knowledge.hosts.hasPerson("alice", at: Samples.workstation))
    #expect(!correlator.knowledge.hosts.hasPerson("alice", at: Samples.attacker))
  }

  @Test func `a refused logon gives neither, and a machine is no person`() {
    var correlator = Correlator()
    correlator.learn(Samples.failedLogon("alice", from: Samples.workstation))
    correlator.learn(Samples.logon("WS03$", from: Samples.workstation))
    #expect(correlator.knowledge.accounts.habit(of: "alice") == nil)
    #expect(!correlator.knowledge.hosts.hasPerson("ws03$", at: Samples.workstation))
  }

  @Test func `an offer of AES is remembered, one of RC4 is not`() {
    var correlator = Correlator()
    for (client, etype) in [("alice", Int32(18)), ("bob", 23)] {
      var exchange = KerberosASExchange(
        realm: "ALPINE.TEST", client: client, service: "krbtgt/ALPINE.TEST")
      exchange.offeredEtypes = [etype]
      correlator.learn(
        Samples.activity(
          .kerberosAS(exchange), from: Samples.workstation, port: 88,
          outcome: .failure(code: 25)))
    }
    #expect(correlator.knowledge.accounts.habit(of: "alice")?.strongOffer == Samples.start)
    #expect(correlator.knowledge.accounts.habit(of: "bob") == nil)
  }

  @Test func `an account that is made is known, with who made it, unless it was refused`() {
    var correlator = Correlator()
    for (name, status) in [("EVIL$", UInt32(0)), ("NONE$", 0xC000_0022)] {
      let change = SAMRChange(action: .createUser, name: name)
      let call = RPCCall(
        interface: .samr, opnum: 50, operation: nil, pipe: "samr", authenticationType: 0,
        authenticationLevel: 0, arguments: .samrChange(change), status: status)
      var activity = Samples.activity(.rpc(call), from: Samples.attacker, port: 445)
      activity.account = AccountName(name: "mallory", domain: "ALPINE")
      correlator.learn(activity)
    }
    let habit = correlator.knowledge.accounts.habit(of: "evil$")
    #expect(habit?.created == Samples.start && habit?.creator?.name == "mallory")
    #expect(habit?.creatorAddress == Samples.attacker)
    #expect(correlator.knowledge.accounts.habit(of: "none$") == nil)
  }
}
