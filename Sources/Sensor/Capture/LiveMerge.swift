import Evidence

/// Packets of several interfaces put into time order, waiting a bounded time for the slower ones.
///
/// The kernel hands packets over in blocks, each interface's on its own: what comes later from one may
/// be earlier than what came from another. A packet is let go when every other interface has shown a
/// later one, or was found empty long enough after this one came that nothing earlier can be on its
/// way; so an idle interface delays the others by ``hold`` and no more.
struct LiveMerge {
  /// What one read of an interface gave.
  struct Batch {
    var buffer: [UInt8]
    var packets: [PacketPlace]
    /// When it was read, on the monotonic clock, in nanoseconds.
    var arrival: Int64
    /// Packets that were let go.
    var taken = 0

    var nextTime: Instant? { taken < packets.count ? packets[taken].time : nil }
  }

  private struct Queue {
    var batches: [Batch] = []
    /// The latest time of a packet so far.
    var latest = Instant(nanoseconds: Int64.min)
    /// When the interface was last found empty.
    var emptyAt = Int64.min
    var isGone = false

    var nextTime: Instant? { batches.first?.nextTime }
  }

  /// Nanoseconds after which nothing earlier can come: the kernel closes a block at the latest after
  /// ``LiveCapture/blockMilliseconds``, and the same again covers a busy machine.
  static let hold = Int64(LiveCapture.blockMilliseconds) * 2_000_000

  private var queues: [Queue]
  private var byteCount = 0

  init(interfaces: Int) { queues = (0..<interfaces).map { _ in Queue() } }

  mutating func add(_ batch: Batch, from interface: Int) {
    guard !batch.packets.isEmpty else { return }
    byteCount += batch.buffer.count
    for packet in batch.packets {
      queues[interface].latest = max(queues[interface].latest, packet.time)
    }
    queues[interface].batches.append(batch)
  }

  mutating func noteEmpty(_ interface: Int, at time: Int64) { queues[interface].emptyAt = time }

  /// Waits for an interface no longer: it is gone.
  mutating func close(_ interface: Int) { queues[interface].isGone = true }

  /// What can be let go, in order; at the end, everything.
  mutating func take(isLast: Bool = false) -> [PacketRun] {
    let isFull = byteCount > Limits.liveMergeBytes
    let limit = isLast || isFull ? Instant(nanoseconds: Int64.max) : releasedUntil()
    var runs: [PacketRun] = []
    while let chosen = earliest(), let run = takeRun(of: chosen, until: limit) { runs.append(run) }
    return runs
  }

  /// The time up to which no interface can bring anything more.
  private func releasedUntil() -> Instant {
    var limit = Instant(nanoseconds: Int64.max)
    for (index, queue) in queues.enumerated() where !queue.isGone {
      var reached = queue.latest
      for (other, waiting) in queues.enumerated() where other != index {
        for batch in waiting.batches where batch.arrival + LiveMerge.hold <= queue.emptyAt {
          if let last = batch.packets.last { reached = max(reached, last.time) }
        }
      }
      limit = min(limit, reached)
    }
    return limit
  }

  /// The interface with the earliest packet; of equal ones the first.
  private func earliest() -> Int? {
    var best: (index: Int, time: Instant)?
    for (index, queue) in queues.enumerated() {
      guard let time = queue.nextTime else { continue }
      if let found = best, found.time <= time { continue }
      best = (index, time)
    }
    return best?.index
  }

  /// The packets that the interface has before any other; nil where they must wait.
  private mutating func takeRun(of chosen: Int, until limit: Instant) -> PacketRun? {
    var limit = limit
    for (index, queue) in queues.enumerated() where index != chosen {
      if let time = queue.nextTime { limit = min(limit, time) }
    }
    guard var batch = queues[chosen].batches.first, let first = batch.nextTime, first <= limit
    else { return nil }
    let start = batch.taken
    batch.taken += 1
    while let time = batch.nextTime, time <= limit { batch.taken += 1 }
    let run = PacketRun(
      buffer: batch.buffer, packets: batch.packets[start..<batch.taken],
      capture: UInt32(clamping: chosen), numberBefore: 0)
    if batch.taken == batch.packets.count {
      queues[chosen].batches.removeFirst()
      byteCount -= batch.buffer.count
    } else {
      queues[chosen].batches[0] = batch
    }
    return run
  }
}

extension PacketRun {
  /// The same packets after that many others of the sensor.
  func numbered(after count: UInt64) -> PacketRun {
    PacketRun(buffer: buffer, packets: packets, capture: capture, numberBefore: count)
  }

  /// Octets that holding the run costs: its packets and their places.
  public var heldByteCount: Int {
    packets.reduce(0) { $0 + $1.capturedLength + MemoryLayout<PacketPlace>.stride }
  }
}
