/// LZNT1 (MS-XCA section 2.5): chunks of 4,096 octets, each with flags of eight and pairs of 16
/// bits.
enum LZNT1 {
  /// The octets that `input` stands for, at most `size`.
  static func expand(_ input: inout ByteReader, to size: Int) throws(ParseFailure) -> [UInt8] {
    var octets: [UInt8] = []
    octets.reserveCapacity(size)
    while input.remaining >= 2, octets.count < size {
      let header = try input.u16le("ChunkHeader")
      guard header != 0 else { break }
      var chunk = try input.take(Int(header & 0x0FFF) + 1, "Chunk")
      if header & 0x8000 == 0 {
        guard chunk.remaining <= size - octets.count else {
          throw ParseFailure(.overLimit, "Chunk", at: chunk.offset)
        }
        octets += chunk.array()
      } else {
        try expand(chunk: &chunk, into: &octets, to: size)
      }
    }
    return octets
  }

  private static func expand(
    chunk: inout ByteReader, into octets: inout [UInt8], to size: Int
  ) throws(ParseFailure) {
    let start = octets.count
    while !chunk.isAtEnd, octets.count < size {
      var flags = try chunk.u8("Flags")
      for _ in 0..<8 where !chunk.isAtEnd && octets.count < size {
        if flags & 1 == 0 {
          octets.append(try chunk.u8("Literal"))
        } else {
          let pair = Int(try chunk.u16le("CompressedWord"))
          // The further into the chunk, the more bits are the displacement's.
          var lengthBits = 12
          var reach = octets.count - start - 1
          while reach >= 0x10, lengthBits > 0 {
            lengthBits -= 1
            reach >>= 1
          }
          let length = (pair & ((1 << lengthBits) - 1)) + 3
          let distance = (pair >> lengthBits) + 1
          guard distance <= octets.count - start else {
            throw ParseFailure(.malformed, "CompressedWord", at: chunk.offset)
          }
          octets.repeatLast(distance, count: min(length, size - octets.count))
        }
        flags >>= 1
      }
    }
  }
}

/// Plain LZ77 (MS-XCA section 2.4): flags of 32, literals, and pairs of 16 bits with longer lengths
/// behind them.
enum LZ77 {
  /// The octets that `input` stands for, at most `size`.
  static func expand(_ input: inout ByteReader, to size: Int) throws(ParseFailure) -> [UInt8] {
    var octets: [UInt8] = []
    octets.reserveCapacity(size)
    var flags: UInt32 = 0
    var flagCount = 0
    // Two lengths share an octet: where the second one's half lies.
    var sharedNibble: UInt8?
    while octets.count < size {
      if flagCount == 0 {
        flags = try input.u32le("Flags")
        flagCount = 32
      }
      flagCount -= 1
      guard flags >> UInt32(flagCount) & 1 == 1 else {
        octets.append(try input.u8("Literal"))
        continue
      }
      // A match at the very end says that it is the end.
      guard !input.isAtEnd else { break }
      let pair = Int(try input.u16le("Match"))
      let distance = (pair >> 3) + 1
      var length = pair & 7
      if length == 7 { length = try longLength(&input, &sharedNibble) }
      guard distance <= octets.count else {
        throw ParseFailure(.malformed, "Match", at: input.offset)
      }
      octets.repeatLast(distance, count: min(length + 3, size - octets.count))
    }
    return octets
  }

  private static func longLength(
    _ input: inout ByteReader, _ sharedNibble: inout UInt8?
  ) throws(ParseFailure) -> Int {
    var length: Int
    if let shared = sharedNibble {
      length = Int(shared >> 4)
      sharedNibble = nil
    } else {
      let octet = try input.u8("MatchLength")
      length = Int(octet & 0x0F)
      sharedNibble = octet
    }
    guard length == 15 else { return length + 7 }
    length = Int(try input.u8("MatchLength"))
    guard length == 255 else { return length + 22 }
    length = Int(try input.u16le("MatchLength"))
    if length == 0 { length = Int(clamping: try input.u32le("MatchLength")) }
    guard length >= 22 else { throw ParseFailure(.malformed, "MatchLength", at: input.offset) }
    return min(length, SMB2.Compressed.byteCount)
  }
}

extension Array<UInt8> {
  /// Appends `count` octets from `distance` before the end, which may be among those just appended.
  ///
  /// The caller has checked that `distance` octets are there.
  mutating func repeatLast(_ distance: Int, count repeated: Int) {
    for _ in 0..<repeated { append(self[count - distance]) }
  }
}
