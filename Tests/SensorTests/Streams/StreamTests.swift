import Evidence
import Testing
import Wire

@testable import Sensor

@Suite struct `TCP streams` {
  @Test func `come in order however their segments came`() {
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [2, 0, 1]] {
      var feed = Feed()
      feed.begin(at: 99)
      for index in order { feed.send(["abc", "def", "ghi"][index], at: 100 + UInt32(index) * 3) }
      #expect(feed.text == "abcdefghi")
    }
  }

  @Test func `wrap around the end of sequence numbers`() {
    var feed = Feed()
    feed.begin(at: UInt32.max - 3)
    feed.send("abcdef", at: UInt32.max - 2)
    feed.send("ghi", at: 3)
    #expect(feed.text == "abcdefghi")
  }

  @Test func `keep what came first where segments overlap`() {
    var feed = Feed()
    feed.begin(at: 99)
    feed.send("abcd", at: 100)
    feed.send("XXef", at: 102)
    feed.send("abcd", at: 100)
    #expect(feed.text == "abcdef")
  }

  @Test func `count a hole that was acknowledged and go on behind it`() {
    var feed = Feed()
    feed.begin(at: 99)
    feed.send("abc", at: 100)
    feed.send("mno", at: 112)
    for _ in 0...Limits.segmentsAfterHole { feed.acknowledge(115) }
    #expect(feed.text == "abc|mno")
    #expect(feed.output.coverage[.gaps] == 1)
    #expect(feed.output.coverage[.gapBytes] == 9)
  }

  @Test func `do not wait for what the capture cut off`() {
    var feed = Feed()
    feed.begin(at: 99)
    feed.send("abc", at: 100, missing: 5)
    feed.send("def", at: 108)
    #expect(feed.text == "abc|def")
  }

  @Test func `lose what the capture cut off once, however often it was sent`() {
    var feed = Feed()
    feed.begin(at: 99)
    for _ in 0..<3 { feed.send("abc", at: 100, missing: 5) }
    feed.send("", at: 104, missing: 6)
    feed.send("def", at: 110)
    #expect(feed.text == "abc||def")
    #expect(feed.output.coverage[.gapBytes] == 7)
  }

  @Test func `pass over what the exchange does not want`() {
    var feed = Feed()
    feed.exchange.passOver = 4
    feed.begin(at: 99)
    feed.send("ab", at: 100)
    feed.send("cdefg", at: 102)
    #expect(feed.text == "abefg")
  }

  @Test func `hand on a message when as much came as it needs`() {
    var feed = Feed()
    feed.exchange.needed = 6
    feed.begin(at: 99)
    for (index, letter) in "abcdefgh".enumerated() {
      feed.send(String(letter), at: 100 + UInt32(index))
    }
    #expect(feed.exchange.calls == 4)
    #expect(feed.text == "abcdefgh")
  }

  @Test func `hold no more than the limit behind a hole`() {
    var feed = Feed()
    feed.begin(at: 99)
    let large = String(repeating: "x", count: 60_000)
    for index in 0..<8 { feed.send(large, at: 200 + UInt32(index) * 60_000) }
    #expect(feed.output.coverage[.gaps] == 1)
    #expect(feed.exchange.bytes.count >= 8 * 60_000 - Limits.outOfOrderBytesPerDirection)
  }
}

/// One direction, fed by hand.
private struct Feed {
  var stream = Stream()
  let exchange = Recorder(
    Parties(
      client: Endpoint(address: Address(ipv4: 1), port: 1),
      server: Endpoint(address: Address(ipv4: 2), port: 2), transport: .tcp))
  var output = Output(wantsLines: false, wantsActivities: true)

  var text: String { String(decoding: exchange.bytes, as: UTF8.self) }
  private var reader: Stream.Reader { Stream.Reader(exchange: exchange, side: .client) }

  mutating func begin(at sequence: UInt32) { stream.begin(after: sequence) }

  mutating func send(_ text: String, at sequence: UInt32, missing: Int = 0) {
    var headers = PacketHeaders()
    headers.sequence = sequence
    headers.missingCount = missing
    let octets = Array(text.utf8)
    stream.take(
      octets.span, headers, reader,
      at: Moment(time: Instant(seconds: 1), capture: 0, packet: 1), into: &output)
  }

  mutating func acknowledge(_ acknowledgment: UInt32) {
    stream.acknowledge(acknowledgment, reader, into: &output)
  }
}

/// Writes down what it is given; a hole as `|`.
private final class Recorder: Exchange {
  static let tcpPorts: [UInt16] = []
  static let udpPorts: [UInt16] = []
  static func recognises(
    _ bytes: Span<UInt8>, _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool { true }

  var bytes: [UInt8] = []
  var calls = 0
  /// Octets to pass over after the first message.
  var passOver = 0
  /// Octets without which the first call takes nothing.
  var needed = 0

  init(_ parties: Parties) {}

  func take(
    _ octets: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) -> Progress {
    calls += 1
    guard octets.count >= needed else { return Progress(consumed: 0, needed: needed) }
    needed = 0
    for index in 0..<octets.count { bytes.append(octets[index]) }
    // What is passed over counts from the end of what was given, and is not written down.
    let excess = passOver > 0 ? passOver - octets.count : 0
    passOver = 0
    return Progress(consumed: octets.count + max(0, excess))
  }

  func lost(_ side: Side, at moment: Moment, into output: inout Output) {
    bytes.append(UInt8(ascii: "|"))
  }

  func end(into output: inout Output) {}
}
