extension DNS.NameReader {
  /// Labels and pointers of a name that is measured: four times what a name may have, and few enough
  /// that a message of thousands of records costs no time.
  private static let expandedParts = 1024

  /// Octets that the name at the cursor takes once it is written out, its compression undone; the
  /// cursor moves behind it.
  ///
  /// Where ``name(in:_:)`` refuses a name of more than 255 octets, this measures it: that a name
  /// becomes too long is the point of an attack (CVE-2020-1350).
  static func expandedByteCount(
    in message: inout ByteReader, _ field: StaticString
  ) throws(ParseFailure) -> Int {
    // The root's own length.
    var count = 1
    var lowest = message.position
    var next: Int?
    for _ in 0..<Self.expandedParts {
      let at = message.offset
      let length = Int(try message.u8(field))
      if length == 0 {
        if let next { message.position = next }
        return count
      }
      switch length & 0xC0 {
      case 0x00:
        count += 1 + length
        try message.skip(length, field)
      case 0xC0:
        let target = (length & 0x3F) << 8 | Int(try message.u8(field))
        // Each pointer leads further back, so that the chain ends.
        guard target < lowest else { throw ParseFailure(.malformed, field, at: at) }
        if next == nil { next = message.position }
        lowest = target
        message.position = target
      default: throw ParseFailure(.unsupported, field, at: at)
      }
    }
    throw ParseFailure(.overLimit, field, at: message.offset)
  }
}
