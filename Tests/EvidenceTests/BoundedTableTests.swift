import Testing

@testable import Evidence

@Suite struct `Tables with a limit` {
  @Test func `hold what a dictionary holds, through growth and eviction`() {
    var generator = SystemRandomNumberGenerator()
    var table = BoundedTable<UInt128, Int>(limit: 100)
    for step in 0..<20_000 {
      let key = UInt128(generator.next() % 300)
      if let slot = table.find(key) {
        #expect(table.key(slot) == key)
        table[slot] = step
      } else {
        _ = table.insert(key, step)
      }
      #expect(table.value(key) == step)
    }
    #expect(table.count == 100)
    // Each entry is found under its key, and no key that gave way is.
    let keys = Set(table.slots.map(\.key))
    #expect(keys.count == 100)
    for key in 0..<300 as Range<UInt128> {
      #expect((table.value(key) != nil) == keys.contains(key))
    }
  }

  @Test func `give up the oldest entry that was not used since`() {
    var table = BoundedTable<UInt128, String>(limit: 3)
    for key in 1...3 as ClosedRange<UInt128> { _ = table.insert(key, "\(key)") }
    _ = table.find(1)
    _ = table.insert(4, "4")
    #expect(table.value(1) == "1")
    #expect(table.value(2) == nil)
    #expect(table.evictions == 1)
  }

  @Test func `a ledger forgets the oldest ticket and counts it`() {
    var ledger = TicketLedger(limit: 2)
    for fingerprint in 1...3 as ClosedRange<UInt128> {
      ledger.add(
        TicketLedger.Issue(
          account: AccountName(name: "u\(fingerprint)", domain: "A"),
          address: Address(ipv4: 1), time: Instant(seconds: 0),
          ticket: Ticket(
            fingerprint: fingerprint, realm: "A", service: "s", etype: 18, kvno: nil,
            byteCount: 1),
          proof: Activity.Proof(capture: 0, request: 1)))
    }
    #expect(ledger.account(for: 1) == nil)
    #expect(ledger.account(for: 3)?.name == "u3")
    #expect(ledger.evictions == 1)
    #expect(ledger.count == 2)
  }

  @Test func `the first issue of a ticket stays`() {
    var ledger = TicketLedger()
    for name in ["alice", "mallory"] {
      ledger.add(
        TicketLedger.Issue(
          account: AccountName(name: name, domain: "A"), address: Address(ipv4: 1),
          time: Instant(seconds: 0),
          ticket: Ticket(
            fingerprint: 7, realm: "A", service: "s", etype: 18, kvno: nil, byteCount: 1),
          proof: Activity.Proof(capture: 0, request: 1)))
    }
    #expect(ledger.account(for: 7)?.name == "alice")
  }
}
