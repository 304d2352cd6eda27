public import Evidence
import Foundation

/// The clock, the waiting and the chance of a connector: one place, so that tests need not wait.
public struct Pace: Sendable {
  public var now: @Sendable () -> Instant
  public var sleep: @Sendable (Instant.Span) async throws -> Void
  /// From 0 up to, and without, 1.
  public var random: @Sendable () -> Double

  public init(
    now: @escaping @Sendable () -> Instant,
    sleep: @escaping @Sendable (Instant.Span) async throws -> Void,
    random: @escaping @Sendable () -> Double
  ) {
    self.now = now
    self.sleep = sleep
    self.random = random
  }

  /// The real ones.
  public static let real = Pace(
    now: {
      Instant(nanoseconds: Int64(Date().timeIntervalSince1970 * 1_000_000) * 1000)
    },
    sleep: { try await Task.sleep(nanoseconds: UInt64(max(0, $0.nanoseconds))) },
    random: { Double.random(in: 0..<1) })
}

/// How often something is tried again, and after how long.
public struct Patience: Hashable, Sendable {
  /// Times that one request is sent.
  public var attempts = 5
  /// Before the second attempt; doubled before each later one.
  public var first = Instant.Span(nanoseconds: 500_000_000)
  /// The longest wait of our own choice.
  public var longest = Instant.Span.seconds(60)
  /// The longest that the other side may ask for; beyond it the reading ends and tells so.
  public var longestAsked = Instant.Span.minutes(5)

  public init() {}

  /// The wait before an attempt, counted from 1: a random part of a doubling span, so that many
  /// clients that failed together do not come back together.
  func wait(before attempt: Int, chance: Double) -> Instant.Span {
    let doublings = min(max(0, attempt - 1), 20)
    let (product, overflow) = first.nanoseconds.multipliedReportingOverflow(
      by: Int64(1) << Int64(doublings))
    let span = overflow ? longest.nanoseconds : min(product, longest.nanoseconds)
    return Instant.Span(nanoseconds: Int64(Double(span) * min(max(chance, 0), 1)))
  }

  /// What the other side asked for, and up to a tenth more.
  func wait(asked: Instant.Span, chance: Double) -> Instant.Span {
    let more = Double(asked.nanoseconds) * 0.1 * min(max(chance, 0), 1)
    return Instant.Span(nanoseconds: asked.nanoseconds + Int64(more))
  }
}

/// Keeps within the calls that the API allows: 100 a minute and 1,500 an hour.
///
/// A tenth is left to other clients of the same application.
actor CallBudget {
  private let pace: Pace
  /// When the calls of the last hour were made, oldest first.
  private var calls: [Instant] = []

  static let callsPerMinute = 90
  static let callsPerHour = 1350

  init(pace: Pace) { self.pace = pace }

  /// Waits until one more call is within the limits, and counts it.
  func spend() async throws {
    while let span = wait(at: pace.now()) { try await pace.sleep(span) }
    calls.append(pace.now())
  }

  /// How long to wait at a moment; nil where there is nothing to wait for.
  private func wait(at now: Instant) -> Instant.Span? {
    let anHourAgo = now.advanced(by: Instant.Span(nanoseconds: -Instant.Span.hours(1).nanoseconds))
    calls.removeAll { $0 <= anHourAgo }
    if calls.count >= CallBudget.callsPerHour {
      return calls[calls.count - CallBudget.callsPerHour].advanced(by: .hours(1)).since(now)
    }
    guard calls.count >= CallBudget.callsPerMinute else { return nil }
    let end = calls[calls.count - CallBudget.callsPerMinute].advanced(by: .minutes(1))
    return end > now ? end.since(now) : nil
  }
}
