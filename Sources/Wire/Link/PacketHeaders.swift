/// Who sent a packet to whom, and where its payload lies: everything before TCP's or UDP's data.
///
/// Ethernet (IEEE 802.3, 802.1Q), IPv4 (RFC 791), IPv6 (RFC 8200), TCP (RFC 9293), UDP (RFC 768). Of
/// tunnels the innermost addresses count: see `PacketHeaders+Tunnels.swift`.
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
  /// Where the innermost IP header begins, and where what it carries does.
  public var networkOffset = 0
  public var transportOffset = 0
  /// Octets that IP's header says it carries.
  public var transportCount = 0
  /// Layers that were opened so far: see ``layerLimit``.
  var layers = 0

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
  /// Layers between the frame and TCP: twice what a network has, since each costs work.
  ///
  /// A mirror sends frames in ERSPAN over a provider's tags and labels, and those may carry a tunnel of
  /// the customer's.
  static let layerLimit = 16

  /// Reads the headers of a frame.
  ///
  /// Throws `unsupported` for what is not IP with TCP or UDP, `truncated` where the capture has not
  /// even the headers.
  public init(parsing frame: Span<UInt8>, _ linkType: LinkType) throws(ParseFailure) {
    self.init()
    var input = ByteReader(frame)
    switch linkType {
    case .ethernet:
      try readEthernet(&input)
    case .linuxCooked:
      try input.skip(14, "SLL")
      try readNetwork(try input.u16("protocol"), &input)
    case .linuxCooked2:
      let type = try input.u16("protocol")
      try input.skip(18, "SLL2")
      try readNetwork(type, &input)
    case .null, .loop:
      try input.skip(4, "family")
      try readIP(&input)
    case .raw, .rawBSD, .rawOpenBSD, .ipv4, .ipv6:
      try readIP(&input)
    case .ppp, .pppSerial:
      try readPPP(&input)
    case .pppEthernet:
      try readPPPoE(&input)
    default:
      throw ParseFailure(.unsupported, "link type", at: 0)
    }
  }

  mutating func readEthernet(_ input: inout ByteReader) throws(ParseFailure) {
    try input.skip(12, "Ethernet")
    try readNetwork(try input.u16("EtherType"), &input)
  }

  /// Reads what an EtherType announces (IEEE 802 numbers).
  mutating func readNetwork(_ type: UInt16, _ input: inout ByteReader) throws(ParseFailure) {
    switch type {
    case 0x0800: try readIPv4(&input)
    case 0x86DD: try readIPv6(&input)
    default:
      try open(input)
      try readTagged(type, &input)
    }
  }

  /// IP of whichever version its first octet says.
  mutating func readIP(_ input: inout ByteReader) throws(ParseFailure) {
    switch (input.peek() ?? 0) >> 4 {
    case 4: try readIPv4(&input)
    case 6: try readIPv6(&input)
    default: throw ParseFailure(.unsupported, "version", at: input.offset)
    }
  }

  /// Counts a layer that is opened.
  mutating func open(_ input: borrowing ByteReader) throws(ParseFailure) {
    layers += 1
    guard layers <= PacketHeaders.layerLimit else {
      throw ParseFailure(.overLimit, "layers", at: input.offset)
    }
  }

  // MARK: - IP

  mutating func readIPv4(_ input: inout ByteReader) throws(ParseFailure) {
    let start = input.position
    guard input.remaining >= 20 else { throw ParseFailure(.truncated, "IPv4", at: input.offset) }
    // One check for all: this is on the way of every packet.
    let first = input.bytes[start]
    let headerCount = Int(first & 0xF) * 4
    guard first >> 4 == 4, headerCount >= 20 else {
      throw ParseFailure(.malformed, "IHL", at: input.offset)
    }
    let total = Int(input.word(at: start + 2))
    let fragmentation = input.word(at: start + 6)
    transport = input.bytes[start + 9]
    sourceHigh = 0
    sourceLow = 0xFFFF_0000_0000 | UInt64(input.doubleWord(at: start + 12))
    targetHigh = 0
    targetLow = 0xFFFF_0000_0000 | UInt64(input.doubleWord(at: start + 16))
    try input.skip(headerCount, "Options")
    // Zero is what segmentation offload leaves in a frame captured before it was cut.
    let captured = input.bytes.count - start
    let wire = total == 0 ? captured : total
    guard wire >= headerCount else { throw ParseFailure(.malformed, "Total Length", at: start) }
    fragment = nil
    if fragmentation & 0x3FFF != 0 {
      fragment = Fragment(
        identification: UInt32(input.word(at: start + 4)),
        offset: Int(fragmentation & 0x1FFF) * 8, isLast: fragmentation & 0x2000 == 0)
    }
    networkOffset = start
    try readTransport(&input, wireCount: wire - headerCount)
  }

  mutating func readIPv6(_ input: inout ByteReader) throws(ParseFailure) {
    let start = input.position
    let first = try input.u32("version")
    guard first >> 28 == 6 else { throw ParseFailure(.malformed, "version", at: input.offset) }
    var count = Int(try input.u16("Payload Length"))
    var next = try input.u8("Next Header")
    try input.skip(1, "Hop Limit")
    sourceHigh = try input.u64("Source Address")
    sourceLow = try input.u64("Source Address")
    targetHigh = try input.u64("Destination Address")
    targetLow = try input.u64("Destination Address")
    networkOffset = start
    fragment = nil
    if count == 0 { count = input.remaining }
    // Extension headers, RFC 8200 section 4: eight is more than any of them may follow another.
    for _ in 0..<8 {
      let begin = input.position
      switch next {
      // Hop-by-hop, routing and destination options, mobility, host identity, shim: one shape.
      case 0, 43, 60, 135, 139, 140:
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

  // MARK: - TCP and UDP

  mutating func readTransport(
    _ input: inout ByteReader, wireCount: Int
  ) throws(ParseFailure) {
    transportOffset = input.position
    transportCount = wireCount
    guard fragment == nil else {
      place(input.position, wireCount, in: input.bytes.count)
      return
    }
    let start = input.position
    switch transport {
    case PacketHeaders.tcp:
      guard input.remaining >= 14 else { throw ParseFailure(.truncated, "TCP", at: input.offset) }
      sourcePort = input.word(at: start)
      targetPort = input.word(at: start + 2)
      sequence = input.doubleWord(at: start + 4)
      acknowledgment = input.doubleWord(at: start + 8)
      let headerCount = Int(input.bytes[start + 12] >> 4) * 4
      flags = TCPFlags(rawValue: input.bytes[start + 13])
      guard headerCount >= 20 else {
        throw ParseFailure(.malformed, "Data Offset", at: input.offset)
      }
      try input.skip(headerCount, "Options")
    case PacketHeaders.udp:
      sourcePort = try input.u16("Source Port")
      targetPort = try input.u16("Destination Port")
      try input.skip(4, "Length")
      if PacketHeaders.mayCarryTunnel(targetPort), openTunnel(input) { return }
    default:
      try open(input)
      try readCarried(&input, wireCount: wireCount)
      return
    }
    place(input.position, wireCount - (input.position - start), in: input.bytes.count)
  }

  /// Where the payload lies: at most what the wire had (frames are padded), at most what there is.
  private mutating func place(_ offset: Int, _ wireCount: Int, in frameCount: Int) {
    payloadOffset = offset
    payloadCount = max(0, min(wireCount, frameCount - offset))
    missingCount = max(0, wireCount - payloadCount)
  }

  /// Reads what a datagram put together from fragments carries; `payloadOffset` counts from its start.
  ///
  /// What it carries may be another tunnel, and a fragment again.
  public mutating func readReassembled(_ datagram: Span<UInt8>) throws(ParseFailure) {
    fragment = nil
    var input = ByteReader(datagram)
    try readTransport(&input, wireCount: datagram.count)
  }
}

extension ByteReader {
  /// Two octets at a place that the caller has checked, big-endian.
  @inline(__always)
  fileprivate func word(at place: Int) -> UInt16 {
    UInt16(bytes[place]) &<< 8 | UInt16(bytes[place &+ 1])
  }

  @inline(__always)
  fileprivate func doubleWord(at place: Int) -> UInt32 {
    UInt32(word(at: place)) &<< 16 | UInt32(word(at: place &+ 2))
  }
}
