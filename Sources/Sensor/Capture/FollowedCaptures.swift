import Evidence
import Synchronization

/// Captures that are still written: a file, the files of a folder or a pattern, one after the other as
/// they are begun, or standard input.
///
/// A capture is at its end when another was begun after it, or when its name was given to another; all
/// that it has then is read first. Until then it is waited for. Packets are told by the names of their
/// files and their numbers there, as a replay of the files tells them.
public final class FollowedCaptures: PacketFeed {
  private let state: Mutex<State>
  private let isStopping = Atomic<Bool>(false)

  public var numbersEachCapture: Bool { true }

  /// What became of the captures.
  public struct Report: Hashable, Sendable {
    /// What is followed.
    public var path: String
    /// The capture that is read, or was read last.
    public var current: String?
    /// Captures of which packets were read.
    public var captures = 0
    /// Captures that are there and were not reached.
    public var waiting = 0
    /// Captures that were found to be damaged, and files that are none.
    public var damageCount = 0
    /// The last of them.
    public var damages: [CaptureDamage] = []
  }

  /// Nanoseconds for which nothing is looked for after nothing came: from little, for a pipe is small,
  /// to what costs nothing.
  private static let pauses: ClosedRange<Int64> = 1_000_000...200_000_000
  /// Damages that a report holds: whoever asks for it does so every second.
  private static let damagesHeld = 100
  /// How long at most what piled up before the request to stop is read.
  private static let lastRead: Int64 = 5_000_000_000

  /// Follows a path; `-` is standard input.
  ///
  /// A folder may still be empty. Throws where the path does not exist, and where the only file of a
  /// path is no capture.
  public convenience init(path: String) throws(CaptureFailure) {
    try self.init(path: path, pauses: FollowedCaptures.pauses)
  }

  /// Follows a path with other pauses.
  init(path: String, pauses: ClosedRange<Int64>) throws(CaptureFailure) {
    state = Mutex(try State(path: path, pauses: pauses))
  }

  public var names: [String] { state.withLock { $0.names } }

  public var report: Report { state.withLock { $0.report } }

  public func stop() { isStopping.store(true, ordering: .relaxed) }

  public func next() async throws(CaptureFailure) -> [PacketRun]? {
    let isStopping = isStopping.load(ordering: .relaxed)
    let (found, pause) = state.withLock { state in
      let found = Result { () throws(CaptureFailure) in
        try state.next(isStopping, at: monotonicNanoseconds())
      }
      return (found, state.pause)
    }
    guard let runs = try found.get() else { return nil }
    guard runs.isEmpty else { return runs }
    do {
      try await Task.sleep(nanoseconds: UInt64(pause))
    } catch {
      // Cancelled: what came by now is still delivered.
      stop()
    }
    return []
  }
}

extension FollowedCaptures {
  /// What is read, and what comes after it.
  fileprivate struct State {
    var report: Report
    var names: [String] = []
    private(set) var pause: Int64
    private let pauses: ClosedRange<Int64>
    /// What stands before the names of files in the path.
    private let folder: Substring
    /// Whether a file that is no capture is the failure of all.
    private let isOneFile: Bool
    /// Nil for standard input and pipes, after which nothing comes.
    private var files: FollowedFiles?
    private var file: CaptureFile?
    private var stoppedAt: Int64?
    private var lookedAt: Int64?
    /// How many captures had a name before.
    private var repeats: [String: Int] = [:]

    /// Packets that are taken at once: some milliseconds of work.
    private static let packetsPerTake = 16_384
    /// Nanoseconds between two looks at what files there are.
    private static let lookInterval: Int64 = 500_000_000

    init(path: String, pauses: ClosedRange<Int64>) throws(CaptureFailure) {
      self.pauses = pauses
      pause = pauses.lowerBound
      report = Report(path: path)
      let kind = FollowedPath(path)
      folder = kind.folder
      isOneFile = kind.isOneFile
      if path == "-" || kind.isPipe {
        file = try CaptureFile(path: path, index: 0, isGrowing: true)
        begin(path)
        return
      }
      guard !isOneFile else {
        // Says what is wrong with it.
        _ = try CapturePaths.captures(path)
        let probe = try CaptureFile(path: path, index: 0, isGrowing: true)
        _ = try probe.hasPacket()
        if let packet = probe.packets.first { try probe.refuseUnsupported(packet) }
        files = FollowedFiles(path: path)
        return
      }
      files = FollowedFiles(path: path)
    }

    /// What came since; nil at the end.
    mutating func next(
      _ isStopping: Bool, at now: Int64
    ) throws(CaptureFailure) -> [PacketRun]? {
      if isStopping, stoppedAt == nil {
        stoppedAt = now
        lookedAt = nil
      }
      let isLate = stoppedAt.map { now - $0 > FollowedCaptures.lastRead } ?? false
      let runs = isLate ? [] : try take(at: now)
      if runs.isEmpty {
        if isStopping || (files == nil && file == nil) { return nil }
        pause = min(pause * 2, pauses.upperBound)
      } else {
        pause = pauses.lowerBound
      }
      return runs
    }

    private mutating func take(at now: Int64) throws(CaptureFailure) -> [PacketRun] {
      var runs: [PacketRun] = []
      var count = 0
      while count < State.packetsPerTake {
        let wasPassed = isPassed
        if let file, let run = try read(file) {
          count += run.packets.count
          runs.append(run)
          continue
        }
        try look(at: now)
        // Read once more after another was found: it was written to its end before that was begun.
        if wasPassed || file == nil && isPassed {
          close()
          openNext()
        } else if !isPassed {
          break
        }
      }
      return runs
    }

    /// Whether nothing more is to come to what is read: it is over, or another was begun.
    private var isPassed: Bool {
      if files?.next != nil { return true }
      return files == nil && file?.isOver == true
    }

    /// The packets that are there; nil where there are none yet.
    private mutating func read(_ file: CaptureFile) throws(CaptureFailure) -> PacketRun? {
      guard !file.isCut else { return nil }
      do throws(CaptureFailure) {
        guard try file.hasPacket() else {
          tell(file.damage)
          return nil
        }
        if file.packetsBefore == 0, file.taken == 0 {
          if let packet = file.packets.first { try file.refuseUnsupported(packet) }
          report.captures += 1
        }
        return file.takeCompact()
      } catch {
        guard !isOneFile else { throw error }
        tell(CaptureDamage(path: file.path, offset: 0, reason: error.reason))
        self.file = nil
        return nil
      }
    }

    private mutating func look(at now: Int64) throws(CaptureFailure) {
      guard files?.next == nil else { return }
      let isDue = lookedAt.map { now - $0 >= State.lookInterval } ?? true
      guard isDue else { return }
      lookedAt = now
      try files?.look()
      for damage in files?.takeDamages() ?? [] { tell(damage) }
      report.waiting = files?.waitingCount ?? 0
    }

    private mutating func close() {
      guard let file else { return }
      if file.isCut {
        tell(
          CaptureDamage(
            path: file.path, offset: file.bytesRead, reason: "it was cut off while it was read"))
      } else {
        file.endGrowth()
        tell(file.damage)
      }
      self.file = nil
    }

    private mutating func tell(_ damage: CaptureDamage?) {
      guard let damage, damage != report.damages.last else { return }
      report.damageCount += 1
      if report.damages.count == FollowedCaptures.damagesHeld { report.damages.removeFirst() }
      report.damages.append(damage)
    }

    private mutating func openNext() {
      guard let next = files?.takeNext() else { return }
      report.waiting = files?.waitingCount ?? 0
      guard let opened = open(next.path), opened.identity == next.identity else {
        files?.giveBack(next)
        lookedAt = nil
        return
      }
      file = opened
      begin(next.path)
    }

    /// Opens a capture; nil where it cannot be opened any more.
    private func open(_ path: String) -> CaptureFile? {
      do throws(CaptureFailure) {
        return try CaptureFile(path: path, index: UInt32(clamping: names.count), isGrowing: true)
      } catch {
        return nil
      }
    }

    /// Names a capture by its path below what is followed; a name that came before gets a number.
    private mutating func begin(_ path: String) {
      let name = String(path.hasPrefix(folder) ? path.dropFirst(folder.count) : path[...])
      let count = (repeats[name] ?? 0) + 1
      repeats[name] = count
      names.append(count == 1 ? name : "\(name) (\(count))")
      report.current = names.last
    }
  }
}

/// What a path that is followed is.
private struct FollowedPath {
  let folder: Substring
  let isOneFile: Bool
  let isPipe: Bool

  init(_ path: String) {
    isPipe =
      path != "-" && CapturePaths.exists(path) && !CapturePaths.isFolder(path)
      && FileIdentity.isPipe(path)
    if CapturePaths.isFolder(path) {
      folder = path.hasSuffix("/") ? path[...] : "\(path)/"[...]
      isOneFile = false
      return
    }
    isOneFile = CapturePaths.exists(path) || !CapturePaths.isPattern(path)
    let fixed = isOneFile ? path[...] : path.prefix { !"*?[".contains($0) }
    folder = fixed.lastIndex(of: "/").map { fixed[...$0] } ?? ""
  }
}

extension CaptureFile {
  /// Whether somebody cut the file off before the place that was read: it begins anew.
  fileprivate var isCut: Bool {
    let (byteCount, read) = growth
    return isRegular && byteCount < read
  }

  /// The packets that were not taken, without the octets between them: the buffer is read into again,
  /// and a few packets must not hold all of it.
  fileprivate func takeCompact() -> PacketRun {
    let numberBefore = packetsBefore + UInt64(taken)
    var octets: [UInt8] = []
    var places: [PacketPlace] = []
    places.reserveCapacity(packets.count - taken)
    octets.reserveCapacity(packets[taken...].reduce(0) { $0 + $1.capturedLength })
    for var place in packets[taken...] {
      let start = octets.count
      octets.append(contentsOf: buffer[place.offset..<(place.offset + place.capturedLength)])
      place.offset = start
      places.append(place)
    }
    taken = packets.count
    return PacketRun(
      buffer: octets, packets: places[...], capture: index, numberBefore: numberBefore)
  }
}
