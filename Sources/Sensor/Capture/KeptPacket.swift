public import Evidence
import Wire

/// A packet that is held by itself: to prove an alert.
public struct KeptPacket: Sendable {
  /// Its number in its capture.
  public var number: UInt64
  public var time: Instant
  /// Octets that were captured.
  public var bytes: [UInt8]
  var place: PacketPlace

  init(_ run: PacketRun, at index: Int) {
    let found = run.packets[index]
    number = run.numberBefore + UInt64(index - run.packets.startIndex) + 1
    time = found.time
    bytes = Array(run.buffer[found.offset..<(found.offset + found.capturedLength)])
    place = found
    place.offset = 0
  }

  /// A packet as evidence names it.
  public struct Name: Hashable, Sendable {
    /// The name of its capture, or of the interface that it came from.
    public var capture: String
    public var number: UInt64

    public init(capture: String, number: UInt64) {
      self.capture = capture
      self.number = number
    }
  }

  /// Octets that holding it costs.
  public var heldByteCount: Int { bytes.count + MemoryLayout<KeptPacket>.stride }

  /// The packets of those numbers in a capture, in its order; numbers beyond its end are left out.
  public static func read(
    _ numbers: Set<UInt64>, of path: String
  ) throws(CaptureFailure) -> [KeptPacket] {
    var captures = try CaptureSet(paths: [path])
    var found: [KeptPacket] = []
    let last = numbers.max() ?? 0
    while let run = try captures.next() {
      for index in run.packets.indices {
        let number = run.numberBefore + UInt64(index - run.packets.startIndex) + 1
        if numbers.contains(number) { found.append(KeptPacket(run, at: index)) }
      }
      if run.numberBefore + UInt64(run.packets.count) >= last { break }
    }
    return found
  }
}

extension PacketRun {
  /// The packet of a number, where it is in the run.
  public func kept(_ number: UInt64) -> KeptPacket? {
    guard number > numberBefore, number - numberBefore <= UInt64(packets.count) else { return nil }
    return KeptPacket(self, at: packets.startIndex + Int(number - numberBefore) - 1)
  }

  /// Whether the number is that of a packet before, in, or after the run: negative, zero, positive.
  public func compare(_ number: UInt64) -> Int {
    if number <= numberBefore { return -1 }
    return number - numberBefore > UInt64(packets.count) ? 1 : 0
  }
}

/// The packets of an alert, cut out of captures: a pcapng file that says of each what it proves.
public struct ProofFile {
  private var entries: [Entry] = []

  private struct Entry {
    var capture: String
    var packet: KeptPacket
    var comments: [String]
  }

  public init() {}

  public var packetCount: Int { entries.count }

  /// Adds a packet of a capture with what is said about it.
  public mutating func add(_ packet: KeptPacket, of capture: String, _ comments: [String]) {
    entries.append(Entry(capture: capture, packet: packet, comments: comments))
  }

  /// The file, packets in order of time.
  public func bytes(comment: String) -> [UInt8] {
    var interfaces: [RecordedInterface] = []
    let ordered = entries.sorted {
      ($0.packet.time, $0.capture, $0.packet.number) < (
        $1.packet.time, $1.capture, $1.packet.number
      )
    }
    let indexes = ordered.map { entry in
      let interface = RecordedInterface(
        name: entry.capture, linkType: entry.packet.place.linkType.rawValue)
      if let known = interfaces.firstIndex(of: interface) { return known }
      interfaces.append(interface)
      return interfaces.count - 1
    }
    var encoder = CaptureEncoder(.pcapng, interfaces)
    encoder.begin(comment: comment)
    for (index, entry) in zip(indexes, ordered) {
      encoder.add(
        entry.packet.bytes[...], entry.packet.place, interface: index, comments: entry.comments)
    }
    return encoder.bytes
  }
}
