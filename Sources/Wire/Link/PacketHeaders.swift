/// Who sent a packet to whom, and where its payload lies: everything before TCP's or UDP's data.
///
/// Ethernet (IEEE 802.3, 802.1Q), IPv4 (RFC 791), IPv6 (RFC 8200), TCP (RFC 9293), UDP (RFC 768).
public struct PacketHeaders: Sendable {
  /// IPv6 as it is, IPv4 as `::ffff:a.b.c.d`.
  public var sourceHigh: UInt64 = 0
  public var sourceLow: UInt64 = 0
  public var targetHigh: UInt64 = 0
  public var targetLow: UInt64 = 0
  public var sourcePort: UInt16 = 0
  public var targetPort: UInt16 = 0
  /// The protocol number of what follows IP: 6 TCP, 17 UDP.
  public var transport: UInt8 = 0
  public var flags = TCPFlags(rawValue: 0)
  public var sequence: UInt32 = 0
  public var acknowledgment: UInt32 = 0
  /// Where the payload begins in the captured frame; for a fragment, where IP's payload does.
  public var payloadOffset = 0
  /// Octets of payload that the capture has.
  public var payloadCount = 0
  /// Octets of payload that the wire had beyond those: cut by the snap length.
  public var missingCount = 0
  public var fragment: Fragment?

  public init() {}

  /// One piece of a datagram.
  public struct Fragment: Hashable, Sendable {
    public var identification: UInt32
    /// Octets from the start of the datagram's payload.
    public var offset: Int
    public var isLast: Bool
  }

  /// The control bits of TCP (RFC 9293 section 3.1).
  public struct TCPFlags: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let fin = TCPFlags(rawValue: 0x01)
    public static let syn = TCPFlags(rawValue: 0x02)
    public static let rst = TCPFlags(rawValue: 0x04)
    public static let ack = TCPFlags(rawValue: 0x10)
  }

  public static let tcp: UInt8 = 6
  public static let udp: UInt8 = 17
}

extension PacketHeaders {
  /// Reads the headers of a frame.
  ///
  /// Throws `unsupported` for what is not IP with TCP or UDP, `truncated` where the capture has not
  /// even the headers.
  public init(parsing frame: Span<UInt8>, _ linkType: LinkType) throws(ParseFailure) {
    self.init()
    var input = ByteReader(frame)
    var type: UInt16
    switch linkType {
    case .ethernet:
      try input.skip(12, "Ethernet")
      type = try input.u16("EtherType")
    case .linuxCooked:
      try input.skip(14, "SLL")
      type = try input.u16("protocol")
    case .linuxCooked2:
      type = try input.u16("protocol")
      try input.skip(18, "SLL2")
    case .null, .loop:
      try input.skip(4, "family")
      type = try PacketHeaders.versionType(of: input)
    case .raw, .rawBSD, .rawOpenBSD, .ipv4, .ipv6:
      type = try PacketHeaders.versionType(of: input)
    default:
      throw ParseFailure(.unsupported, "link type", at: 0)
    }
    // VLAN tags: 802.1Q, 802.1ad and the older QinQ types; more than four is no network.
    var tags = 0
    while type == 0x8100 || type == 0x88A8 || type == 0x9100 {
      guard tags < 4 else { throw ParseFailure(.overLimit, "VLAN", at: input.offset) }
      try input.skip(2, "TCI")
      type = try input.u16("EtherType")
      tags += 1
    }
    switch type {
    case 0x0800: try readIPv4(&input)
    case 0x86DD: try readIPv6(&input)
    default: throw ParseFailure(.unsupported, "EtherType", at: input.offset)
    }
  }

  /// The EtherType that the version of an IP header calls for.
  private static func versionType(of input: borrowing ByteReader) throws(ParseFailure) -> UInt16 {
    switch (input.peek() ?? 0) >> 4 {
    case 4: return 0x0800
    case 6: return 0x86DD
    default: throw ParseFailure(.unsupported, "version", at: input.offset)
    }
  }

  private mutating func readIPv4(_ input: inout ByteReader) throws(ParseFailure) {
    let start = input.position
    let first = try input.u8("IHL")
    let headerCount = Int(first & 0xF) * 4
    guard first >> 4 == 4, headerCount >= 20 else {
      throw ParseFailure(.malformed, "IHL", at: input.offset)
    }
    try input.skip(1, "TOS")
    let total = Int(try input.u16("Total Length"))
    let identification = try input.u16("Identification")
    let fragmentation = try input.u16("Fragment Offset")
    try input.skip(1, "TTL")
    transport = try input.u8("Protocol")
    try input.skip(2, "Header Checksum")
    sourceLow = 0xFFFF_0000_0000 | UInt64(try input.u32("Source Address"))
    targetLow = 0xFFFF_0000_0000 | UInt64(try input.u32("Destination Address"))
    try input.skip(headerCount - 20, "Options")
    // Zero is what segmentation offload leaves in a frame captured before it was cut.
    let captured = input.bytes.count - start
    let wire = total == 0 ? captured : total
    guard wire >= headerCount else { throw ParseFailure(.malformed, "Total Length", at: start) }
    if fragmentation & 0x3FFF != 0 {
      fragment = Fragment(
        identification: UInt32(identification), offset: Int(fragmentation & 0x1FFF) * 8,
        isLast: fragmentation & 0x2000 == 0)
    }
    try readTransport(&input, wireCount: wire - headerCount)
  }

  private mutating func readIPv6(_ input: inout ByteReader) throws(ParseFailure) {
    let first = try input.u32("version")
    guard first >> 28 == 6 else { throw ParseFailure(.malformed, "version", at: input.offset) }
    var count = Int(try input.u16("Payload Length"))
    var next = try input.u8("Next Header")
    try input.skip(1, "Hop Limit")
    sourceHigh = try input.u64("Source Address")
    sourceLow = try input.u64("Source Address")
    targetHigh = try input.u64("Destination Address")
    targetLow = try input.u64("Destination Address")
    if count == 0 { count = input.remaining }
    // Extension headers, RFC 8200 section 4: eight is more than any of them may follow another.
    for _ in 0..<8 {
      let begin = input.position
      switch next {
      case 0, 43, 60:
        next = try input.u8("Next Header")
        let length = Int(try input.u8("Hdr Ext Len"))
        try input.skip(length * 8 + 6, "Options")
      case 44:
        next = try input.u8("Next Header")
        try input.skip(1, "Reserved")
        let place = try input.u16("Fragment Offset")
        let identification = try input.u32("Identification")
        if place & 0xFFF9 != 0 {
          fragment = Fragment(
            identification: identification, offset: Int(place & 0xFFF8), isLast: place & 1 == 0)
        }
      default:
        transport = next
        try readTransport(&input, wireCount: count)
        return
      }
      count -= input.position - begin
      guard count >= 0 else { throw ParseFailure(.malformed, "Payload Length", at: begin) }
      if fragment != nil {
        transport = next
        try readTransport(&input, wireCount: count)
        return
      }
    }
    throw ParseFailure(.overLimit, "Next Header", at: input.offset)
  }

  private mutating func readTransport(
    _ input: inout ByteReader, wireCount: Int
  ) throws(ParseFailure) {
    guard fragment == nil else {
      place(input.position, wireCount, in: input.bytes.count)
      return
    }
    let start = input.position
    switch transport {
    case PacketHeaders.tcp:
      sourcePort = try input.u16("Source Port")
      targetPort = try input.u16("Destination Port")
      sequence = try input.u32("Sequence Number")
      acknowledgment = try input.u32("Acknowledgment Number")
      let headerCount = Int(try input.u8("Data Offset") >> 4) * 4
      flags = TCPFlags(rawValue: try input.u8("Control Bits"))
      guard headerCount >= 20 else {
        throw ParseFailure(.malformed, "Data Offset", at: input.offset)
      }
      try input.skip(headerCount - 14, "Options")
    case PacketHeaders.udp:
      sourcePort = try input.u16("Source Port")
      targetPort = try input.u16("Destination Port")
      try input.skip(4, "Length")
    default:
      throw ParseFailure(.unsupported, "Protocol", at: start)
    }
    place(input.position, wireCount - (input.position - start), in: input.bytes.count)
  }

  /// Where the payload lies: at most what the wire had (frames are padded), at most what there is.
  private mutating func place(_ offset: Int, _ wireCount: Int, in frameCount: Int) {
    payloadOffset = offset
    payloadCount = max(0, min(wireCount, frameCount - offset))
    missingCount = max(0, wireCount - payloadCount)
  }

  /// Reads the transport header of a datagram put together from fragments; `payloadOffset` counts
  /// from its start.
  public mutating func readReassembled(_ datagram: Span<UInt8>) throws(ParseFailure) {
    fragment = nil
    var input = ByteReader(datagram)
    try readTransport(&input, wireCount: datagram.count)
  }
}
