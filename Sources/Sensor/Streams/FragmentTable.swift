import Evidence
import Wire

/// Datagrams whose fragments have not all come (RFC 791 section 3.2, RFC 8200 section 4.5).
///
/// Where fragments overlap, the octets that came first are kept; IPv6 forbids overlaps, and such a
/// datagram is dropped and counted.
struct FragmentTable {
  private struct Key: Hashable {
    var source: Address
    var target: Address
    var identification: UInt32
    var transport: UInt8
  }

  fileprivate struct Datagram {
    var bytes: [UInt8] = []
    /// Ranges that came, sorted, joined.
    var ranges: [Range<Int>] = []
    var total: Int?
    var begun: Instant
  }

  private var datagrams: [Key: Datagram] = [:]
  private var order: [Key] = []

  /// Datagrams of a lane that are put together at a time: fragments of Kerberos and DNS come at
  /// once, so few are ever open.
  private static let limit = 256
  /// The largest payload of an IP datagram.
  private static let byteLimit = 65_535
  /// RFC 8200 section 4.5 waits sixty seconds.
  private static let seconds: Int64 = 60

  /// Adds a fragment; returns the payload of the datagram when it is whole.
  mutating func take(
    _ frame: Span<UInt8>, _ headers: PacketHeaders, at time: Instant, into output: inout Output
  ) -> [UInt8]? {
    guard let fragment = headers.fragment, headers.missingCount == 0 else { return nil }
    let end = fragment.offset + headers.payloadCount
    guard end <= FragmentTable.byteLimit else {
      output.coverage[.undecodedPackets] += 1
      return nil
    }
    let key = Key(
      source: Address(high: headers.sourceHigh, low: headers.sourceLow),
      target: Address(high: headers.targetHigh, low: headers.targetLow),
      identification: fragment.identification, transport: headers.transport)
    if datagrams[key] == nil {
      if datagrams.count >= FragmentTable.limit { evict(into: &output) }
      datagrams[key] = Datagram(begun: time)
      order.append(key)
    }
    guard var datagram = datagrams.removeValue(forKey: key) else { return nil }
    datagram.add(frame, headers, fragment)
    guard let total = datagram.total, datagram.ranges == [0..<total] else {
      datagrams[key] = datagram
      return nil
    }
    order.removeAll { $0 == key }
    return Array(datagram.bytes.prefix(total))
  }

  /// Drops datagrams that waited too long.
  mutating func expire(at time: Instant, into output: inout Output) {
    while let first = order.first, let datagram = datagrams[first],
      time.since(datagram.begun) > .seconds(FragmentTable.seconds)
    {
      evict(into: &output)
    }
  }

  private mutating func evict(into output: inout Output) {
    guard !order.isEmpty else { return }
    datagrams[order.removeFirst()] = nil
    output.coverage[.evictions] += 1
  }
}

extension FragmentTable.Datagram {
  mutating func add(
    _ frame: Span<UInt8>, _ headers: PacketHeaders, _ fragment: PacketHeaders.Fragment
  ) {
    let range = fragment.offset..<(fragment.offset + headers.payloadCount)
    if bytes.count < range.upperBound {
      bytes.append(contentsOf: repeatElement(0, count: range.upperBound - bytes.count))
    }
    for index in range where !ranges.contains(where: { $0.contains(index) }) {
      bytes[index] = frame[headers.payloadOffset + index - range.lowerBound]
    }
    if fragment.isLast { total = range.upperBound }
    ranges.append(range)
    ranges.sort { $0.lowerBound < $1.lowerBound }
    ranges = ranges.reduce(into: []) { joined, next in
      guard let last = joined.last, last.upperBound >= next.lowerBound else {
        joined.append(next)
        return
      }
      joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, next.upperBound)
    }
  }
}
