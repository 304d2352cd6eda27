import Evidence
import Wire

/// Datagrams whose fragments have not all come (RFC 791 section 3.2, RFC 8200 section 4.5).
///
/// Where fragments overlap, the octets that came first are kept; IPv6 forbids overlaps, and a datagram
/// in which the same place has other octets is dropped and counted. Copies of a fragment, which
/// mirrors make, change nothing.
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

    /// What adding a fragment came to.
    enum Verdict { case added, contradicted, overLimit }
  }

  private var datagrams: [Key: Datagram] = [:]
  private var order: [Key] = []
  /// Octets of all datagrams.
  private var byteCount = 0

  /// Datagrams that are put together at a time: fragments of Kerberos and DNS come at once, so few are
  /// ever open.
  private static let limit = 1024
  /// The largest payload of an IP datagram.
  private static let byteLimit = 65_535
  /// Pieces of one datagram between which something is missing.
  ///
  /// A link of 576 octets makes 119 fragments of the largest datagram, of which every other one lies
  /// alone at worst. Without a limit, 4096 pieces of eight octets would be looked through for each
  /// that comes.
  fileprivate static let pieces = 64
  /// RFC 8200 section 4.5 waits sixty seconds.
  private static let seconds: Int64 = 60

  /// Adds a fragment; returns the payload of the datagram when it is whole.
  mutating func take(
    _ frame: Span<UInt8>, _ headers: PacketHeaders, at time: Instant, into coverage: inout Coverage
  ) -> [UInt8]? {
    guard let fragment = headers.fragment, headers.missingCount == 0 else { return nil }
    let end = fragment.offset + headers.payloadCount
    guard end <= FragmentTable.byteLimit else {
      coverage[.undecodedPackets] += 1
      return nil
    }
    let key = Key(
      source: Address(high: headers.sourceHigh, low: headers.sourceLow),
      target: Address(high: headers.targetHigh, low: headers.targetLow),
      identification: fragment.identification, transport: headers.transport)
    if datagrams[key] == nil {
      if datagrams.count >= FragmentTable.limit { evict(into: &coverage) }
      datagrams[key] = Datagram(begun: time)
      order.append(key)
    }
    guard var datagram = datagrams.removeValue(forKey: key) else { return nil }
    byteCount -= datagram.bytes.count
    let verdict = datagram.add(frame, headers, fragment)
    if verdict != .added {
      coverage[verdict == .overLimit ? .evictions : .undecodedPackets] += 1
      order.removeAll { $0 == key }
      return nil
    }
    guard let total = datagram.total, datagram.ranges == [0..<total] else {
      byteCount += datagram.bytes.count
      datagrams[key] = datagram
      while byteCount > Limits.fragmentBytes { evict(into: &coverage) }
      return nil
    }
    order.removeAll { $0 == key }
    return Array(datagram.bytes.prefix(total))
  }

  /// Drops datagrams that waited too long.
  mutating func expire(at time: Instant, into coverage: inout Coverage) {
    while let first = order.first, let datagram = datagrams[first],
      time.since(datagram.begun) > .seconds(FragmentTable.seconds)
    {
      evict(into: &coverage)
    }
  }

  private mutating func evict(into coverage: inout Coverage) {
    guard !order.isEmpty else { return }
    let dropped = datagrams.removeValue(forKey: order.removeFirst())
    byteCount -= dropped?.bytes.count ?? 0
    coverage[.evictions] += 1
  }
}

extension FragmentTable.Datagram {
  /// Adds what is new of a fragment.
  mutating func add(
    _ frame: Span<UInt8>, _ headers: PacketHeaders, _ fragment: PacketHeaders.Fragment
  ) -> Verdict {
    let range = fragment.offset..<(fragment.offset + headers.payloadCount)
    if fragment.isLast { total = range.upperBound }
    guard !range.isEmpty else { return .added }
    if bytes.count < range.upperBound {
      bytes.append(contentsOf: repeatElement(0, count: range.upperBound - bytes.count))
    }
    // Where the payload's octet for the datagram's first would be.
    let shift = headers.payloadOffset - range.lowerBound
    let isStrict = !Address(high: headers.sourceHigh, low: headers.sourceLow).isIPv4
    var position = range.lowerBound
    for known in ranges where known.overlaps(range) {
      while position < known.lowerBound {
        bytes[position] = frame[position + shift]
        position += 1
      }
      let end = min(known.upperBound, range.upperBound)
      while position < end {
        if isStrict, bytes[position] != frame[position + shift] { return .contradicted }
        position += 1
      }
    }
    while position < range.upperBound {
      bytes[position] = frame[position + shift]
      position += 1
    }
    join(range)
    return ranges.count <= FragmentTable.pieces ? .added : .overLimit
  }

  /// Puts a range among the others, which stay sorted and apart.
  private mutating func join(_ range: Range<Int>) {
    let first = ranges.firstIndex { $0.upperBound >= range.lowerBound } ?? ranges.count
    let last = ranges[first...].firstIndex { $0.lowerBound > range.upperBound } ?? ranges.count
    guard first < last else {
      ranges.insert(range, at: first)
      return
    }
    let lower = min(range.lowerBound, ranges[first].lowerBound)
    let upper = max(range.upperBound, ranges[last - 1].upperBound)
    ranges.replaceSubrange(first..<last, with: [lower..<upper])
  }
}
