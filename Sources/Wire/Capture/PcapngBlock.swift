/// The start of a block of a pcapng file (draft-ietf-opsawg-pcapng section 3.1).
public struct PcapngBlockHeader: Equatable, Sendable {
  public var type: Kind
  /// Octets of the whole block, its two length fields included.
  public var totalLength: Int

  public static let byteCount = 8

  /// A block type; others are passed over.
  public struct Kind: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let sectionHeader = Kind(rawValue: 0x0A0D_0D0A)
    public static let interfaceDescription = Kind(rawValue: 1)
    /// Obsolete, section A; still written by old tools.
    public static let packet = Kind(rawValue: 2)
    public static let simplePacket = Kind(rawValue: 3)
    public static let enhancedPacket = Kind(rawValue: 6)

    /// Whether what is in it is looked at; names, statistics, secrets and all others are passed over.
    public var isRead: Bool {
      switch self {
      case .sectionHeader, .interfaceDescription, .packet, .simplePacket, .enhancedPacket: true
      default: false
      }
    }
  }
}

extension PcapngBlockHeader {
  /// Reads 8 octets; a section header tells its own byte order by the four octets after them.
  public init(
    parsing input: inout ByteReader, isLittleEndian: Bool
  ) throws(ParseFailure) {
    let start = input.offset
    let rawType = isLittleEndian ? try input.u32le("Block Type") : try input.u32("Block Type")
    let length =
      isLittleEndian
      ? try input.u32le("Block Total Length") : try input.u32("Block Total Length")
    guard length >= 12 else { throw ParseFailure(.malformed, "Block Total Length", at: start) }
    type = Kind(rawValue: rawType)
    guard length <= CaptureLimits.blockByteCount || !type.isRead else {
      throw ParseFailure(.overLimit, "Block Total Length", at: start)
    }
    // Lengths are multiples of four, but some writers forget to count the padding: section 3.1.
    totalLength = (Int(length) + 3) & ~3
  }
}

/// What a section of a pcapng file has said so far: its byte order and its interfaces.
public struct PcapngSection: Sendable {
  public var isLittleEndian: Bool
  public private(set) var interfaces: [Interface] = []

  public struct Interface: Equatable, Sendable {
    public var linkType: LinkType
    public var snapLength: UInt32
    /// Units of time a second, such as 1,000,000 (if_tsresol, section 4.2).
    public var unitsPerSecond: UInt64 = 1_000_000
    /// Seconds to add to each time (if_tsoffset).
    public var offsetSeconds: Int64 = 0
  }

  /// A packet's place in its block and its time.
  public struct Packet: Equatable, Sendable {
    public var seconds: Int64
    /// Simple packets have no time.
    public var hasTime = true
    public var nanoseconds: UInt32
    public var linkType: LinkType
    /// Octets from the start of the block to the packet's own.
    public var offset: Int
    public var capturedLength: Int
    public var originalLength: Int
  }

  /// Reads the byte order magic of a section header block, which follows its type and length.
  public init(byteOrderMagic: UInt32) throws(ParseFailure) {
    switch byteOrderMagic {
    case 0x1A2B_3C4D: isLittleEndian = false
    case 0x4D3C_2B1A: isLittleEndian = true
    default: throw ParseFailure(.malformed, "Byte-Order Magic", at: 8)
    }
  }
}

extension PcapngSection {
  /// Reads an interface description block (section 4.2), given whole.
  public mutating func addInterface(parsing block: inout ByteReader) throws(ParseFailure) {
    guard interfaces.count < CaptureLimits.interfaces else {
      throw ParseFailure(.overLimit, "Interface Description", at: block.offset)
    }
    try block.skip(8, "Block Type")
    let linkType = LinkType(rawValue: try u16(&block, "LinkType"))
    try block.skip(2, "Reserved")
    var interface = Interface(linkType: linkType, snapLength: try u32(&block, "SnapLen"))
    while block.remaining >= 8 {
      let code = try u16(&block, "option code")
      let length = Int(try u16(&block, "option length"))
      // An option that does not fit ends the options, not the capture.
      guard code != 0, length <= block.remaining else { break }
      var value = try block.take(length, "option value")
      block.align(to: 4)
      if code == 9, length > 0 {
        interface.unitsPerSecond = try unitsPerSecond(try value.u8("if_tsresol"))
      } else if code == 14, length == 8 {
        let seconds = isLittleEndian ? try value.u64le("if_tsoffset") : try value.u64("if_tsoffset")
        interface.offsetSeconds = Int64(bitPattern: seconds)
      }
    }
    interfaces.append(interface)
  }

  /// Reads the packet of an enhanced, simple or obsolete packet block, given whole; nil for a block
  /// of another type.
  public func packet(
    parsing block: inout ByteReader, _ type: PcapngBlockHeader.Kind
  ) throws(ParseFailure) -> Packet? {
    try block.skip(8, "Block Type")
    var index = 0
    switch type {
    case .enhancedPacket:
      index = Int(try u32(&block, "Interface ID"))
    case .packet:
      index = Int(try u16(&block, "Interface ID"))
      try block.skip(2, "Drops Count")
    case .simplePacket:
      return try simplePacket(parsing: &block)
    default:
      return nil
    }
    guard index < interfaces.count else {
      throw ParseFailure(.malformed, "Interface ID", at: block.offset)
    }
    let interface = interfaces[index]
    let high = UInt64(try u32(&block, "Timestamp (Upper)"))
    let units = high << 32 | UInt64(try u32(&block, "Timestamp (Lower)"))
    let captured = Int(try u32(&block, "Captured Packet Length"))
    let original = Int(try u32(&block, "Original Packet Length"))
    guard captured <= block.remaining - 4 else {
      throw ParseFailure(.malformed, "Captured Packet Length", at: block.offset)
    }
    let whole = units / interface.unitsPerSecond
    let part = units % interface.unitsPerSecond
    // The product needs more than 64 bits for resolutions finer than a nanosecond.
    let nanoseconds =
      interface.unitsPerSecond <= 1_000_000_000
      ? part * 1_000_000_000 / interface.unitsPerSecond
      : UInt64(
        truncatingIfNeeded: UInt128(part) * 1_000_000_000 / UInt128(interface.unitsPerSecond))
    return Packet(
      seconds: Int64(truncatingIfNeeded: whole) &+ interface.offsetSeconds,
      nanoseconds: UInt32(truncatingIfNeeded: nanoseconds), linkType: interface.linkType,
      offset: block.position, capturedLength: captured, originalLength: original)
  }

  /// A simple packet block has no time, and is of the first interface (section 4.4).
  private func simplePacket(parsing block: inout ByteReader) throws(ParseFailure) -> Packet {
    guard let interface = interfaces.first else {
      throw ParseFailure(.malformed, "Simple Packet", at: block.offset)
    }
    let original = Int(try u32(&block, "Original Packet Length"))
    let limit = interface.snapLength == 0 ? original : min(original, Int(interface.snapLength))
    return Packet(
      seconds: 0, hasTime: false, nanoseconds: 0, linkType: interface.linkType,
      offset: block.position,
      capturedLength: min(limit, max(0, block.remaining - 4)), originalLength: original)
  }

  /// The high bit says a power of two, otherwise of ten; at most what 64 bits hold.
  private func unitsPerSecond(_ resolution: UInt8) throws(ParseFailure) -> UInt64 {
    let exponent = Int(resolution & 0x7F)
    guard resolution & 0x80 == 0 else {
      guard exponent < 64 else { throw ParseFailure(.overLimit, "if_tsresol", at: 0) }
      return 1 << UInt64(exponent)
    }
    guard exponent < 20 else { throw ParseFailure(.overLimit, "if_tsresol", at: 0) }
    return (0..<exponent).reduce(1) { units, _ in units * 10 }
  }

  private func u16(
    _ input: inout ByteReader, _ field: StaticString
  ) throws(ParseFailure) -> UInt16 {
    isLittleEndian ? try input.u16le(field) : try input.u16(field)
  }

  private func u32(
    _ input: inout ByteReader, _ field: StaticString
  ) throws(ParseFailure) -> UInt32 {
    isLittleEndian ? try input.u32le(field) : try input.u32(field)
  }
}
