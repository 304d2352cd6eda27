public import Evidence
public import Sensor

/// Packets as they happen, to alerts: the same path as a replay, from the first octet after the handle.
public struct Watch {
  private let feed: any PacketFeed
  private let team: ShardTeam
  private var analysis: Analysis
  private var kept: KeptPackets
  /// Names of the feed that the analysis knows.
  private var namesTold = 0
  /// Activities that were said, and are judged while the next packets are read.
  private var waiting: [Output.Part] = []
  private var isFinished = false

  /// What one step brought.
  public struct Step: Sendable {
    /// Packets that were taken in, in order.
    public var runs: [PacketRun]
    /// Alerts that were raised or grew.
    public var alerts: [Alert]
  }

  /// Watches a feed with that many threads, as a replay has them.
  public init(_ feed: any PacketFeed, analysis: Analysis, threads: Int = 1) {
    self.feed = feed
    self.analysis = analysis
    team = ShardTeam(max(1, min(threads, Replay.threadLimit)))
    kept = KeptPackets(numbersEachCapture: feed.numbersEachCapture)
    beginCaptures()
  }

  /// Tells the names that the feed has come to.
  private mutating func beginCaptures() {
    for name in feed.names.dropFirst(namesTold) {
      analysis.begin(capture: name)
      kept.begin(capture: name, index: UInt32(clamping: namesTold))
      namesTold += 1
    }
  }

  /// Takes what came; nil at the end, after a last step that ends what was open.
  ///
  /// Returns a few times a second, even where nothing came. Throws where the feed ended for want of
  /// something to read; ``finish()`` still gives what the packets before it say.
  public mutating func next() async throws(CaptureFailure) -> Step? {
    guard !isFinished else { return nil }
    guard let runs = try await feed.next() else { return await finish() }
    beginCaptures()
    kept.take(runs)
    let team = team
    async let said = runs.isEmpty ? [] : team.take(runs)
    let alerts = judge()
    waiting = await said
    return Step(runs: runs, alerts: alerts)
  }

  /// Ends what is open.
  public mutating func finish() async -> Step {
    isFinished = true
    var changed = judge()
    waiting = await team.take([], isLast: true)
    for alert in judge() {
      changed.removeAll { $0.id == alert.id }
      changed.append(alert)
    }
    return Step(runs: [], alerts: changed.sorted(by: Alert.isListedBefore))
  }

  private mutating func judge() -> [Alert] {
    Output.inOrder(&waiting) { analysis.take(&$0) }
    waiting = []
    let alerts = analysis.takeChanged()
    for alert in alerts { kept.keep(alert) }
    return alerts
  }

  /// The packets that prove an alert, as far as they are held.
  public func packets(of alert: Alert) -> [KeptPacket.Name: KeptPacket] { kept.packets(of: alert) }

  /// What was seen, and what could not be; what interfaces dropped is the feed's to add.
  public var coverage: Coverage {
    get async {
      var coverage = await team.coverage
      coverage[.evictions] += analysis.evictions
      coverage[.unkeptProofs] += kept.lostCount
      return coverage
    }
  }

  public var activityCounts: [UInt64] { analysis.counts }
}
