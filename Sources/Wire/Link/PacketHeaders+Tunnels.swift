/// Tags, labels and tunnels, as far as mirrors and their networks use them: what is inside is read in
/// place of what is outside.
///
/// VLAN tags (IEEE 802.1Q), LLC and SNAP (IEEE 802.2), MPLS (RFC 3032) with pseudowires (RFC 4448),
/// PPPoE (RFC 2516), GRE (RFC 2784, RFC 2890) and its form in PPTP (RFC 2637), ERSPAN I to III
/// (draft-foschiano-erspan), VXLAN (RFC 7348), GENEVE (RFC 8926), GTP-U (3GPP TS 29.281), IP in IP (RFC
/// 2003), 6in4 (RFC 4213), EtherIP (RFC 3378), AH (RFC 4302). ESP and MACsec are sealed.
extension PacketHeaders {
  /// What lies behind an EtherType that is not IP's own.
  mutating func readTagged(
    _ type: UInt16, _ input: inout ByteReader
  ) throws(ParseFailure) {
    switch type {
    // 802.1Q, 802.1ad, and what QinQ used before it.
    case 0x8100, 0x88A8, 0x9100, 0x9200, 0x9300:
      try input.skip(2, "TCI")
      try readNetwork(try input.u16("EtherType"), &input)
    case 0x8847, 0x8848: try readMPLS(&input)
    case 0x8864: try readPPPoE(&input)
    // Transparent Ethernet bridging.
    case 0x6558: try readEthernet(&input)
    case 0x880B: try readPPP(&input)
    case 0x88BE: try readERSPAN(&input, hasHeader: true)
    case 0x22EB: try readERSPAN3(&input)
    case 0...1500: try readLLC(&input)
    default: throw ParseFailure(.unsupported, "EtherType", at: input.offset)
    }
  }

  /// What IP carries that is neither TCP nor UDP (IANA's protocol numbers).
  mutating func readCarried(
    _ input: inout ByteReader, wireCount: Int
  ) throws(ParseFailure) {
    let start = input.position
    switch transport {
    case 4, 41: try readIP(&input)
    case 47: try readGRE(&input)
    case 51:
      transport = try input.u8("Next Header")
      let length = Int(try input.u8("Payload Len"))
      try input.skip(length * 4 + 6, "AH")
      let rest = wireCount - (input.position - start)
      guard rest >= 0 else { throw ParseFailure(.malformed, "Payload Len", at: input.offset) }
      try readTransport(&input, wireCount: rest)
    case 97:
      try input.skip(2, "EtherIP")
      try readEthernet(&input)
    case 137: try readMPLS(&input)
    default: throw ParseFailure(.unsupported, "Protocol", at: input.offset)
    }
  }

  // MARK: - Labels and sessions

  /// Labels to the bottom of their stack; what follows is not named, but shows in its first octet.
  private mutating func readMPLS(_ input: inout ByteReader) throws(ParseFailure) {
    // The layers are counted for all labels together: a stack of sixteen is no network's either.
    while try input.u32("label") & 0x100 == 0 { try open(input) }
    switch (input.peek() ?? 0xFF) >> 4 {
    // A pseudowire's address may begin so as well.
    case 4, 6:
      guard isIP(input) || !PacketHeaders.isEthernet(input, from: 0) else {
        return try readEthernet(&input)
      }
      try readIP(&input)
    // A control word, or a pseudowire without one whose address begins so: the EtherType decides.
    case 0 where PacketHeaders.isEthernet(input, from: 4):
      try input.skip(4, "control word")
      try readEthernet(&input)
    default: try readEthernet(&input)
    }
  }

  /// Whether IP can be read here.
  private func isIP(_ input: borrowing ByteReader) -> Bool {
    var inner = self
    var rest = copy input
    do {
      try inner.readIP(&rest)
      return true
    } catch {
      return false
    }
  }

  /// Whether Ethernet seems to begin some octets ahead: its type is one that is read here.
  private static func isEthernet(_ input: borrowing ByteReader, from distance: Int) -> Bool {
    guard let high = input.peek(distance + 12), let low = input.peek(distance + 13) else {
      return false
    }
    switch UInt16(high) << 8 | UInt16(low) {
    case 0x0800, 0x0806, 0x86DD, 0x8100, 0x88A8, 0x9100, 0x8847, 0x8848, 0x8864: return true
    default: return false
    }
  }

  /// A session's frame: version and type, code, session, length, then PPP.
  mutating func readPPPoE(_ input: inout ByteReader) throws(ParseFailure) {
    try input.skip(1, "VER")
    guard try input.u8("CODE") == 0 else {
      throw ParseFailure(.unsupported, "CODE", at: input.offset)
    }
    try input.skip(4, "SESSION_ID")
    try readPPP(&input)
  }

  /// PPP (RFC 1661), in HDLC's framing or without it; odd octets end a protocol number.
  mutating func readPPP(_ input: inout ByteReader) throws(ParseFailure) {
    try open(input)
    if input.peek() == 0xFF, input.peek(1) == 0x03 { try input.skip(2, "Address") }
    var number = UInt16(try input.u8("Protocol"))
    if number & 1 == 0 { number = number << 8 | UInt16(try input.u8("Protocol")) }
    switch number {
    case 0x0021: try readIPv4(&input)
    case 0x0057: try readIPv6(&input)
    case 0x0281, 0x0283: try readMPLS(&input)
    default: throw ParseFailure(.unsupported, "Protocol", at: input.offset)
    }
  }

  /// LLC: SNAP with an EtherType, or IP's own service access point.
  private mutating func readLLC(_ input: inout ByteReader) throws(ParseFailure) {
    let points = try input.u16("DSAP")
    try input.skip(1, "control")
    switch points {
    case 0xAAAA:
      try input.skip(3, "OUI")
      try readNetwork(try input.u16("EtherType"), &input)
    case 0x0606: try readIPv4(&input)
    default: throw ParseFailure(.unsupported, "DSAP", at: input.offset)
    }
  }

  // MARK: - GRE

  /// ```
  /// |C|R|K|S|s|Recur|A| Flags | Ver |         Protocol Type         |
  /// |      Checksum (C or R)        |       Offset (C or R)         |
  /// |                           Key (K)                             |
  /// |                    Sequence Number (S)                        |
  /// |            Acknowledgment Number (A, version 1)               |
  /// ```
  private mutating func readGRE(_ input: inout ByteReader) throws(ParseFailure) {
    let flags = try input.u16("flags")
    let type = try input.u16("Protocol Type")
    let version = flags & 0x7
    guard version <= 1, flags & 0x4000 == 0 else {
      // Source routes (RFC 1701) are extinct.
      throw ParseFailure(.unsupported, "Ver", at: input.offset)
    }
    if flags & 0x8000 != 0 { try input.skip(4, "Checksum") }
    if flags & 0x2000 != 0 { try input.skip(4, "Key") }
    if flags & 0x1000 != 0 { try input.skip(4, "Sequence Number") }
    if version == 1, flags & 0x0080 != 0 { try input.skip(4, "Acknowledgment Number") }
    if type == 0x88BE {
      // Type I has neither sequence number nor a header of its own.
      try readERSPAN(&input, hasHeader: flags & 0x1000 != 0)
    } else {
      try readNetwork(type, &input)
    }
  }

  /// Types I and II: eight octets before the frame, or none.
  private mutating func readERSPAN(
    _ input: inout ByteReader, hasHeader: Bool
  ) throws(ParseFailure) {
    if hasHeader { try input.skip(8, "ERSPAN") }
    try readEthernet(&input)
  }

  /// Type III: twelve octets, and eight more where the last bit says so; its frame type may be IP.
  private mutating func readERSPAN3(_ input: inout ByteReader) throws(ParseFailure) {
    try input.skip(8, "ERSPAN")
    let last = try input.u32("Hw ID")
    if last & 1 != 0 { try input.skip(8, "Platform Specific SubHeader") }
    if last >> 10 & 0x1F == 2 { try readIP(&input) } else { try readEthernet(&input) }
  }

  // MARK: - Over UDP

  /// VXLAN on its own port and on Linux's old one, GENEVE, GTP-U.
  static func mayCarryTunnel(_ port: UInt16) -> Bool {
    port == 4789 || port == 8472 || port == 6081 || port == 2152
  }

  /// Reads a tunnel behind UDP's header; false, and nothing is changed, where it is none: a client may
  /// have the port by chance.
  mutating func openTunnel(_ input: borrowing ByteReader) -> Bool {
    var inner = self
    var rest = copy input
    do {
      try inner.open(rest)
      switch targetPort {
      case 6081: try inner.readGENEVE(&rest)
      case 2152: try inner.readGTP(&rest)
      default: try inner.readVXLAN(&rest)
      }
    } catch {
      return false
    }
    self = inner
    return true
  }

  /// ```
  /// |R|R|R|R|I|R|R|R|            Reserved                           |
  /// |                VXLAN Network Identifier (VNI) |   Reserved    |
  /// ```
  private mutating func readVXLAN(_ input: inout ByteReader) throws(ParseFailure) {
    guard try input.u32("flags") >> 24 & 0x08 != 0 else {
      throw ParseFailure(.malformed, "flags", at: input.offset)
    }
    guard try input.u32("VNI") & 0xFF == 0 else {
      throw ParseFailure(.malformed, "Reserved", at: input.offset)
    }
    try readEthernet(&input)
  }

  /// ```
  /// |Ver|  Opt Len  |O|C|    Rsvd.  |          Protocol Type        |
  /// |        Virtual Network Identifier (VNI)       |    Reserved   |
  /// ```
  private mutating func readGENEVE(_ input: inout ByteReader) throws(ParseFailure) {
    let first = try input.u8("Ver")
    guard first >> 6 == 0 else { throw ParseFailure(.unsupported, "Ver", at: input.offset) }
    try input.skip(1, "flags")
    let type = try input.u16("Protocol Type")
    try input.skip(4, "VNI")
    try input.skip(Int(first & 0x3F) * 4, "Options")
    try readNetwork(type, &input)
  }

  /// Version 1, a G-PDU: flags, type, length, tunnel; then, where a flag says so, sequence number,
  /// N-PDU number and extension headers.
  private mutating func readGTP(_ input: inout ByteReader) throws(ParseFailure) {
    let flags = try input.u8("flags")
    guard flags >> 4 == 0x3, try input.u8("Message Type") == 0xFF else {
      throw ParseFailure(.unsupported, "Message Type", at: input.offset)
    }
    try input.skip(6, "Length")
    if flags & 0x7 != 0 {
      try input.skip(3, "Sequence Number")
      var next = try input.u8("Next Extension Header Type")
      while next != 0 {
        try open(input)
        let count = Int(try input.u8("Extension Header Length")) * 4
        try input.skip(max(0, count - 2), "Extension Header")
        next = try input.u8("Next Extension Header Type")
      }
    }
    try readIP(&input)
  }
}
