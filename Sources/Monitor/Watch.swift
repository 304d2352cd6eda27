public import Evidence
public import Sensor

/// Mirror ports from packet to alert: the same path as a replay, from the first octet after the
/// handle.
public struct Watch {
  private let captures: [LiveCapture]
  private var shard = Shard(0, of: 1, wantsLines: false, wantsActivities: true)
  private var analysis: Analysis

  /// Watches interfaces that are open; their indexes must count from zero.
  public init(_ captures: [LiveCapture], analysis: Analysis) {
    self.captures = captures
    self.analysis = analysis
    for capture in captures { self.analysis.begin(capture: capture.interface) }
  }

  /// Takes what came, waiting at most that long; returns the alerts that were raised or grew.
  public mutating func next(waitingMilliseconds: Int32) throws(CaptureFailure) -> [Alert] {
    // Several interfaces share the wait, so that none waits longer than asked.
    let share = waitingMilliseconds / Int32(clamping: max(1, captures.count))
    for capture in captures {
      guard let run = try capture.next(waitingMilliseconds: share) else { continue }
      shard.take(run)
    }
    return judge()
  }

  /// Ends what is open, and returns the alerts that this raised.
  public mutating func finish() -> [Alert] {
    shard.finish()
    return judge()
  }

  private mutating func judge() -> [Alert] {
    var said = shard.takeActivities()
    for index in said.indices { analysis.take(&said[index]) }
    return analysis.takeChanged()
  }

  /// What was seen, and what could not be.
  public var coverage: Coverage {
    var coverage = shard.output.coverage
    coverage[.evictions] += analysis.evictions
    return coverage
  }

  public var activityCounts: [UInt64] { analysis.counts }

  /// What the kernel says of each interface.
  public var statistics: [(interface: String, statistics: LiveCapture.Statistics)] {
    captures.map { ($0.interface, $0.statistics()) }
  }
}
