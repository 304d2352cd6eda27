import Testing

@testable import Evidence

@Suite struct `Names of computers` {
  @Test func `are read from accounts, host names and NetBIOS names`() throws {
    let full = try #require(ComputerName("ws03.Alpine.Test."))
    #expect(full.label == "WS03")
    #expect(full.suffix == "alpine.test")
    #expect(full.hostName == "ws03.alpine.test")
    #expect(ComputerName("WS03$")?.label == "WS03")
    #expect(ComputerName("WS03$")?.suffix == nil)
  }

  @Test(arguments: ["", "$", ".", ".alpine.test", "a b", "a\\b", "a/b", "a\"b", "a\u{0}b"])
  func `are refused where they cannot be one`(_ text: String) {
    #expect(ComputerName(text) == nil)
  }

  @Test func `are refused above the length of a DNS name`() {
    #expect(ComputerName(String(repeating: "a", count: 256)) == nil)
    #expect(ComputerName(String(repeating: "a", count: 255)) != nil)
  }

  @Test func `agree by label, unless suffixes or domains differ`() throws {
    func isSame(_ left: String, _ right: String) throws -> Bool {
      try #require(ComputerName(left)).isSame(as: #require(ComputerName(right)))
    }
    #expect(try isSame("WS03$", "ws03.alpine.test"))
    #expect(try !isSame("ws03.alpine.test", "ws03.other.test"))
    #expect(try !isSame("WS03", "WS04"))
    #expect(try isSame("FINANCE-SERVER-", "finance-server-01.alpine.test"))
    #expect(try !isSame("finance-server-01", "finance-server-02"))
    let own = try #require(ComputerName("WS03", domain: "ALPINE.TEST"))
    let foreign = try #require(ComputerName("WS03", domain: "OTHER.TEST"))
    #expect(!own.isSame(as: foreign))
  }

  @Test func `a suffix that is not the domain's name is no contradiction`() throws {
    let account = try #require(ComputerName("HOST1$", domain: "ad.example"))
    let host = try #require(ComputerName("host1.corp.example"))
    #expect(account.isSame(as: host))
  }
}

@Suite struct `Claims about addresses` {
  private let address = Address(ipv4: 0x0A00_0521)
  private let start = Instant(seconds: 1_795_000_000)

  private func at(_ seconds: Int64) -> Instant { start.advanced(by: .seconds(seconds)) }

  private func evidence(_ name: String, weight: UInt8 = 95, hours: Int64 = 10) -> NameEvidence {
    NameEvidence(name: name, method: .machineLogon, weight: weight, lifetime: .hours(hours))
  }

  @Test func `a claim begins anew after another computer had the address`() {
    var claims = NameClaims()
    claims.hear(evidence("A$"), at: address, at(0))
    claims.hear(evidence("B$"), at: address, at(3600))
    claims.hear(evidence("A$"), at: address, at(7200))
    #expect(claims.all(address).map(\.name) == ["A", "B", "A"])
    #expect(claims.all(address).map(\.from) == [at(0), at(3600), at(7200)])
  }

  @Test func `a claim goes on over a pause where nobody else had the address`() {
    var claims = NameClaims()
    claims.hear(evidence("A$"), at: address, at(0))
    claims.hear(evidence("A$"), at: address, at(7200))
    #expect(claims.all(address).count == 1)
    #expect(claims.all(address).first?.to == at(7200))
  }

  @Test func `packets out of order change nothing that is known`() {
    var claims = NameClaims()
    claims.hear(evidence("A$"), at: address, at(0))
    claims.hear(evidence("A$"), at: address, at(600))
    let isNew = claims.hear(evidence("A$"), at: address, at(300))
    #expect(!isNew)
    #expect(claims.all(address).first?.to == at(600))
  }

  @Test func `weak claims that disagree name nobody`() {
    var claims = NameClaims()
    claims.hear(evidence("A", weight: 40), at: address, at(0))
    claims.hear(evidence("B", weight: 40), at: address, at(1))
    guard case .conflict(let both) = claims.resolve(address, at: at(2)) else {
      Issue.record("no conflict")
      return
    }
    #expect(both.map(\.name) == ["A", "B"])
  }

  @Test func `a strong claim wins over weak ones, and takes their full name`() {
    var claims = NameClaims()
    claims.hear(evidence("X", weight: 40), at: address, at(0))
    claims.hear(evidence("a.alpine.test", weight: 50), at: address, at(0))
    claims.hear(evidence("A$"), at: address, at(1))
    guard case .resolved(let claim) = claims.resolve(address, at: at(2)) else {
      Issue.record("not resolved")
      return
    }
    #expect(claim.name == "a.alpine.test")
    #expect(claim.certainty == .high)
  }

  @Test func `an address has no more claims than the limit, the newest ones`() {
    var claims = NameClaims()
    for index in 0..<100 as Range<Int64> {
      claims.hear(evidence("A\(index)"), at: address, at(index))
    }
    #expect(claims.all(address).count == NameClaims.claimLimit)
    #expect(claims.all(address).last?.name == "A99")
  }

  @Test func `addresses beyond the limit take the place of unused ones, and are counted`() {
    var claims = NameClaims(limit: 4)
    for index in 0..<6 as Range<UInt32> {
      claims.hear(evidence("A$"), at: Address(ipv4: index), at(0))
    }
    #expect(claims.addresses.count == 4)
    #expect(claims.evictions == 2)
    #expect(claims.all(Address(ipv4: 5)).count == 1)
  }

  @Test func `an answer does not depend on what is heard about another time`() {
    var claims = NameClaims()
    claims.hear(evidence("A$"), at: address, at(0))
    let before = claims.resolve(address, at: at(60))
    claims.hear(evidence("B$"), at: address, at(7200))
    #expect(claims.resolve(address, at: at(60)) == before)
  }

  @Test func `extreme times do not trap`() {
    var claims = NameClaims()
    for nanoseconds in [Int64.min, 0, Int64.max] {
      claims.hear(evidence("A$"), at: address, Instant(nanoseconds: nanoseconds))
      _ = claims.resolve(address, at: Instant(nanoseconds: nanoseconds))
      _ = claims.isShared(address, at: Instant(nanoseconds: nanoseconds))
    }
    #expect(claims.all(address).count > 0)
  }
}
