import Evidence
import Testing

@testable import Sensor
@testable import Wire

@Suite struct `Lanes` {
  /// Halves of messages, each in a conversation of its own, then a whole one.
  @Test func `give up what the oldest hold where all hold too much`() {
    var packets = Packets()
    for port in 0..<300 {
      packets.add([0xFF, 0xFF] + Self.query + Self.padding, from: 20_000 + port)
    }
    packets.add([0, UInt8(Self.query.count)] + Self.query, from: 30_000)
    var shard = Shard(0, of: 1, wantsLines: false, wantsActivities: true)
    shard.take(packets.run)
    let kept = UInt64(Limits.heldBytesPerLane / 65_536)
    #expect(shard.output.coverage[.evictions] >= 300 - kept)
    #expect(shard.output.coverage[.evictions] <= 300)
    #expect(shard.output.coverage[.dnsMessages] == 1)
    shard.finish()
    #expect(shard.takePart().activities.count == 1)
  }

  /// A message of 60,000 octets leaves room for the next: conversations give it back before any is
  /// ended.
  @Test func `take back room that is empty before they end anything`() {
    var packets = Packets()
    for port in 0..<600 {
      packets.add([0xEA, 0x60] + Self.query, from: 20_000 + port)
      packets.add(Array(repeating: 0, count: 60_000 - Self.query.count), from: 20_000 + port)
    }
    var shard = Shard(0, of: 1, wantsLines: false, wantsActivities: true)
    shard.take(packets.run)
    #expect(shard.output.coverage[.evictions] == 0)
    #expect(shard.output.coverage[.dnsMessages] == 600)
  }

  /// A question for the address of `a.`.
  private static let query: [UInt8] = [
    0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 0, 0, 1, 0, 1,
  ]
  private static let padding = [UInt8](repeating: 0, count: 60_000)
}

/// Frames of one client to a name server over TCP, a nanosecond apart.
private struct Packets {
  private var buffer: [UInt8] = []
  private var places: [PacketPlace] = []
  private var next: [Int: UInt32] = [:]

  var run: PacketRun {
    PacketRun(buffer: buffer, packets: places[...], capture: 0, numberBefore: 0)
  }

  mutating func add(_ payload: [UInt8], from port: Int) {
    let sequence = next[port] ?? 1
    next[port] = sequence + UInt32(payload.count)
    let total = 40 + payload.count
    let frame: [UInt8] =
      [0x45, 0, UInt8(total >> 8), UInt8(total & 0xFF), 0, 0, 0, 0, 64, 6, 0, 0]
      + [10, 0, 0, 1, 10, 0, 0, 2, UInt8(port >> 8), UInt8(port & 0xFF), 0, 53]
      + (0..<4).map { UInt8(truncatingIfNeeded: sequence >> UInt32(24 - 8 * $0)) }
      + [0, 0, 0, 0, 0x50, 0x08, 0, 0, 0, 0, 0, 0] + payload
    places.append(
      PacketPlace(
        time: Instant(nanoseconds: 1_700_000_000_000_000_000 + Int64(places.count)),
        offset: buffer.count, capturedLength: frame.count, originalLength: frame.count,
        linkType: .raw))
    buffer += frame
  }
}
