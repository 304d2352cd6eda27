import Evidence
import Synchronization
import Testing

@testable import Connectors

@Suite struct `Patience of connectors` {
  private let patience = Patience()

  @Test func `doubles the span, takes a random part of it, and stays below the longest`() {
    #expect(patience.wait(before: 1, chance: 1).nanoseconds == 500_000_000)
    #expect(patience.wait(before: 2, chance: 1).nanoseconds == 1_000_000_000)
    #expect(patience.wait(before: 3, chance: 0.5).nanoseconds == 1_000_000_000)
    #expect(patience.wait(before: 3, chance: 0).nanoseconds == 0)
    #expect(patience.wait(before: 1000, chance: 1) == .seconds(60))
    #expect(patience.wait(before: 1000, chance: 7) == .seconds(60))
  }

  @Test func `waits at least as long as it is asked to, and at most a tenth longer`() {
    #expect(patience.wait(asked: .seconds(30), chance: 0) == .seconds(30))
    #expect(patience.wait(asked: .seconds(30), chance: 1) == .seconds(33))
  }

  @Test func `never calls more often than the API allows`() async throws {
    let clock = Clock()
    let budget = CallBudget(pace: clock.pace)
    var calls: [Instant] = []
    for _ in 0..<3000 {
      try await budget.spend()
      calls.append(clock.now)
    }
    for (place, call) in calls.enumerated() {
      let minute = calls[place...].prefix { $0.since(call) < .minutes(1) }.count
      let hour = calls[place...].prefix { $0.since(call) < .hours(1) }.count
      #expect(minute <= 100 && hour <= 1500)
    }
    #expect(clock.now.since(calls[0]) > .hours(2))
  }

  /// A clock that goes on when somebody sleeps.
  private final class Clock: Sendable {
    private let moment = Mutex(Instant(seconds: 1_000_000))

    var now: Instant { moment.withLock { $0 } }

    var pace: Pace {
      Pace(
        now: { self.now },
        sleep: { span in self.moment.withLock { $0 = $0.advanced(by: span) } },
        random: { 0.5 })
    }
  }
}

@Suite struct `Places of endpoint servers` {
  @Test(arguments: [
    "http://api.example", "ftp://api.example", "api.example", "https://user@api.example",
    "https://api.example?x=1", "",
  ])
  func `must be of HTTPS and plain`(_ address: String) {
    #expect(throws: EndpointFailure.self) { try settings(api: address) }
    #expect(throws: EndpointFailure.self) { try settings(authority: address) }
  }

  @Test(arguments: ["a/b", "..?x", "", "a b", "ä"])
  func `are never made of a tenant that is no name`(_ tenant: String) {
    #expect(throws: EndpointFailure.self) { try settings(tenant: tenant) }
  }

  @Test func `are the only ones that a token goes to`() throws {
    let one = try settings(api: "https://api.example:8443/")
    #expect(one.isOfAPI("https://api.example:8443/api/alerts?$skip=1"))
    for other in [
      "https://api.example/api/alerts", "http://api.example:8443/api", "https://evil.example:8443/",
      "https://api.example:8443@evil.example/", "nonsense",
    ] {
      #expect(!one.isOfAPI(other), "\(other)")
    }
  }

  private func settings(
    tenant: String = "t1", api: String = "https://api.example",
    authority: String = "https://login.example"
  ) throws(EndpointFailure) -> EndpointSettings {
    try EndpointSettings(tenant: tenant, secretFile: "s", authority: authority, api: api)
  }
}
