/// Dynamic host configuration of IPv4 (RFC 2131): which address a computer asks for and gets, and by
/// which name it calls itself.
///
/// On the wire: ports 67 and 68 over UDP, one message a datagram. Options that span several
/// (RFC 3396) and those in the file and server fields are not joined: no client sends a name so.
public enum DHCP {}

extension DHCP {
  /// What one message may hold.
  public enum Limits {
    /// Options of a message: clients send a dozen, 576 octets hold some hundred.
    public static let options = 255
  }

  /// DHCP message type (RFC 2132 section 9.6): a value with no name here is kept.
  public struct Kind: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let discover = Kind(rawValue: 1)
    public static let offer = Kind(rawValue: 2)
    public static let request = Kind(rawValue: 3)
    public static let decline = Kind(rawValue: 4)
    public static let acknowledgment = Kind(rawValue: 5)
    public static let refusal = Kind(rawValue: 6)
    public static let release = Kind(rawValue: 7)
    public static let inform = Kind(rawValue: 8)
  }

  /// One message.
  ///
  /// ```
  /// | op | htype | hlen | hops | xid, 4 | secs, 2 | flags, 2 | ciaddr, 4 | yiaddr, 4 | siaddr, 4
  /// | giaddr, 4 | chaddr, 16 | sname, 64 | file, 128 | magic cookie, 4 | options …
  /// ```
  /// RFC 2131 section 2.
  public struct Message: Sendable {
    /// 1 from a client, 2 from a server.
    public var operation: UInt8
    public var transaction: UInt32
    /// The address that the client has.
    public var clientAddress: UInt32
    /// The address that it gets.
    public var yourAddress: UInt32
    /// Of the relay that passed it on.
    public var relayAddress: UInt32
    /// Six octets of an Ethernet address in the low bits; nil for other hardware.
    public var hardwareAddress: UInt64?
    public var kind: Kind?
    /// Option 50.
    public var requestedAddress: UInt32?
    /// Option 51, seconds.
    public var leaseSeconds: UInt32?
    /// Option 54.
    public var server: UInt32?
    /// Option 12, as the client sends it.
    public var hostName: String?
    /// Option 15.
    public var domainName: String?
    /// Option 60: what made the client, `MSFT 5.0`.
    public var vendorClass: String?
    /// Option 81 (RFC 4702).
    public var fullName: String?
    /// Why the options end early, where they do.
    public var failure: ParseFailure?
  }

  /// The octets before the options (RFC 2131 section 3).
  static let magic: UInt32 = 0x6382_5363
}

extension DHCP.Message {
  /// Reads everything that is left of `input`; options that cannot be read are left out.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    operation = try input.u8("op")
    let hardware = try input.u8("htype")
    let length = try input.u8("hlen")
    try input.skip(1, "hops")
    transaction = try input.u32("xid")
    try input.skip(4, "secs and flags")
    clientAddress = try input.u32("ciaddr")
    yourAddress = try input.u32("yiaddr")
    try input.skip(4, "siaddr")
    relayAddress = try input.u32("giaddr")
    let high = UInt64(try input.u32("chaddr"))
    let low = UInt64(try input.u16("chaddr"))
    // Ethernet is hardware type 1 (registry "Hardware Types").
    hardwareAddress = hardware == 1 && length == 6 ? high << 16 | low : nil
    try input.skip(10 + 64 + 128, "sname and file")
    guard try input.u32("magic cookie") == DHCP.magic else {
      throw ParseFailure(.malformed, "magic cookie", at: input.offset)
    }
    do throws(ParseFailure) {
      try readOptions(&input)
    } catch {
      failure = error
    }
  }

  private mutating func readOptions(_ input: inout ByteReader) throws(ParseFailure) {
    var count = 0
    while !input.isAtEnd {
      let code = try input.u8("option")
      // Pad and End have no length (RFC 2132 sections 3.1 and 3.2).
      if code == 0 { continue }
      if code == 255 { return }
      count += 1
      guard count <= DHCP.Limits.options else {
        throw ParseFailure(.overLimit, "options", at: input.offset)
      }
      let length = Int(try input.u8("option length"))
      var value = try input.take(length, "option")
      try readOption(code, &value)
    }
  }

  private mutating func readOption(
    _ code: UInt8, _ value: inout ByteReader
  ) throws(ParseFailure) {
    switch code {
    case 12: hostName = value.dhcpText()
    case 15: domainName = value.dhcpText()
    case 50: requestedAddress = try value.u32("requested address")
    case 51: leaseSeconds = try value.u32("lease time")
    case 53: kind = DHCP.Kind(rawValue: try value.u8("message type"))
    case 54: server = try value.u32("server identifier")
    case 60: vendorClass = value.dhcpText()
    case 81:
      let flags = try value.u8("Flags")
      try value.skip(2, "RCODE1 and RCODE2")
      guard !value.isAtEnd else { return }
      // E: the name is encoded as DNS has it (RFC 4702 section 2.1), not necessarily ended.
      fullName = flags & 0x04 == 0 ? value.dhcpText() : try value.dhcpName()
    default: break
    }
  }
}

extension ByteReader {
  /// The rest as text, without the zero that some clients end it by.
  fileprivate mutating func dhcpText() -> String {
    let text = utf8()
    return String(text.prefix { $0 != "\0" })
  }

  /// Labels joined by dots; a partial name has no root at its end.
  fileprivate mutating func dhcpName() throws(ParseFailure) -> String {
    var name = ""
    while !isAtEnd {
      let length = Int(try u8("Domain Name"))
      if length == 0 { break }
      var label = try take(length, "Domain Name")
      if !name.isEmpty { name += "." }
      name += label.utf8()
    }
    return name
  }
}
