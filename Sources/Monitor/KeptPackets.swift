import Evidence
import Sensor

/// The last packets of a sensor, and of those the ones that alerts rest on: bounded by octets.
struct KeptPackets {
  /// The last runs, by number; those before `oldest` were let go.
  private var recent: [PacketRun] = []
  private var oldest = 0
  private var recentByteCount = 0
  private let recentLimit: Int

  private var proofs: [UInt64: KeptPacket] = [:]
  /// Numbers in `proofs` in the order in which they were added; those before `oldestProof` are gone.
  private var proofOrder: [UInt64] = []
  private var oldestProof = 0
  private var proofByteCount = 0
  private let proofLimit: Int
  /// Packets that an alert rests on and that could not be kept.
  private(set) var lost: Set<UInt64> = []
  /// Numbers of lost packets that are remembered, so that each is counted once.
  private static let lostLimit = 100_000
  private(set) var lostCount: UInt64 = 0

  init(
    recentLimit: Int = Limits.recentPacketBytes, proofLimit: Int = Limits.proofPacketBytes
  ) {
    self.recentLimit = recentLimit
    self.proofLimit = proofLimit
  }

  /// Holds packets, and lets the oldest go.
  mutating func take(_ runs: [PacketRun]) {
    for run in runs {
      recent.append(run)
      recentByteCount += run.heldByteCount
    }
    while recentByteCount > recentLimit, oldest < recent.count - 1 {
      recentByteCount -= recent[oldest].heldByteCount
      oldest += 1
    }
    // Moved together seldom enough to cost nothing a packet.
    if oldest > 64, oldest > recent.count / 2 {
      recent.removeFirst(oldest)
      oldest = 0
    }
  }

  /// Keeps the packets that an alert rests on.
  mutating func keep(_ alert: Alert) {
    for piece in alert.evidence {
      for number in piece.packets where proofs[number] == nil && !lost.contains(number) {
        if let packet = find(number) { add(packet) } else { lose(number) }
      }
    }
  }

  /// The packets of an alert that are held, by number.
  func packets(of alert: Alert) -> [UInt64: KeptPacket] {
    var found: [UInt64: KeptPacket] = [:]
    for piece in alert.evidence {
      for number in piece.packets { found[number] = proofs[number] }
    }
    return found
  }

  private func find(_ number: UInt64) -> KeptPacket? {
    var low = oldest
    var high = recent.count
    while low < high {
      let middle = (low + high) / 2
      let order = recent[middle].compare(number)
      if order == 0 { return recent[middle].kept(number) }
      if order < 0 { high = middle } else { low = middle + 1 }
    }
    return nil
  }

  private mutating func add(_ packet: KeptPacket) {
    proofs[packet.number] = packet
    proofOrder.append(packet.number)
    proofByteCount += packet.heldByteCount
    while proofByteCount > proofLimit, oldestProof < proofOrder.count - 1 {
      let number = proofOrder[oldestProof]
      oldestProof += 1
      if let former = proofs.removeValue(forKey: number) {
        proofByteCount -= former.heldByteCount
      }
      lose(number)
    }
    if oldestProof > 1024, oldestProof > proofOrder.count / 2 {
      proofOrder.removeFirst(oldestProof)
      oldestProof = 0
    }
  }

  private mutating func lose(_ number: UInt64) {
    lostCount += 1
    if lost.count >= KeptPackets.lostLimit { lost.removeAll(keepingCapacity: true) }
    lost.insert(number)
  }
}
