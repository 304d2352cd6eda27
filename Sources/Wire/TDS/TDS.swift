/// The packets of Tabular Data Stream that authenticate (MS-TDS): how SQL Server clients carry
/// SPNEGO, Kerberos and NTLM tokens.
///
/// Most servers put the login under TLS inside these packets; what remains in the clear is old or
/// configured so. Queries and rows are not read.
public enum TDS {}

extension TDS {
  /// What is read at most.
  public enum Limits {
    /// Octets of a login or token message, which may take several packets: tokens are at most 64 KiB.
    public static let messageBytes = 128 * 1024
  }

  /// What a message is (MS-TDS section 2.2.3.1.1).
  public struct MessageType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let batch = MessageType(rawValue: 0x01)
    public static let tabularResult = MessageType(rawValue: 0x04)
    public static let login7 = MessageType(rawValue: 0x10)
    public static let sspi = MessageType(rawValue: 0x11)
    public static let prelogin = MessageType(rawValue: 0x12)
  }

  /// The header of every packet.
  ///
  /// ```
  /// |  Type  | Status |  Length, this header included  |  SPID  | PacketID | Window |
  /// ```
  /// MS-TDS section 2.2.3.1.
  public struct Header: Equatable, Sendable {
    public var type: MessageType
    /// Whether the message ends with this packet.
    public var isLast: Bool
    /// Octets of the packet, the header's eight included.
    public var byteCount: Int

    public static let headerByteCount = 8
  }

  /// The answer to a login, as far as it has come.
  public enum Verdict: Sendable {
    case none
    case accepted
    /// The server's error number: 18456 is a failed login.
    case refused(UInt32)
  }
}

extension TDS.Header {
  /// Reads 8 octets.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    let start = input.offset
    type = TDS.MessageType(rawValue: try input.u8("Type"))
    isLast = try input.u8("Status") & 1 != 0
    byteCount = Int(try input.u16("Length"))
    guard byteCount >= Self.headerByteCount else {
      throw ParseFailure(.malformed, "Length", at: start)
    }
    try input.skip(4, "SPID, PacketID, Window")
  }
}

extension TDS {
  /// The SSPI field of a LOGIN7 message, empty where the login is by password.
  ///
  /// `ibSSPI` and `cbSSPI` follow nine other such pairs and the client's address; a length of 65,535
  /// refers to `cbSSPILong`. MS-TDS section 2.2.6.4.
  @_lifetime(copy input)
  public static func loginToken(in input: borrowing ByteReader) throws(ParseFailure) -> ByteReader {
    var fields = try input.slice(
      at: input.position, count: input.remaining, "LOGIN7")
    try fields.skip(78, "LOGIN7")
    let start = Int(try fields.u16le("ibSSPI"))
    var byteCount = Int(try fields.u16le("cbSSPI"))
    if byteCount == 0xFFFF {
      try fields.skip(8, "LOGIN7")
      let long = try fields.u32le("cbSSPILong")
      if long > 0 { byteCount = Int(min(long, UInt32(Limits.messageBytes))) }
    }
    return try fields.slice(at: byteCount == 0 ? 0 : start, count: byteCount, "SSPI")
  }

  /// The tokens of a tabular result that concern the login: SSPI, LOGINACK, ERROR.
  ///
  /// Tokens of known length before them are passed over (MS-TDS section 2.2.4); the first of another
  /// kind ends the reading.
  @_lifetime(copy input)
  public static func loginAnswer(
    in input: borrowing ByteReader, verdict: inout Verdict
  ) throws(ParseFailure) -> ByteReader {
    var tokens = try input.slice(at: input.position, count: input.remaining, "TokenStream")
    var sspi = tokens.emptyTail()
    while !tokens.isAtEnd {
      switch try tokens.u8("TokenType") {
      case 0xED: sspi = try tokens.take(Int(try tokens.u16le("SSPI")), "SSPI")
      case 0xAD:
        try tokens.skip(Int(try tokens.u16le("LOGINACK")), "LOGINACK")
        verdict = .accepted
      case 0xAA:
        var error = try tokens.take(Int(try tokens.u16le("ERROR")), "ERROR")
        verdict = .refused(try error.u32le("Number"))
      // INFO and ENVCHANGE.
      case 0xAB, 0xE3: try tokens.skip(Int(try tokens.u16le("Length")), "Token")
      default: return sspi
      }
    }
    return sspi
  }
}
