/// Remote authentication dial-in user service (RFC 2865) and its accounting (RFC 2866): who is let in
/// from outside, and which address they get.
///
/// On the wire: ports 1812 and 1813 over UDP, 1645 and 1646 in older set-ups; one message a datagram.
/// Passwords are never read.
public enum RADIUS {}

extension RADIUS {
  /// What kind of message it is (registry "RADIUS Packet Type Codes"): others are kept.
  public struct Code: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let accessRequest = Code(rawValue: 1)
    public static let accessAccept = Code(rawValue: 2)
    public static let accessReject = Code(rawValue: 3)
    public static let accountingRequest = Code(rawValue: 4)
    public static let accountingResponse = Code(rawValue: 5)
    public static let accessChallenge = Code(rawValue: 11)
  }

  /// One message.
  ///
  /// ```
  /// | Code | Identifier | Length, 2 | Authenticator, 16 | Attributes …
  /// ```
  /// RFC 2865 section 3.
  public struct Message: Sendable {
    public var code: Code
    public var identifier: UInt8
    /// User-Name (1).
    public var userName: String?
    /// NAS-IP-Address (4).
    public var accessServer: UInt32?
    /// Framed-IP-Address (8): what the user gets inside.
    public var framedAddress: UInt32?
    /// Called-Station-Id (30).
    public var calledStation: String?
    /// Calling-Station-Id (31): for a VPN the user's address outside.
    public var callingStation: String?
    /// NAS-Identifier (32).
    public var accessServerName: String?
    /// Acct-Status-Type (40): 1 start, 2 stop, 3 interim (RFC 2866 section 5.1).
    public var status: UInt32?
    /// Acct-Session-Id (44).
    public var session: String?
    /// Acct-Session-Time (46), seconds.
    public var sessionSeconds: UInt32?
    /// Tunnel-Client-Endpoint (66), without its tag (RFC 2868 section 3.3).
    public var tunnelClient: String?
    /// Why the attributes end early, where they do.
    public var failure: ParseFailure?

    /// Octets before the attributes.
    public static let headerByteCount = 20
    /// Octets of a message at most (RFC 2865 section 3).
    public static let maximumByteCount = 4096
  }
}

extension RADIUS.Message {
  /// Reads one message; what follows its length is padding.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    code = RADIUS.Code(rawValue: try input.u8("Code"))
    identifier = try input.u8("Identifier")
    let length = Int(try input.u16("Length"))
    guard length >= Self.headerByteCount, length <= Self.maximumByteCount else {
      throw ParseFailure(.malformed, "Length", at: input.offset)
    }
    try input.skip(16, "Authenticator")
    let count = length - Self.headerByteCount
    if count > input.remaining {
      failure = ParseFailure(.truncated, "Attributes", at: input.offset)
    }
    var attributes = try input.take(min(count, input.remaining), "Attributes")
    do throws(ParseFailure) {
      while !attributes.isAtEnd { try readAttribute(&attributes) }
    } catch {
      failure = failure ?? error
    }
  }

  private mutating func readAttribute(_ input: inout ByteReader) throws(ParseFailure) {
    let type = try input.u8("Type")
    let length = Int(try input.u8("Length"))
    guard length >= 2 else { throw ParseFailure(.malformed, "Length", at: input.offset) }
    var value = try input.take(length - 2, "Value")
    switch type {
    case 1: userName = value.utf8()
    case 4: accessServer = try value.u32("NAS-IP-Address")
    case 8: framedAddress = try value.u32("Framed-IP-Address")
    case 30: calledStation = value.utf8()
    case 31: callingStation = value.utf8()
    case 32: accessServerName = value.utf8()
    case 40: status = try value.u32("Acct-Status-Type")
    case 44: session = value.utf8()
    case 46: sessionSeconds = try value.u32("Acct-Session-Time")
    case 66:
      if let tag = value.peek(), tag <= 0x1F { try value.skip(1, "Tag") }
      tunnelClient = value.utf8()
    default: break
    }
  }
}
