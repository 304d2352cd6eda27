import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// Interfaces, read on a thread of their own and merged in time order.
///
/// The thread does nothing but empty the kernel's buffers into a queue, so that a slow moment of
/// whoever takes from it costs memory, up to ``Limits/liveQueueBytes``; then packets wait in the
/// kernel's buffers, and are lost where those are full too.
/// Packets are numbered from one in the order in which they are delivered, over all interfaces: as a
/// recording of them numbers them.
public final class LiveFeed: PacketFeed {
  public let names: [String]
  public var numbersEachCapture: Bool { false }
  /// What is written about each interface in a recording.
  public let interfaces: [RecordedInterface]
  private let reader: Mutex<Reader>
  private let queue: Mutex<Queue>
  private let isStopping = Atomic<Bool>(false)
  private let queueByteCount: Int

  /// What became of the packets of one interface.
  public struct InterfaceReport: Hashable, Sendable {
    public var name: String
    public var statistics = LiveCapture.Statistics()
    /// Taken from the kernel, and dropped because the sensor was too slow.
    public var droppedBySensor: UInt64 = 0
    public var event: Event?

    /// How the interface is, where it is not as it should be.
    public enum Event: Hashable, Sendable {
      case down
      case gone(String)
    }
  }

  fileprivate struct Queue {
    var runs: [PacketRun] = []
    var byteCount = 0
    var isAtEnd = false
    var failure: CaptureFailure?
    var waiter: CheckedContinuation<Void, Never>?
    var reports: [InterfaceReport]
    /// Packets that were queued so far.
    var packetCount: UInt64 = 0
  }

  /// Takes over interfaces that are open.
  public init(
    _ captures: sending [LiveCapture], queueByteCount: Int = Limits.liveQueueBytes
  ) {
    names = captures.map(\.interface)
    interfaces = captures.map(\.described)
    self.queueByteCount = queueByteCount
    queue = Mutex(Queue(reports: captures.map { InterfaceReport(name: $0.interface) }))
    reader = Mutex(Reader(captures))
  }

  /// Begins to read, once; privileges are no longer needed from here on.
  public func start() throws(CaptureFailure) {
    // The thread ends by itself when it was stopped or nothing is left to read.
    _ = try WorkerThread(names.joined(separator: ", ")) { [self] in
      reader.withLock { reader in read(with: &reader) }
    }
  }

  public func stop() { isStopping.store(true, ordering: .relaxed) }

  public var reports: [InterfaceReport] { queue.withLock { $0.reports } }

  public func next() async throws(CaptureFailure) -> [PacketRun]? {
    let isReady = queue.withLock { !$0.runs.isEmpty || $0.isAtEnd }
    if !isReady {
      await withCheckedContinuation { continuation in
        let isLate = queue.withLock { queue in
          let isLate = !queue.runs.isEmpty || queue.isAtEnd
          if !isLate { queue.waiter = continuation }
          return isLate
        }
        if isLate { continuation.resume() }
      }
    }
    let (runs, isAtEnd, failure) = queue.withLock { queue in
      let runs = queue.takeRuns()
      return (runs, queue.isAtEnd, queue.failure)
    }
    guard runs.isEmpty, isAtEnd else { return runs }
    if let failure { throw failure }
    return nil
  }

  // MARK: - The thread

  /// Reads until it is asked to stop, or no interface is left.
  private func read(with reader: inout Reader) {
    var stoppedAt: Int64?
    while !reader.isOver(stoppedAt) {
      if stoppedAt == nil, isStopping.load(ordering: .relaxed) {
        stoppedAt = monotonicNanoseconds()
      }
      if isFull {
        reader.rest()
        deliver([], reader.reports)
        continue
      }
      reader.wait()
      reader.readOnce()
      deliver(reader.merge.take(), reader.reports)
    }
    reader.updateReports()
    deliver(reader.merge.take(isLast: true), reader.reports)
    let isLost = reader.isEveryInterfaceGone
    let failure = isLost ? reader.lastFailure : nil
    let waiter = queue.withLock { queue in
      queue.isAtEnd = true
      queue.failure = failure
      return queue.waiter.take()
    }
    waiter?.resume()
  }

  /// Whether what is read next may have no room: all that waits to be merged comes at once.
  private var isFull: Bool {
    let room = min(Limits.liveMergeBytes, queueByteCount / 2)
    return queue.withLock { $0.byteCount > queueByteCount - room }
  }

  /// Queues packets, and wakes whoever waits, even where there are none.
  private func deliver(_ runs: [PacketRun], _ reports: [InterfaceReport]) {
    let waiter = queue.withLock { queue in
      for index in reports.indices {
        queue.reports[index].statistics = reports[index].statistics
        queue.reports[index].event = reports[index].event
      }
      for run in runs { queue.add(run, limit: queueByteCount) }
      return queue.waiter.take()
    }
    waiter?.resume()
  }
}

extension LiveFeed.Queue {
  /// Packets that are taken at once: some milliseconds of work.
  private static let packetsPerTake = 16_384

  fileprivate mutating func add(_ run: PacketRun, limit: Int) {
    let count = UInt64(run.packets.count)
    guard byteCount + run.heldByteCount <= limit else {
      reports[Int(run.capture)].droppedBySensor += count
      return
    }
    byteCount += run.heldByteCount
    runs.append(run.numbered(after: packetCount))
    packetCount += count
  }

  fileprivate mutating func takeRuns() -> [PacketRun] {
    var packets = 0
    var end = 0
    while end < runs.count, packets < LiveFeed.Queue.packetsPerTake {
      packets += runs[end].packets.count
      byteCount -= runs[end].heldByteCount
      end += 1
    }
    defer { runs.removeFirst(end) }
    return Array(runs[..<end])
  }
}

/// The interfaces, as their thread reads them.
private struct Reader {
  private var captures: [LiveCapture?]
  private(set) var reports: [LiveFeed.InterfaceReport]
  private(set) var lastFailure: CaptureFailure?
  private var isEmpty: [Bool]
  /// How often in a row an interface was found down.
  private var downCounts: [Int]
  private var updatedAt: Int64?
  var merge: LiveMerge

  /// Nanoseconds between two looks at the interfaces' counters.
  private static let updateInterval: Int64 = 500_000_000
  /// Looks after which an interface is said to be down: one that just came up has no carrier yet.
  private static let downLimit = 3
  /// How long after the request to stop blocks of the kernel may still hold earlier packets.
  private static let lastWait = Int64(LiveCapture.blockMilliseconds) * 2_500_000
  /// And how long at most what piled up in the kernel is read: 2 GiB of the smallest packets take
  /// some seconds more, and a second signal ends it at once.
  private static let lastRead: Int64 = 20_000_000_000
  /// Microseconds until a full queue is looked at again: much less than a kernel's buffer holds.
  private static let restMicroseconds: UInt32 = 1_000

  init(_ captures: [LiveCapture]) {
    self.captures = captures
    reports = captures.map { LiveFeed.InterfaceReport(name: $0.interface) }
    isEmpty = captures.map { _ in true }
    downCounts = captures.map { _ in 0 }
    merge = LiveMerge(interfaces: captures.count)
  }

  var isEveryInterfaceGone: Bool { captures.allSatisfy { $0 == nil } }

  /// Whether nothing more is to be read.
  func isOver(_ stoppedAt: Int64?) -> Bool {
    if isEveryInterfaceGone { return true }
    guard let stoppedAt else { return false }
    let waited = monotonicNanoseconds() - stoppedAt
    return waited > Reader.lastRead || (waited > Reader.lastWait && !isEmpty.contains(false))
  }

  /// Waits for packets, at most as long as the kernel holds them back.
  func wait() {
    guard !isEmpty.contains(false) else { return }
    var waiting = captures.compactMap { capture in
      capture.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    }
    // SAFETY: the array outlives the call and has that many elements.
    _ = unsafe poll(&waiting, nfds_t(waiting.count), LiveCapture.blockMilliseconds)
  }

  /// Leaves packets in the kernel's buffers for a moment.
  mutating func rest() {
    usleep(Reader.restMicroseconds)
    updateReportsIfDue()
  }

  private mutating func updateReportsIfDue() {
    let isDue = updatedAt.map { monotonicNanoseconds() - $0 > Reader.updateInterval } ?? true
    if isDue { updateReports() }
  }

  /// Reads every interface once.
  mutating func readOnce() {
    for index in captures.indices {
      guard let capture = captures[index] else { continue }
      do throws(CaptureFailure) {
        let (batch, wasEmptied) = try capture.read()
        merge.add(batch, from: index)
        isEmpty[index] = wasEmptied
        if wasEmptied { merge.noteEmpty(index, at: monotonicNanoseconds()) }
      } catch {
        lose(index, error)
      }
    }
    updateReportsIfDue()
  }

  private mutating func lose(_ index: Int, _ failure: CaptureFailure) {
    lastFailure = failure
    reports[index].event = .gone(failure.reason)
    captures[index] = nil
    isEmpty[index] = true
    merge.close(index)
  }

  mutating func updateReports() {
    updatedAt = monotonicNanoseconds()
    for (index, capture) in captures.enumerated() {
      guard let capture else { continue }
      if let statistics = capture.statistics() { reports[index].statistics = statistics }
      switch Interfaces.state(capture.interface) {
      case .up:
        downCounts[index] = 0
        reports[index].event = nil
      case .down:
        downCounts[index] += 1
        if downCounts[index] >= Reader.downLimit { reports[index].event = .down }
      case .gone:
        lose(
          index, CaptureFailure(.cannotRead, capture.interface, "the interface is gone"))
      }
    }
  }
}
