public import Evidence
public import Sensor

/// Captures from the first packet to the last alert.
public struct Replay {
  private var captures: CaptureSet
  private var analysis: Analysis
  private let threads: Int
  private var coverage = Coverage()
  private var counts: [CaptureCount]

  /// What was read of one capture.
  public struct CaptureCount: Hashable, Sendable {
    public var path: String
    /// The shortest end of the path that no other capture of the run has.
    public var name: String
    public var packets: UInt64 = 0
    public var firstPacket: Instant?
    public var lastPacket: Instant?
  }

  /// What a replay found.
  public struct Summary: Sendable {
    public var captures: [CaptureCount]
    public var damages: [CaptureDamage]
    public var coverage: Coverage
    /// Activities by kind, in the order of ``Activity/Kind``.
    public var activityCounts: [UInt64]
    public var alerts: [Alert]
    public var entities: [EntityRecord]
    /// Findings that exclusions held back, by detection.
    public var suppressions: [(detection: String, count: UInt64)]
  }

  /// Who looks on while a replay runs.
  public struct Observer {
    /// Activities in order, with the names of the captures that their proofs refer to.
    public var activities: (([Activity]) throws -> Void)?
    /// Octets read, and octets in all (zero where not known).
    public var progress: ((UInt64, UInt64) -> Void)?

    public init() {}
  }

  /// Opens captures, files or folders; `-` is standard input.
  public init(paths: [String], analysis: Analysis, threads: Int = 1) throws(CaptureFailure) {
    captures = try CaptureSet(paths: paths)
    self.analysis = analysis
    self.threads = max(1, min(threads, Replay.threadLimit))
    counts = CaptureNames.shortest(captures.paths).map { path, name in
      CaptureCount(path: path, name: name)
    }
    for count in counts { self.analysis.begin(capture: count.name) }
  }

  /// There are sixteen lanes to share out.
  public static let threadLimit = 16

  /// The names of the captures, in the order of their indexes.
  public var captureNames: [String] { counts.map(\.name) }

  /// Reads everything.
  ///
  /// What could be read of damaged captures is in the summary with the damages; throws where
  /// nothing can be read, or where an observer throws.
  public mutating func run(_ observer: Observer = Observer()) async throws -> Summary {
    if threads == 1 {
      try runAlone(observer)
    } else {
      try await runTogether(observer)
    }
    return Summary(
      captures: counts, damages: captures.damages, coverage: coverage,
      activityCounts: analysis.counts, alerts: analysis.alerts(), entities: analysis.entities(),
      suppressions: analysis.suppressions)
  }

  private mutating func runAlone(_ observer: Observer) throws {
    var shard = Shard(0, of: 1, wantsLines: false, wantsActivities: true)
    while let run = try captures.next() {
      note(run)
      for part in run.parts(of: Replay.packetsPerPart) {
        shard.take(part)
        try judge(&shard, observer)
      }
      observer.progress?(captures.bytesRead, captures.byteCount)
    }
    shard.finish()
    try judge(&shard, observer)
    coverage = shard.output.coverage
    coverage[.evictions] += analysis.evictions
  }

  /// Shards read a batch of runs while the activities of the batch before are judged.
  private mutating func runTogether(_ observer: Observer) async throws {
    let team = ShardTeam(threads)
    var waiting: [Output.Part] = []
    var isAtEnd = false
    while !isAtEnd {
      var runs: [PacketRun] = []
      var packets = 0
      while packets < Replay.packetsPerBatch, let run = try captures.next() {
        note(run)
        packets += run.packets.count
        runs.append(run)
      }
      isAtEnd = runs.isEmpty
      let batch = runs
      async let parts = team.take(batch, isLast: isAtEnd)
      try judge(waiting, observer)
      waiting = await parts
      observer.progress?(captures.bytesRead, captures.byteCount)
    }
    try judge(waiting, observer)
    coverage = await team.coverage
    coverage[.evictions] += analysis.evictions
  }

  /// Packets that threads are given at once: some milliseconds of work, against some microseconds
  /// for handing it over.
  private static let packetsPerBatch = 16_384

  /// Packets whose activities are judged at once: while their memory is still in the cache.
  private static let packetsPerPart = 128

  private mutating func judge(_ shard: inout Shard, _ observer: Observer) throws {
    var said: [Activity] = []
    shard.drain { activity in
      analysis.take(&activity)
      if observer.activities != nil { said.append(activity) }
    }
    if !said.isEmpty { try observer.activities?(said) }
  }

  private mutating func judge(_ parts: consuming [Output.Part], _ observer: Observer) throws {
    var said: [Activity] = []
    Output.inOrder(&parts) { activity in
      analysis.take(&activity)
      if observer.activities != nil { said.append(activity) }
    }
    if !said.isEmpty { try observer.activities?(said) }
  }

  private mutating func note(_ run: PacketRun) {
    let index = Int(run.capture)
    counts[index].packets += UInt64(run.packets.count)
    if counts[index].firstPacket == nil { counts[index].firstPacket = run.firstTime }
    counts[index].lastPacket = run.lastTime
  }
}
