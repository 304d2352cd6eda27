import Evidence
import Testing

@testable import Sensor
@testable import Wire

@Suite struct `IP fragments` {
  @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 0, 1, 2], [2, 0, 1]])
  func `make their datagram in any order, copies and all`(_ order: [Int]) {
    var feed = Feed()
    var whole: String?
    for index in order {
      whole = feed.send(["abcdefgh", "ijklmnop", "qr"][index], at: index * 8, isLast: index == 2)
    }
    #expect(whole == "abcdefghijklmnopqr")
  }

  @Test func `of IPv4 keep what came first where they overlap`() {
    var feed = Feed()
    #expect(feed.send("ijklmnop", at: 8) == nil)
    #expect(feed.send("abcdefgh--------qrstuvwx", at: 0) == nil)
    #expect(feed.send("yz", at: 24, isLast: true) == "abcdefghijklmnopqrstuvwxyz")
  }

  @Test func `of IPv6 that contradict each other drop their datagram`() {
    var feed = Feed()
    feed.isIPv6 = true
    #expect(feed.send("abcdefgh", at: 0) == nil)
    #expect(feed.send("abcdefgX", at: 0) == nil)
    #expect(feed.output.coverage[.undecodedPackets] == 1)
    // What follows is the beginning of another.
    #expect(feed.send("ijkl", at: 8, isLast: true) == nil)
    #expect(feed.send("abcdefgh", at: 0) == "abcdefghijkl")
  }

  @Test func `without octets change nothing`() {
    var feed = Feed()
    #expect(feed.send("", at: 800) == nil)
    #expect(feed.send("abcdefgh", at: 0) == nil)
    #expect(feed.send("", at: 8, isLast: true) == "abcdefgh")
  }

  /// Eight octets at every other place: each piece would be compared with all before it.
  @Test func `that lie apart are given up before they cost work`() {
    var feed = Feed()
    for index in 0..<4000 { _ = feed.send("abcdefgh", at: index * 16) }
    // Every 65th begins a new datagram, so that no more than 64 are ever looked at.
    #expect(feed.output.coverage[.evictions] == 4000 / 65)
  }

  @Test func `of many datagrams are held up to the limit`() {
    var feed = Feed()
    for index in 0..<200 { _ = feed.send("abcdefgh", at: 65_000, of: UInt32(index)) }
    let held = Limits.fragmentBytes / 65_008
    #expect(feed.output.coverage[.evictions] == UInt64(200 - held))
  }
}

/// A table and one sender.
private struct Feed {
  private var table = FragmentTable()
  var output = Output(wantsLines: false, wantsActivities: false)
  var isIPv6 = false

  /// Shows a fragment; the datagram where it is whole.
  mutating func send(
    _ text: String, at offset: Int, isLast: Bool = false, of identification: UInt32 = 7
  ) -> String? {
    var headers = PacketHeaders()
    headers.transport = PacketHeaders.udp
    headers.sourceHigh = isIPv6 ? 0xFE80 << 48 : 0
    headers.sourceLow = isIPv6 ? 1 : 0xFFFF_0A00_0001
    headers.payloadCount = text.utf8.count
    headers.fragment = PacketHeaders.Fragment(
      identification: identification, offset: offset, isLast: isLast)
    let frame = Array(text.utf8)
    let whole = table.take(frame.span, headers, at: Instant(seconds: 1), into: &output.coverage)
    return whole.map { String(decoding: $0, as: UTF8.self) }
  }
}
