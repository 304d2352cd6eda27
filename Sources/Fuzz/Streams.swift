import Evidence

@testable import Sensor
@testable import Wire

/// Reassembly, of TCP segments and of IP fragments: the input says what comes in which order, and
/// what comes out is compared with what was sent.
enum Streams {
  static let all = [
    Entry(name: "stream", run: reassemble),
    Entry(name: "fragments", run: defragment),
  ]

  /// What was sent: no octet says where it was, but two neighbours together mostly do.
  static func sent(_ place: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: (place &* 0x9E37_79B1) >> 13)
  }

  /// Operations of four octets, behind four that say where sequence numbers begin.
  private static func reassemble(_ octets: [UInt8]) {
    guard octets.count >= 8 else { return }
    let start = octets[..<4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let exchange = Recorder()
    let reader = Stream.Reader(exchange: exchange, side: .client)
    var output = Output(wantsLines: false, wantsActivities: false)
    var stream = Stream()
    stream.begin(after: start &- 1)
    var index = 4
    var packet: UInt64 = 0
    while index + 4 <= octets.count {
      packet += 1
      let moment = Moment(
        time: Instant(seconds: Int64(packet)), capture: 0, packet: packet)
      let count = Int(octets[index + 1])
      let place = Int(octets[index + 2]) << 8 | Int(octets[index + 3])
      var headers = PacketHeaders()
      headers.sequence = start &+ UInt32(place)
      headers.payloadCount = count
      switch octets[index] % 16 {
      case 0..<3: stream.acknowledge(headers.sequence, reader, into: &output)
      case 3: headers.missingCount = count
      default: break
      }
      if octets[index] % 16 >= 3 {
        let payload = (place..<(place + count)).map { sent($0) }
        stream.take(payload.span, headers, reader, at: moment, into: &output)
      }
      exchange.check(output.coverage[.gapBytes])
      index += 4
    }
    stream.finish(reader, into: &output)
    exchange.check(output.coverage[.gapBytes])
  }

  /// Operations of four octets: which datagram, how much, and from where.
  private static func defragment(_ octets: [UInt8]) {
    var table = FragmentTable()
    var output = Output(wantsLines: false, wantsActivities: false)
    var index = 0
    while index + 4 <= octets.count {
      let place = (Int(octets[index + 2]) << 8 | Int(octets[index + 3])) & 0x1FFF
      let count = Int(octets[index + 1]) * 8
      var headers = PacketHeaders()
      headers.transport = PacketHeaders.udp
      headers.payloadCount = count
      headers.fragment = PacketHeaders.Fragment(
        identification: UInt32(octets[index] >> 4), offset: place * 8,
        isLast: octets[index] & 1 == 1)
      let frame = ((place * 8)..<(place * 8 + count)).map { sent($0) }
      let time = Instant(seconds: Int64(index))
      if let whole = table.take(frame.span, headers, at: time, into: &output.coverage) {
        for (place, octet) in whole.enumerated() {
          hold(octet == sent(place), "a datagram is what was sent")
        }
      }
      index += 4
    }
  }
}

/// Takes whatever comes, and compares it with what was sent.
private final class Recorder: Exchange {
  static let tcpPorts: [UInt16] = []
  static let udpPorts: [UInt16] = []
  private var taken = 0
  private var lost = 0

  init() {}
  init(_ parties: Parties) {}

  static func recognises(
    _ bytes: Span<UInt8>, _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool { true }

  func take(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) -> Progress {
    let start = taken + Int(output.coverage[.gapBytes])
    for index in 0..<bytes.count {
      hold(bytes[index] == Streams.sent(start + index), "octets come as they were sent")
    }
    taken += bytes.count
    return Progress(consumed: bytes.count)
  }

  func lost(_ side: Side, at moment: Moment, into output: inout Output) { lost += 1 }
  func end(into output: inout Output) {}

  /// What was taken and what was lost lie in the sequence numbers that the input can name.
  func check(_ gapBytes: UInt64) {
    hold(taken + Int(gapBytes) <= 0xFFFF + 2 * 0xFF, "no octet is counted twice")
  }
}
