extension DNS {
  /// Reads names with compression (RFC 1035 section 4.1.4).
  ///
  /// A pointer must point before everything that was read of its name, so that a chain ends; the
  /// length is bounded as if the name were written out.
  public struct NameReader: Sendable {
    /// The name that most records repeat, and where it begins.
    private var known: (name: String, offset: Int)?

    public init() {}

    /// Remembers a name, so that a lone pointer to it copies nothing.
    mutating func remember(_ name: String, at offset: Int) { known = (name, offset) }

    /// The name at the cursor, which moves behind it; `message` begins where pointers count from.
    ///
    /// Labels are joined by dots, without the last one; the root is `.`. What is not UTF-8 becomes
    /// U+FFFD: one for an octet that begins a character, with those that go on with it.
    public mutating func name(
      in message: inout ByteReader, _ field: StaticString
    ) throws(ParseFailure) -> String {
      if let known, message.peek() == 0xC0, let low = message.peek(1), Int(low) == known.offset {
        try message.skip(2, field)
        return known.name
      }
      // Written out on the stack, since each allocation shows, and on little of it: it is cleared.
      let start = message.position
      var short = InlineArray<64, UInt8>(repeating: 0)
      if let name = try Self.read(&message, field, into: &short) { return name }
      message.position = start
      var long = InlineArray<256, UInt8>(repeating: 0)
      return try Self.read(&message, field, into: &long) ?? "."
    }

    /// The name at the cursor, written into `text` on the way; nil where that is too small.
    private static func read<let capacity: Int>(
      _ message: inout ByteReader, _ field: StaticString,
      into text: inout InlineArray<capacity, UInt8>
    ) throws(ParseFailure) -> String? {
      var count = 0
      // One octet for the root's own length.
      var byteCount = 1
      var lowest = message.position
      var next: Int?
      var pointers = 0
      while true {
        let at = message.offset
        let length = Int(try message.u8(field))
        if length == 0 { break }
        switch length & 0xC0 {
        case 0x00:
          byteCount += 1 + length
          guard byteCount <= Limits.nameBytes else { throw ParseFailure(.overLimit, field, at: at) }
          guard count + 1 + length <= capacity else { return nil }
          if count > 0 {
            text[count] = UInt8(ascii: ".")
            count += 1
          }
          let label = try message.take(length, field).bytes
          for index in 0..<length { text[count + index] = label[index] }
          count += length
        case 0xC0:
          let target = (length & 0x3F) << 8 | Int(try message.u8(field))
          guard target < lowest else { throw ParseFailure(.malformed, field, at: at) }
          pointers += 1
          guard pointers <= Limits.pointers else { throw ParseFailure(.overLimit, field, at: at) }
          if next == nil { next = message.position }
          lowest = target
          message.position = target
        default:
          // 01 and 10 are reserved (RFC 6891 section 5).
          throw ParseFailure(.unsupported, field, at: at)
        }
      }
      if let next { message.position = next }
      return count == 0 ? "." : string(text.span.extracting(0..<count))
    }

    /// Moves behind a name without building it; a pointer ends it.
    static func skip(
      in message: inout ByteReader, _ field: StaticString
    ) throws(ParseFailure) {
      let start = message.position
      while true {
        let at = message.offset
        let length = Int(try message.u8(field))
        switch length & 0xC0 {
        case 0x00:
          if length == 0 { return }
          try message.skip(length, field)
          guard message.position - start <= Limits.nameBytes else {
            throw ParseFailure(.overLimit, field, at: at)
          }
        case 0xC0: return try message.skip(1, field)
        default: throw ParseFailure(.unsupported, field, at: at)
        }
      }
    }

    private static func string(_ text: Span<UInt8>) -> String {
      do {
        return String(copying: try UTF8Span(validating: text))
      } catch {
        return repaired(text)
      }
    }

    /// Ciphertext in names is as long as the characters that it seems to have, by Wireshark's count;
    /// Unicode's own rule would count some of them twice.
    private static func repaired(_ text: Span<UInt8>) -> String {
      var name: [UInt8] = []
      name.reserveCapacity(text.count * 2)
      var start = 0
      while start < text.count {
        let octet = text[start]
        guard octet >= 0x80 else {
          name.append(octet)
          start += 1
          continue
        }
        var end = start + 1
        // Up to six octets, as UTF-8 once was (RFC 2279).
        let length = octet < 0xC0 ? 1 : min((~octet).leadingZeroBitCount, 6)
        while end < text.count, end - start < length, text[end] & 0xC0 == 0x80 { end += 1 }
        if isCharacter(text.extracting(start..<end)) {
          name.append(text, from: start, count: end - start)
        } else {
          // U+FFFD.
          name.append(0xEF)
          name.append(0xBF)
          name.append(0xBD)
        }
        start = end
      }
      return String(repairing: name.span)
    }

    /// Whether an octet of 0x80 or more, with the octets 10xxxxxx after it, is one character in UTF-8
    /// (RFC 3629 section 4).
    private static func isCharacter(_ octets: Span<UInt8>) -> Bool {
      let second = octets.count > 1 ? octets[1] : 0
      return switch octets[0] {
      case 0xC2...0xDF: octets.count == 2
      case 0xE0: octets.count == 3 && second >= 0xA0
      case 0xED: octets.count == 3 && second < 0xA0
      case 0xE1...0xEF: octets.count == 3
      case 0xF0: octets.count == 4 && second >= 0x90
      case 0xF4: octets.count == 4 && second < 0x90
      case 0xF1...0xF3: octets.count == 4
      default: false
      }
    }
  }
}
