extension SMB2 {
  /// The forms in which a message may be compressed (MS-SMB2 section 2.2.3.1.3).
  public struct CompressionAlgorithm: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let none = CompressionAlgorithm(rawValue: 0)
    public static let lznt1 = CompressionAlgorithm(rawValue: 1)
    public static let lz77 = CompressionAlgorithm(rawValue: 2)
    public static let lz77Huffman = CompressionAlgorithm(rawValue: 3)
    /// One octet, repeated (MS-SMB2 section 2.2.42.2.2).
    public static let patternV1 = CompressionAlgorithm(rawValue: 4)
  }

  /// What a compressed message was before.
  public enum Compressed {
    /// Octets that one message may become: what is read of a message at all; its sender says how many
    /// they will be, and more than that is refused before anything is made.
    public static let byteCount = 256 << 10
    /// Payloads of one chain: Windows sends up to five.
    public static let payloads = 32
  }
}

extension SMB2.Compressed {
  /// Reads a compressed message, from its header of MS-SMB2 section 2.2.42 on, into what it was.
  public static func message(
    parsing input: inout ByteReader
  ) throws(ParseFailure) -> [UInt8] {
    let header = try SMB2.CompressionHeader(parsing: &input)
    guard header.originalSize <= UInt32(byteCount) else {
      throw ParseFailure(.overLimit, "OriginalCompressedSegmentSize", at: input.offset)
    }
    if header.flags & 1 != 0 {
      return try chained(&input, size: Int(header.originalSize))
    }
    // Behind the header there is a part that is not compressed.
    guard header.offset <= UInt32(byteCount) else {
      throw ParseFailure(.overLimit, "Offset", at: input.offset)
    }
    var plain = try input.take(Int(header.offset), "UncompressedData")
    var octets = plain.array()
    octets += try payload(
      SMB2.CompressionAlgorithm(rawValue: header.algorithm), input.rest(),
      size: Int(header.originalSize))
    return octets
  }

  /// The payloads of a chain (MS-SMB2 section 2.2.42.2); the header's last eight octets are the first
  /// payload's own.
  private static func chained(
    _ input: inout ByteReader, size: Int
  ) throws(ParseFailure) -> [UInt8] {
    input.position -= 8
    var octets: [UInt8] = []
    for _ in 0..<payloads where !input.isAtEnd {
      let algorithm = SMB2.CompressionAlgorithm(rawValue: try input.u16le("CompressionAlgorithm"))
      try input.skip(2, "Flags")
      let length = Int(try input.u32le("Length"))
      var part = try input.take(length, "CompressionPayload")
      let left = size - octets.count
      switch algorithm {
      case .none:
        guard part.remaining <= left else {
          throw ParseFailure(.overLimit, "Length", at: part.offset)
        }
        octets += part.array()
      case .patternV1:
        let pattern = try part.u8("Pattern")
        try part.skip(3, "Reserved1")
        let count = Int(try part.u32le("Repetitions"))
        guard count <= left else {
          throw ParseFailure(.overLimit, "Repetitions", at: part.offset)
        }
        octets += [UInt8](repeating: pattern, count: count)
      default:
        let original = Int(try part.u32le("OriginalPayloadSize"))
        guard original <= left else {
          throw ParseFailure(.overLimit, "OriginalPayloadSize", at: part.offset)
        }
        octets += try payload(algorithm, part.rest(), size: original)
      }
    }
    return octets
  }

  /// What one payload was.
  private static func payload(
    _ algorithm: SMB2.CompressionAlgorithm, _ input: consuming ByteReader, size: Int
  ) throws(ParseFailure) -> [UInt8] {
    var reader = input
    switch algorithm {
    case .none: return reader.array()
    case .lznt1: return try LZNT1.expand(&reader, to: size)
    case .lz77: return try LZ77.expand(&reader, to: size)
    case .lz77Huffman: return try LZ77Huffman.expand(&reader, to: size)
    default: throw ParseFailure(.unsupported, "CompressionAlgorithm", at: reader.offset)
    }
  }
}
