import Evidence
import Testing

@testable import Correlation

@Suite struct `Who is a controller` {
  @Test func `whoever answers on port 88, with a ticket or an error`() {
    var correlator = Correlator()
    correlator.learn(Samples.failedLogon("nobody", from: Samples.workstation, code: 6))
    #expect(correlator.knowledge.isController(Samples.controller))
    #expect(!correlator.knowledge.isController(Samples.workstation))
    #expect(correlator.knowledge.controllers.proof(Samples.controller) == .answeredKerberos)
  }

  @Test func `not one who was asked and did not answer`() {
    var correlator = Correlator()
    var activity = Samples.failedLogon("alice", from: Samples.workstation)
    activity.outcome = .unanswered
    correlator.learn(activity)
    #expect(correlator.knowledge.controllers.count == 0)
  }

  @Test func `whoever answers a netlogon ping`() {
    var correlator = Correlator()
    correlator.learn(
      Samples.ping("dc2.alpine.test", from: Samples.workstation, to: Samples.secondController))
    #expect(correlator.knowledge.isController(Samples.secondController))
    #expect(correlator.knowledge.domains.canonical("ALPINE") == "alpine.test")
  }

  @Test func `never one by its name alone`() {
    var correlator = Correlator()
    correlator.learn(Samples.logon("DC2$", from: Samples.secondController))
    correlator.learn(Samples.answer("dc2.alpine.test", Samples.secondController))
    #expect(!correlator.knowledge.isController(Samples.secondController))
  }

  @Test func `the address from which the directory's controller account logs on`() {
    var correlator = Correlator(directory: Samples.directory)
    correlator.learn(Samples.logon("DC2$", from: Samples.secondController))
    #expect(correlator.knowledge.controllers.proof(Samples.secondController) == .directory)
  }

  @Test func `not the address of another computer that has a controller's key`() {
    var correlator = Correlator(directory: Samples.directory)
    correlator.learn(Samples.logon("WS03$", from: Samples.attacker))
    correlator.learn(Samples.logon("DC2$", from: Samples.attacker, at: Samples.at(60)))
    #expect(!correlator.knowledge.isController(Samples.attacker))
  }

  @Test func `not a second address that uses the key of a controller known elsewhere`() {
    var correlator = Correlator(directory: Samples.directory)
    correlator.learn(
      Samples.ping("dc2.alpine.test", from: Samples.workstation, to: Samples.secondController))
    correlator.learn(Samples.logon("DC2$", from: Samples.attacker, at: Samples.at(60)))
    #expect(!correlator.knowledge.isController(Samples.attacker))
  }

  @Test func `not an address beyond as many as the directory has`() {
    var correlator = Correlator(directory: Samples.directory)
    correlator.learn(Samples.failedLogon("alice", from: Samples.workstation))
    var other = Samples.failedLogon("alice", from: Samples.workstation)
    other.target.address = Samples.secondController
    correlator.learn(other)
    correlator.learn(Samples.logon("DC2$", from: Samples.attacker))
    #expect(!correlator.knowledge.isController(Samples.attacker))
  }

  @Test func `whom a controller's answers name in the locator list, in either order`() {
    for isReversed in [false, true] {
      var correlator = Correlator()
      correlator.learn(Samples.failedLogon("alice", from: Samples.workstation))
      var activities = [
        Samples.locator("DC2.alpine.test"),
        Samples.answer("dc2.alpine.test", Samples.secondController),
      ]
      if isReversed { activities.reverse() }
      for activity in activities { correlator.learn(activity) }
      #expect(correlator.knowledge.controllers.proof(Samples.secondController) == .locator)
    }
  }

  @Test func `also where the answers came before their server was known`() {
    var correlator = Correlator()
    correlator.learn(Samples.locator("dc2.alpine.test"))
    correlator.learn(Samples.answer("dc2.alpine.test", Samples.secondController))
    #expect(!correlator.knowledge.isController(Samples.secondController))
    correlator.learn(Samples.failedLogon("alice", from: Samples.workstation))
    #expect(correlator.knowledge.isController(Samples.secondController))
  }

  @Test func `not whom any other server's answers name`() {
    var correlator = Correlator()
    correlator.learn(Samples.failedLogon("alice", from: Samples.workstation))
    correlator.learn(Samples.locator("evil.alpine.test", by: Samples.attacker))
    correlator.learn(
      Samples.answer("evil.alpine.test", Samples.attacker, by: Samples.attacker))
    #expect(!correlator.knowledge.isController(Samples.attacker))
  }

  @Test func `the address that a controller answers for a host of the directory's list`() throws {
    var correlator = Correlator(directory: Samples.directory)
    let sixth = try #require(Address("fd00::11"))
    correlator.learn(Samples.failedLogon("alice", from: Samples.workstation))
    correlator.learn(Samples.answer("DC2.alpine.test", sixth))
    #expect(correlator.knowledge.controllers.proof(sixth) == .directory)
  }

  @Test func `whom the workspace names, by address at once and by name with evidence`() {
    var correlator = Correlator(hints: .init(controllers: ["10.0.5.9", "dc2.alpine.test"]))
    #expect(correlator.knowledge.isController(Address(ipv4: 0x0A00_0509)))
    correlator.learn(Samples.logon("DC2$", from: Samples.secondController))
    #expect(correlator.knowledge.controllers.proof(Samples.secondController) == .workspace)
  }
}
