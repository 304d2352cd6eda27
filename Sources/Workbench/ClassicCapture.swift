/// The packets of a little-endian capture, as the classic format has them, to be damaged one by one.
struct ClassicCapture {
  private let header: [UInt8]
  private var packets: [[UInt8]] = []

  /// Octets before a packet's own.
  private static let recordHeader = 16

  /// Nil for other formats.
  init?(_ bytes: [UInt8]) {
    guard bytes.count > 32 else { return nil }
    if bytes[0] == 0xD4 || bytes[0] == 0x4D, bytes[1] == 0xC3 || bytes[1] == 0x3C {
      header = Array(bytes[..<24])
      takeRecords(bytes)
    } else if bytes[0] == 0x0A, bytes[8] == 0x4D {
      // Microseconds and a link type, which the first interface says.
      let type = ClassicCapture.number(bytes, ClassicCapture.number(bytes, 4) + 8) & 0xFFFF
      let start: [UInt8] = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]
      header = start + [0, 0, 4, 0] + ClassicCapture.octets(type)
      takeBlocks(bytes)
    } else {
      return nil
    }
    guard !packets.isEmpty else { return nil }
  }

  var bytes: [UInt8] { header + packets.joined() }

  private mutating func takeRecords(_ bytes: [UInt8]) {
    var place = header.count
    while place + ClassicCapture.recordHeader <= bytes.count {
      let length = ClassicCapture.number(bytes, place + 8)
      let end = place + ClassicCapture.recordHeader + length
      guard end <= bytes.count else { return }
      packets.append(Array(bytes[place..<end]))
      place = end
    }
  }

  /// Enhanced packet blocks, whose times become classic ones.
  private mutating func takeBlocks(_ bytes: [UInt8]) {
    var place = 0
    while place + 32 <= bytes.count {
      let length = ClassicCapture.number(bytes, place + 4)
      guard length >= 12, place + length <= bytes.count else { return }
      if bytes[place] == 6, length >= 32 {
        let high = UInt64(ClassicCapture.number(bytes, place + 12))
        var time = high << 32 | UInt64(ClassicCapture.number(bytes, place + 16))
        // Nanoseconds, where it cannot be microseconds.
        if time > 1 << 58 { time /= 1000 }
        let captured = min(ClassicCapture.number(bytes, place + 20), length - 32)
        packets.append(
          ClassicCapture.octets(Int(truncatingIfNeeded: time / 1_000_000))
            + ClassicCapture.octets(Int(time % 1_000_000)) + ClassicCapture.octets(captured)
            + bytes[(place + 24)..<(place + 28)] + bytes[(place + 28)..<(place + 28 + captured)])
      }
      place += length
    }
  }

  private static func number(_ bytes: [UInt8], _ place: Int) -> Int {
    guard place >= 0, place + 4 <= bytes.count else { return 0 }
    return (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
  }

  private static func octets(_ number: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  // MARK: - Damage

  mutating func mutate(_ random: inout SplitMix) {
    guard !packets.isEmpty else { return }
    let chosen = random.below(packets.count)
    let other = random.below(packets.count)
    switch random.below(10) {
    case 0: packets.swapAt(chosen, other)
    case 1: packets.insert(packets[chosen], at: other)
    case 2: packets.remove(at: chosen)
    case 3: resize(chosen, to: random.below(packets[chosen].count + 64))
    default:
      // Behind Ethernet, IP and TCP lie the protocols: that is where most of it is spent.
      let start = min(16 + (random.below(4) == 0 ? 0 : 54), packets[chosen].count - 1)
      for _ in 0...random.below(6) {
        let place = start + random.below(packets[chosen].count - start)
        let edge: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, UInt8(truncatingIfNeeded: random.next())]
        packets[chosen][place] = edge[random.below(edge.count)]
      }
    }
  }

  /// Cuts or lengthens a packet, with its captured length; the wire's length stays.
  private mutating func resize(_ index: Int, to count: Int) {
    let start = ClassicCapture.recordHeader
    let length = max(0, count - start)
    var packet = Array(packets[index].prefix(start + length))
    packet += Array(repeating: 0, count: start + length - packet.count)
    for octet in 0..<4 { packet[8 + octet] = UInt8(truncatingIfNeeded: length >> (8 * octet)) }
    packets[index] = packet
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers for the same seed everywhere.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }

  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }
}
