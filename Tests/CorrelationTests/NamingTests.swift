import Evidence
import Testing

@testable import Correlation

@Suite struct `Which computer an address is` {
  private func name(_ correlator: Correlator, _ address: Address, _ seconds: Int64 = 0) -> String? {
    guard
      case .resolved(let claim) = correlator.knowledge.computer(at: address, Samples.at(seconds))
    else { return nil }
    return claim.name
  }

  @Test func `a machine account that got a ticket names the source`() {
    var correlator = Correlator()
    correlator.learn(Samples.logon("WS03$", from: Samples.workstation))
    #expect(name(correlator, Samples.workstation) == "WS03")
    let source = correlator.knowledge.source(Samples.workstation, at: Samples.start)
    #expect(source.certainty == .high)
  }

  @Test func `the directory's host name is shown for it`() {
    var correlator = Correlator(directory: Samples.directory)
    correlator.learn(Samples.logon("WS03$", from: Samples.workstation))
    #expect(name(correlator, Samples.workstation) == "ws03.alpine.test")
  }

  @Test func `a machine account that was refused names nothing`() {
    var correlator = Correlator()
    correlator.learn(Samples.failedLogon("WS03$", from: Samples.workstation))
    #expect(name(correlator, Samples.workstation) == nil)
  }

  @Test func `a service ticket for a machine names it where its own ticket was not stolen`() {
    var correlator = Correlator()
    correlator.learn(Samples.logon("WS03$", from: Samples.workstation, ticket: 7))
    correlator.learn(
      Samples.serviceTicket("WS03$", "ldap/dc1", from: Samples.attacker, presented: 7, issued: 8))
    #expect(name(correlator, Samples.attacker) == nil)
    correlator.learn(
      Samples.serviceTicket("WS04$", "ldap/dc1", from: Samples.attacker, presented: 9, issued: 10))
    #expect(name(correlator, Samples.attacker) == "WS04")
  }

  @Test func `a challenge names the server and not the client`() {
    var correlator = Correlator()
    correlator.learn(
      Samples.ntlm(
        "alice", workstation: "", from: Samples.workstation, server: "fs1.alpine.test"))
    #expect(name(correlator, Samples.controller) == "fs1.alpine.test")
    #expect(name(correlator, Samples.workstation) == nil)
  }

  @Test func `a workstation field is a client's own word, of low certainty`() {
    var correlator = Correlator()
    correlator.learn(Samples.ntlm("alice", workstation: "DC1", from: Samples.attacker))
    let source = correlator.knowledge.source(Samples.attacker, at: Samples.start)
    #expect(source.computer == "DC1")
    #expect(source.certainty == .low)
    #expect(name(correlator, Samples.attacker, 16 * 60) == nil)
  }

  @Test func `with a machine identifier seen before it is of medium certainty, never more`() {
    var correlator = Correlator()
    let identifier = String(repeating: "ab", count: 32)
    for second in [0, 60] as [Int64] {
      correlator.learn(
        Samples.ntlm(
          "alice", workstation: "WS03", from: Samples.workstation, machineID: identifier,
          at: Samples.at(second)))
    }
    let source = correlator.knowledge.source(Samples.workstation, at: Samples.at(60))
    #expect(source.certainty == .medium)
  }

  @Test func `short and full names of one computer agree`() {
    var correlator = Correlator()
    correlator.learn(Samples.logon("WS03$", from: Samples.workstation))
    correlator.learn(Samples.answer("ws03.alpine.test", Samples.workstation))
    #expect(name(correlator, Samples.workstation) == "ws03.alpine.test")
    let source = correlator.knowledge.source(Samples.workstation, at: Samples.start)
    #expect(source.certainty == .high)
  }

  @Test func `two strong claims at one time are a conflict, and both are shown`() {
    var correlator = Correlator()
    correlator.learn(Samples.logon("WS03$", from: Samples.workstation))
    correlator.learn(Samples.logon("WS04$", from: Samples.workstation, at: Samples.at(60)))
    let source = correlator.knowledge.source(Samples.workstation, at: Samples.at(90))
    #expect(source.computer == nil)
    #expect(source.unresolved == "claims disagree: WS03, WS04")
  }

  @Test func `P9: an address given to another computer belongs to its holder at each time`() {
    var correlator = Correlator()
    correlator.learn(Samples.logon("WS03$", from: Samples.workstation))
    correlator.learn(Samples.logon("WS04$", from: Samples.workstation, at: Samples.at(2400)))
    #expect(name(correlator, Samples.workstation, 0) == "WS03")
    #expect(name(correlator, Samples.workstation, 1200) == "WS03")
    #expect(name(correlator, Samples.workstation, 2700) == "WS04")
    #expect(name(correlator, Samples.workstation, 7200) == "WS04")
  }

  @Test func `a claim ends ten hours after its last evidence`() {
    var correlator = Correlator()
    correlator.learn(Samples.logon("WS03$", from: Samples.workstation))
    #expect(name(correlator, Samples.workstation, 36_000) == "WS03")
    #expect(name(correlator, Samples.workstation, 36_001) == nil)
  }

  @Test func `P10: more than five computers in an hour share the address`() {
    var correlator = Correlator()
    for index in 0..<6 as Range<Int64> {
      correlator.learn(
        Samples.logon("WS0\(index)$", from: Samples.workstation, at: Samples.at(index * 60)))
      let isShared = correlator.knowledge.names.isShared(
        Samples.workstation, at: Samples.at(index * 60))
      #expect(isShared == (index == 5))
    }
    let source = correlator.knowledge.source(Samples.workstation, at: Samples.at(400))
    #expect(source.unresolved == "several computers share the address")
  }

  @Test func `names that clients invent never make an address shared`() {
    var correlator = Correlator()
    for index in 0..<20 as Range<Int64> {
      correlator.learn(
        Samples.ntlm(
          "alice", workstation: "X\(index)", from: Samples.attacker, at: Samples.at(index)))
    }
    #expect(!correlator.knowledge.names.isShared(Samples.attacker, at: Samples.at(20)))
  }

  @Test func `a computer has all its addresses, of both families`() throws {
    var correlator = Correlator()
    let sixth = try #require(Address("fd00::21"))
    correlator.learn(Samples.logon("WS03$", from: Samples.workstation))
    correlator.learn(Samples.logon("WS03$", from: sixth))
    let computer = try #require(ComputerName("WS03"))
    #expect(correlator.knowledge.names.addresses(of: computer) == [Samples.workstation, sixth])
  }

  @Test func `an answer about a name of the domain is evidence of medium certainty`() {
    var correlator = Correlator()
    correlator.learn(Samples.answer("ws03.alpine.test", Samples.workstation))
    let source = correlator.knowledge.source(Samples.workstation, at: Samples.start)
    #expect(source.computer == "ws03.alpine.test")
    #expect(source.certainty == .medium)
  }

  @Test func `an answer about somebody else's zone is none`() {
    var correlator = Correlator()
    correlator.learn(
      Samples.answer("www.example.com", Samples.workstation, isAuthoritative: false))
    #expect(name(correlator, Samples.workstation) == nil)
  }

  @Test(arguments: ["alpine.test", "gc._msdcs.alpine.test", "DomainDnsZones.alpine.test"])
  func `names of the domain itself are no computer's`(_ name: String) {
    var correlator = Correlator(directory: Samples.directory)
    correlator.learn(Samples.answer(name, Samples.controller))
    #expect(self.name(correlator, Samples.controller) == nil)
  }

  @Test func `a signed update names the address, strongly where it is the sender's own`() {
    var correlator = Correlator()
    for (address, name) in [
      (Samples.workstation, "ws03.alpine.test"), (Samples.attacker, "ws09.alpine.test"),
    ] {
      let record = DNSRecord(
        name: name, type: 1, timeToLive: 900, address: address, target: nil)
      correlator.learn(
        Samples.activity(
          .dnsUpdate(DNSUpdate(zone: "alpine.test", records: [record], isSigned: true)),
          from: Samples.workstation, port: 53))
    }
    let own = correlator.knowledge.source(Samples.workstation, at: Samples.start)
    let other = correlator.knowledge.source(Samples.attacker, at: Samples.start)
    #expect(own.certainty == .high)
    #expect(other.certainty == .medium)
  }

  @Test func `an accepted ticket names the server by its service`() {
    var correlator = Correlator()
    let file = Address(ipv4: 0x0A00_0530)
    correlator.learn(
      Samples.shown(9, "cifs/fs1.alpine.test", from: Samples.workstation, to: file))
    #expect(name(correlator, file) == "fs1.alpine.test")
  }

  @Test func `reverse names of both families are addresses`() {
    #expect(
      Correlator.address(reverseName: "33.5.0.10.IN-ADDR.ARPA") == Samples.workstation)
    let nibbles = Array(repeating: "0", count: 29).joined(separator: ".")
    let sixth = Correlator.address(reverseName: "1.\(nibbles).d.f.ip6.arpa")
    #expect(sixth == Address("fd00::1"))
    #expect(Correlator.address(reverseName: "5.0.10.in-addr.arpa") == nil)
  }

  @Test func `hearing a claim again only prolongs it`() {
    var correlator = Correlator()
    for second in 0..<100 as Range<Int64> {
      correlator.learn(Samples.logon("WS03$", from: Samples.workstation, at: Samples.at(second)))
    }
    let claims = correlator.knowledge.names.all(Samples.workstation)
    #expect(claims.count == 1)
    #expect(claims.first?.to == Samples.at(99))
  }
}
