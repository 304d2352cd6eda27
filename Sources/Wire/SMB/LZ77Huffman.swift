/// LZ77 with Huffman codes (MS-XCA section 2.2): blocks of 65,536 octets, each with the lengths of
/// its 512 codes before it.
enum LZ77Huffman {
  /// Symbols of a block: 256 literals, and 256 pairs of a length and the size of a distance.
  private static let symbols = 512
  /// Bits of the longest code (MS-XCA section 2.1.4.1).
  private static let longestCode = 15
  /// Octets of one block, once expanded.
  private static let blockBytes = 65_536

  /// The octets that `input` stands for, at most `size`.
  static func expand(_ input: inout ByteReader, to size: Int) throws(ParseFailure) -> [UInt8] {
    var octets: [UInt8] = []
    octets.reserveCapacity(size)
    while octets.count < size {
      let table = try decodingTable(&input)
      try expandBlock(&input, table, into: &octets, to: size)
    }
    return octets
  }

  /// For each 15 bits that may come, the symbol they begin with, and in the high bits the length of
  /// its code.
  private static func decodingTable(
    _ input: inout ByteReader
  ) throws(ParseFailure) -> [UInt16] {
    var lengths = [UInt8](repeating: 0, count: symbols)
    for index in 0..<(symbols / 2) {
      let octet = try input.u8("CodeLengths")
      lengths[2 * index] = octet & 0x0F
      lengths[2 * index + 1] = octet >> 4
    }
    let slots = 1 << longestCode
    var table: [UInt16] = []
    table.reserveCapacity(slots)
    for length in 1...longestCode {
      for symbol in 0..<symbols where Int(lengths[symbol]) == length {
        let count = 1 << (longestCode - length)
        guard table.count + count <= slots else {
          throw ParseFailure(.malformed, "CodeLengths", at: input.offset)
        }
        let entry = UInt16(length) << 9 | UInt16(symbol)
        for _ in 0..<count { table.append(entry) }
      }
    }
    guard table.count == slots else {
      throw ParseFailure(.malformed, "CodeLengths", at: input.offset)
    }
    return table
  }

  /// Bits that come, the next one highest: 16 at a time, as MS-XCA section 2.2.4 reads them.
  private struct Bits {
    var next: UInt32
    /// How many of the low half are there already; below zero 16 more are due.
    var extra: Int

    init(parsing input: inout ByteReader) throws(ParseFailure) {
      next = UInt32(try input.u16le("Bits")) << 16
      next |= UInt32(try input.u16le("Bits"))
      extra = 16
    }

    /// Passes over bits; at the end of the input zeros come.
    mutating func skip(_ count: Int, _ input: inout ByteReader) throws(ParseFailure) {
      next <<= UInt32(count)
      extra -= count
      guard extra < 0 else { return }
      let more = input.remaining >= 2 ? UInt32(try input.u16le("Bits")) : 0
      next |= more << UInt32(-extra)
      extra += 16
    }
  }

  private static func expandBlock(
    _ input: inout ByteReader, _ table: [UInt16], into octets: inout [UInt8], to size: Int
  ) throws(ParseFailure) {
    var bits = try Bits(parsing: &input)
    let end = min(size, octets.count + blockBytes)
    while octets.count < end {
      let entry = table[Int(bits.next >> UInt32(32 - longestCode))]
      try bits.skip(Int(entry >> 9), &input)
      let symbol = Int(entry & 0x1FF)
      guard symbol >= 256 else {
        octets.append(UInt8(symbol))
        continue
      }
      // The end of the data, where nothing more is there to be matched.
      if symbol == 256, input.isAtEnd, octets.count == size { return }
      var length = symbol & 0x0F
      let distanceBits = (symbol - 256) >> 4
      if length == 15 { length = try longLength(&input) }
      length += 3
      var distance = 1 << distanceBits
      if distanceBits > 0 {
        distance += Int(bits.next >> UInt32(32 - distanceBits))
        try bits.skip(distanceBits, &input)
      }
      guard distance <= octets.count else {
        throw ParseFailure(.malformed, "Match", at: input.offset)
      }
      octets.repeatLast(distance, count: min(length, size - octets.count))
    }
  }

  private static func longLength(_ input: inout ByteReader) throws(ParseFailure) -> Int {
    let length = Int(try input.u8("MatchLength"))
    guard length == 255 else { return length + 15 }
    var long = Int(try input.u16le("MatchLength"))
    if long == 0 { long = Int(clamping: try input.u32le("MatchLength")) }
    guard long >= 15 else { throw ParseFailure(.malformed, "MatchLength", at: input.offset) }
    return min(long, SMB2.Compressed.byteCount)
  }
}
