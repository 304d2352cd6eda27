import Evidence
import Wire

/// Internet checksums (RFC 1071) of a packet: IPv4's header, TCP and UDP.
///
/// A wrong one is counted and nothing else: what a host captures of its own traffic has checksums that
/// its network card would have filled in.
enum Checksum {
  /// Whether a checksum of the innermost packet is wrong, as far as the capture has what it covers.
  static func isWrong(_ frame: Span<UInt8>, _ headers: PacketHeaders) -> Bool {
    let network = headers.networkOffset
    let transport = headers.transportOffset
    // A datagram put together from fragments begins with its transport header.
    let hasNetwork = network < transport && transport <= frame.count
    if hasNetwork, frame[network] >> 4 == 4,
      folded(sum(frame, network..<transport)) != 0xFFFF
    {
      return true
    }
    let end = transport + headers.transportCount
    // Cut by the snap length, or of no length: nothing is known.
    guard headers.transportCount > 0, headers.missingCount == 0, end <= frame.count else {
      return false
    }
    let isTCP = headers.transport == PacketHeaders.tcp
    let place = transport + (isTCP ? 16 : 6)
    guard place + 1 < end else { return false }
    // UDP over IPv4 may have none (RFC 768).
    if !isTCP, frame[place] == 0, frame[place + 1] == 0 { return false }
    let count = UInt64(headers.transportCount)
    var total = UInt64(headers.transport) + count >> 16 + count & 0xFFFF
    total += addresses(headers) + sum(frame, transport..<end)
    return folded(total) != 0xFFFF
  }

  /// The addresses of the pseudo header; the first words of an IPv4 address as it is held here make
  /// no sum of their own.
  private static func addresses(_ headers: PacketHeaders) -> UInt64 {
    let isIPv4 = headers.sourceHigh == 0 && headers.sourceLow >> 32 == 0xFFFF
    guard !isIPv4 else {
      return headers.sourceLow & 0xFFFF_FFFF + headers.targetLow & 0xFFFF_FFFF
    }
    return halves(headers.sourceHigh) + halves(headers.sourceLow) + halves(headers.targetHigh)
      + halves(headers.targetLow)
  }

  private static func halves(_ word: UInt64) -> UInt64 { word >> 32 &+ word & 0xFFFF_FFFF }

  /// The sum of octets as big-endian words, folded; a last odd octet is a word's upper half.
  ///
  /// Summed in the machine's order, whose octets are swapped at the end (RFC 1071 section 2).
  private static func sum(_ frame: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
    // SAFETY: every load lies within `range`, which the caller has checked against the frame.
    let native = unsafe frame.extracting(range).withUnsafeBytes { octets in
      var lanes = SIMD4<UInt64>.zero
      var place = 0
      while place &+ 32 <= octets.count {
        let words = unsafe octets.loadUnaligned(fromByteOffset: place, as: SIMD4<UInt64>.self)
        lanes &+= words &>> 32
        lanes &+= words & 0xFFFF_FFFF
        place &+= 32
      }
      var total = lanes.wrappedSum()
      // At most 31 octets are left: in halves, since loops for them cost more than they do.
      let left = octets.count &- place
      if left & 16 != 0 {
        total &+= unsafe halves(octets.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        total &+= unsafe halves(octets.loadUnaligned(fromByteOffset: place &+ 8, as: UInt64.self))
        place &+= 16
      }
      if left & 8 != 0 {
        total &+= unsafe halves(octets.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        place &+= 8
      }
      if left & 4 != 0 {
        total &+= unsafe UInt64(octets.loadUnaligned(fromByteOffset: place, as: UInt32.self))
        place &+= 4
      }
      if left & 2 != 0 {
        total &+= unsafe UInt64(octets.loadUnaligned(fromByteOffset: place, as: UInt16.self))
        place &+= 2
      }
      if left & 1 != 0 { total &+= unsafe UInt64(UInt16(octets[place]).littleEndian) }
      return total
    }
    return UInt64(UInt16(truncatingIfNeeded: folded(native)).bigEndian)
  }

  private static func folded(_ sum: UInt64) -> UInt64 {
    var sum = sum
    while sum >> 16 != 0 { sum = sum >> 16 + sum & 0xFFFF }
    return sum
  }
}
