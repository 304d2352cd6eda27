public import Correlation
public import Detections
public import Evidence

/// From activities to alerts: correlation learns first, then detections decide on what is known.
///
/// Activities come in the order of packets. Replay and live capture are both this.
public struct Analysis: Sendable {
  private var correlator: Correlator
  private var engine: DetectionEngine
  /// Activities by kind, in the order of ``Activity/Kind``.
  public private(set) var counts = [UInt64](repeating: 0, count: Activity.Kind.allCases.count)

  public init(correlator: Correlator, engine: DetectionEngine) {
    self.correlator = correlator
    self.engine = engine
  }

  /// Notes a capture, whose index proofs refer to.
  public mutating func begin(capture name: String) { _ = engine.begin(capture: name) }

  /// Takes an activity in: names its account where the ticket tells, learns from it, judges it.
  public mutating func take(_ activity: inout Activity) {
    counts[Int(activity.kind.rawValue)] += 1
    correlator.attribute(&activity)
    correlator.learn(activity)
    engine.see(activity, correlator.knowledge)
  }

  /// Alerts that were raised or grew since the last call.
  public mutating func takeChanged() -> [Alert] { engine.takeChanged() }

  public func alerts() -> [Alert] { engine.alerts() }

  /// What was learnt about users and computers.
  public func entities() -> [EntityRecord] { correlator.records() }

  public var knowledge: Knowledge { correlator.knowledge }

  /// Entries that were forgotten because a memory was full.
  public var evictions: UInt64 { correlator.evictions + engine.evictions }

  /// Findings that exclusions held back, by detection.
  public var suppressions: [(detection: String, count: UInt64)] { engine.suppressions }
}
