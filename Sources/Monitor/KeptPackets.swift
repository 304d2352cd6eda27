import Evidence
import Sensor

/// The last packets of a sensor, and of those the ones that alerts rest on: bounded by octets.
struct KeptPackets {
  /// The last runs, by number; those before `oldest` were let go.
  private var recent: [PacketRun] = []
  private var oldest = 0
  private var recentByteCount = 0
  private let recentLimit: Int

  /// Whether numbers are those of captures that follow each other, rather than of the whole run.
  private let numbersEachCapture: Bool
  /// The captures that recent packets may be of.
  private var captures: [String: UInt32] = [:]
  private var captureOrder: [(name: String, index: UInt32)] = []

  private var proofs: [KeptPacket.Name: KeptPacket] = [:]
  /// Names in `proofs` in the order in which they were added; those before `oldestProof` are gone.
  private var proofOrder: [KeptPacket.Name] = []
  private var oldestProof = 0
  private var proofByteCount = 0
  private let proofLimit: Int
  /// Packets that an alert rests on and that could not be kept.
  private(set) var lost: Set<KeptPacket.Name> = []
  /// Names of lost packets that are remembered, so that each is counted once.
  private static let lostLimit = 100_000
  private(set) var lostCount: UInt64 = 0

  init(
    numbersEachCapture: Bool = false, recentLimit: Int = Limits.recentPacketBytes,
    proofLimit: Int = Limits.proofPacketBytes
  ) {
    self.numbersEachCapture = numbersEachCapture
    self.recentLimit = recentLimit
    self.proofLimit = proofLimit
  }

  /// Notes the name of a capture that packets will be of.
  mutating func begin(capture name: String, index: UInt32) {
    captures[name] = index
    captureOrder.append((name, index))
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
      forgetCaptures()
    }
  }

  /// Forgets the captures that no recent packet is of.
  private mutating func forgetCaptures() {
    guard numbersEachCapture, let first = recent.first?.capture else { return }
    let count = captureOrder.prefix { $0.index < first }.count
    for (name, _) in captureOrder.prefix(count) { captures[name] = nil }
    captureOrder.removeFirst(count)
  }

  /// Keeps the packets that an alert rests on.
  mutating func keep(_ alert: Alert) {
    for name in alert.packetNames where proofs[name] == nil && !lost.contains(name) {
      if let packet = find(name) { add(packet, name) } else { lose(name) }
    }
  }

  /// The packets of an alert that are held.
  func packets(of alert: Alert) -> [KeptPacket.Name: KeptPacket] {
    var found: [KeptPacket.Name: KeptPacket] = [:]
    for name in alert.packetNames { found[name] = proofs[name] }
    return found
  }

  private func find(_ name: KeptPacket.Name) -> KeptPacket? {
    guard let capture = captures[name.capture] else { return nil }
    var low = oldest
    var high = recent.count
    while low < high {
      let middle = (low + high) / 2
      let order = compare(recent[middle], capture, name.number)
      if order == 0 { return recent[middle].kept(name.number) }
      if order < 0 { high = middle } else { low = middle + 1 }
    }
    return nil
  }

  /// Whether a packet is before, in, or after the run: negative, zero, positive.
  private func compare(_ run: PacketRun, _ capture: UInt32, _ number: UInt64) -> Int {
    if numbersEachCapture, run.capture != capture { return capture < run.capture ? -1 : 1 }
    return run.compare(number)
  }

  private mutating func add(_ packet: KeptPacket, _ name: KeptPacket.Name) {
    proofs[name] = packet
    proofOrder.append(name)
    proofByteCount += packet.heldByteCount
    while proofByteCount > proofLimit, oldestProof < proofOrder.count - 1 {
      let oldestName = proofOrder[oldestProof]
      oldestProof += 1
      if let former = proofs.removeValue(forKey: oldestName) {
        proofByteCount -= former.heldByteCount
      }
      lose(oldestName)
    }
    if oldestProof > 1024, oldestProof > proofOrder.count / 2 {
      proofOrder.removeFirst(oldestProof)
      oldestProof = 0
    }
  }

  private mutating func lose(_ name: KeptPacket.Name) {
    lostCount += 1
    if lost.count >= KeptPackets.lostLimit { lost.removeAll(keepingCapacity: true) }
    lost.insert(name)
  }
}

extension Alert {
  /// The packets that the evidence names, in its order.
  fileprivate var packetNames: some Sequence<KeptPacket.Name> {
    evidence.lazy.flatMap { piece in
      piece.packets.lazy.map { KeptPacket.Name(capture: piece.capture, number: $0) }
    }
  }
}
