/// Remote procedure calls, connection-oriented (C706 chapter 12, MS-RPCE): over TCP, and over named
/// pipes in SMB.
///
/// Every fragment is read to its operation number, sealed or not; the stub and the security token
/// are left where they are. Not read: the datagram protocol (version 4).
public enum DCERPC {
  /// Limits of the parsers.
  public enum Limits {
    /// Presentation contexts in one bind: Windows offers three an interface; servers take far
    /// fewer.
    public static let contexts = 64
    /// Transfer syntaxes of one context: NDR, NDR64 and the features of MS-RPCE section 3.3.1.5.3.
    public static let transferSyntaxes = 16
    /// A secondary address is a port or a pipe's name.
    public static let secondaryAddress = 512
    /// A fragment: no implementation sends more than 5,840 octets; 16 bits could say 65,535.
    public static let fragment = 65_535
  }

  /// What a fragment is (C706 section 12.6.4, MS-RPCE section 2.2.2).
  public struct PacketKind: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let request = PacketKind(rawValue: 0)
    public static let response = PacketKind(rawValue: 2)
    public static let fault = PacketKind(rawValue: 3)
    public static let bind = PacketKind(rawValue: 11)
    public static let bindAcknowledgement = PacketKind(rawValue: 12)
    public static let bindRefusal = PacketKind(rawValue: 13)
    public static let alterContext = PacketKind(rawValue: 14)
    public static let alterContextResponse = PacketKind(rawValue: 15)
    public static let auth3 = PacketKind(rawValue: 16)
    public static let shutdown = PacketKind(rawValue: 17)
    public static let cancel = PacketKind(rawValue: 18)
    public static let orphaned = PacketKind(rawValue: 19)

    /// C706's name in lower case; nil for a number that the connection-oriented protocol lacks.
    public var name: StaticString? {
      switch rawValue {
      case 0: "request"
      case 2: "response"
      case 3: "fault"
      case 11: "bind"
      case 12: "bind_ack"
      case 13: "bind_nak"
      case 14: "alter_context"
      case 15: "alter_context_resp"
      case 16: "auth3"
      case 17: "shutdown"
      case 18: "co_cancel"
      case 19: "orphaned"
      // MS-RPCH section 2.2.3.6.
      case 20: "rts"
      default: nil
      }
    }
  }

  /// Flags of a fragment (C706 section 12.6.3.1).
  public struct Flags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let first = Flags(rawValue: 0x01)
    public static let last = Flags(rawValue: 0x02)
    public static let objectIdentifier = Flags(rawValue: 0x80)
  }

  /// The header that all fragments share.
  ///
  /// ```
  ///  0  rpc_vers (5)   1  rpc_vers_minor   2  PTYPE       3  pfc_flags
  ///  4  packed_drep
  ///  8  frag_length                        10  auth_length
  /// 12  call_id
  /// ```
  /// C706 section 12.6.3.1.
  public struct Header: Equatable, Sendable {
    public var minorVersion: UInt8
    public var kind: PacketKind
    public var flags: Flags
    /// The sender's byte order, of the header and of the stub (C706 section 14.1).
    public var isLittleEndian: Bool
    public var fragmentLength: UInt16
    public var authenticationLength: UInt16
    public var callID: UInt32

    public static let byteCount = 16
  }

  /// The security trailer of a fragment (MS-RPCE section 2.2.2.11).
  public struct Authentication: Equatable, Sendable {
    public var kind: Kind
    public var level: Level
    public var padLength: UInt8
    public var contextID: UInt32
    public var token: ByteRange

    /// A security provider (MS-RPCE section 2.2.1.1.7).
    public struct Kind: RawRepresentable, Hashable, Sendable {
      public let rawValue: UInt8
      public init(rawValue: UInt8) { self.rawValue = rawValue }

      public static let negotiate = Kind(rawValue: 9)
      public static let ntlm = Kind(rawValue: 10)
      public static let kerberos = Kind(rawValue: 16)
      public static let netlogon = Kind(rawValue: 68)
    }

    /// How much is protected (MS-RPCE section 2.2.1.1.8).
    public struct Level: RawRepresentable, Hashable, Sendable {
      public let rawValue: UInt8
      public init(rawValue: UInt8) { self.rawValue = rawValue }

      public static let connect = Level(rawValue: 2)
      public static let integrity = Level(rawValue: 5)
      public static let privacy = Level(rawValue: 6)
    }

    public static let byteCount = 8
  }

  /// An interface or an encoding, with its version (C706 section 12.6.3.1, p_syntax_id_t).
  public struct Syntax: Hashable, Sendable {
    public var id: GUID
    public var major: UInt16
    public var minor: UInt16

    public init(id: GUID, major: UInt16, minor: UInt16 = 0) {
      self.id = id
      self.major = major
      self.minor = minor
    }

    /// 8a885d04-1ceb-11c9-9fe8-08002b104860 (C706 appendix I).
    public static let ndr = GUID(high: 0x8A88_5D04_1CEB_11C9, low: 0x9FE8_0800_2B10_4860)
    /// 71710533-beba-4937-8319-b5dbef9ccc36 (MS-RPCE section 2.2.5).
    public static let ndr64 = GUID(high: 0x7171_0533_BEBA_4937, low: 0x8319_B5DB_EF9C_CC36)
  }
}

extension DCERPC.Header {
  /// Reads 16 octets; a version other than 5 is `unsupported`.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    let start = input.offset
    guard try input.u8("rpc_vers") == 5 else {
      throw ParseFailure(.unsupported, "rpc_vers", at: start)
    }
    minorVersion = try input.u8("rpc_vers_minor")
    kind = DCERPC.PacketKind(rawValue: try input.u8("PTYPE"))
    flags = DCERPC.Flags(rawValue: try input.u8("pfc_flags"))
    isLittleEndian = try input.u8("packed_drep") & 0x10 != 0
    try input.skip(3, "packed_drep")
    if isLittleEndian {
      fragmentLength = try input.u16le("frag_length")
      authenticationLength = try input.u16le("auth_length")
      callID = try input.u32le("call_id")
    } else {
      fragmentLength = try input.u16("frag_length")
      authenticationLength = try input.u16("auth_length")
      callID = try input.u32("call_id")
    }
    guard Int(fragmentLength) >= Self.byteCount else {
      throw ParseFailure(.malformed, "frag_length", at: start + 8)
    }
  }

  /// Whether the octets at the cursor look like a fragment, for streams that no port announces: the
  /// version, a known kind, an integer format that C706 section 14.1 defines, a plausible length.
  public static func isPlausible(_ input: borrowing ByteReader) -> Bool {
    guard input.peek(0) == 5, let minor = input.peek(1), minor <= 1, let kind = input.peek(2),
      DCERPC.PacketKind(rawValue: kind).name != nil, let format = input.peek(4),
      format == 0x10 || format == 0x00, input.peek(5) == 0, input.peek(6) == 0,
      let first = input.peek(8), let second = input.peek(9)
    else { return false }
    let low = format == 0x10 ? first : second
    let high = format == 0x10 ? second : first
    return Int(high) << 8 | Int(low) >= byteCount
  }
}

extension DCERPC.Authentication {
  /// Reads the trailer of the fragment that `input` holds whole; nil where it has none.
  public init?(of header: DCERPC.Header, in input: borrowing ByteReader) throws(ParseFailure) {
    guard header.authenticationLength > 0 else { return nil }
    let tokenStart = Int(header.fragmentLength) - Int(header.authenticationLength)
    let start = tokenStart - Self.byteCount
    guard start >= DCERPC.Header.byteCount else {
      throw ParseFailure(.malformed, "auth_length", at: input.base)
    }
    var trailer = try input.slice(at: start, count: Self.byteCount, "auth_verifier")
    kind = Kind(rawValue: try trailer.u8("auth_type"))
    level = Level(rawValue: try trailer.u8("auth_level"))
    padLength = try trailer.u8("auth_pad_length")
    try trailer.skip(1, "auth_reserved")
    contextID =
      header.isLittleEndian
      ? try trailer.u32le("auth_context_id") : try trailer.u32("auth_context_id")
    token = ByteRange(offset: tokenStart, count: Int(header.authenticationLength))
  }
}
