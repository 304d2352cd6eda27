import Testing

@testable import Evidence

@Suite struct `Habits of hosts and accounts` {
  private let address = Address(ipv4: 0x0A00_0542)
  private let start = Instant(seconds: 1_700_000_000)

  @Test func `a tool is remembered for an hour`() {
    var habits = HostHabits()
    #expect(habits.tool(at: address, start) == nil)
    habits.note(.impacket, at: address, start)
    #expect(habits.tool(at: address, start.advanced(by: .hours(1))) == .impacket)
    #expect(habits.tool(at: address, start.advanced(by: .seconds(3601))) == nil)
  }

  @Test func `eight people of a host are remembered, the latest`() {
    var habits = HostHabits()
    for name in ["a", "b", "c", "d", "e", "f", "g", "h", "a", "i"] {
      habits.note(person: name, at: address)
    }
    #expect(habits.hasPerson("a", at: address) && habits.hasPerson("i", at: address))
    #expect(!habits.hasPerson("b", at: address))
  }

  @Test func `an account's habits are changed in place`() {
    var habits = AccountHabits()
    habits.change("alice") { $0.home = address }
    habits.change("alice") { $0.strongOffer = start }
    #expect(habits.habit(of: "alice")?.home == address)
    #expect(habits.habit(of: "alice")?.strongOffer == start)
    #expect(habits.habit(of: "bob") == nil)
  }

  private func request(_ options: UInt32, _ etypes: [Int32], till: String, renew: String)
    -> KerberosASExchange
  {
    var exchange = KerberosASExchange(realm: "A", client: "alice", service: "krbtgt/A")
    exchange.options = options
    exchange.etypes = etypes
    exchange.validity = RequestedValidity(till: till, renewTill: renew)
    return exchange
  }

  @Test func `tools are known by the whole of a request`() {
    let far = "20370912224805Z"
    let day = "20261122031401Z"
    #expect(request(0x4080_0010, [23], till: far, renew: far).tool == .rubeus)
    #expect(request(0x4080_0010, [18, 17], till: far, renew: far).tool == nil)
    #expect(request(0x4081_0010, [23], till: far, renew: far).tool == nil)
    #expect(request(0x5080_0000, [18], till: day, renew: day).tool == .impacket)
    #expect(request(0x5080_0000, [18], till: day, renew: "20261129031401Z").tool == nil)
    #expect(request(0x0000_0010, [18], till: day, renew: day).tool == nil)
  }

  @Test func `an NTLM client that gives no name is a library`() {
    var logon = NTLMLogon(
      user: "alice", domain: "A", workstation: "", version: .v2, flags: 0, carrier: .smb2)
    #expect(logon.tool == .bareNTLM)
    logon.workstation = "WS03"
    #expect(logon.tool == nil)
  }
}
