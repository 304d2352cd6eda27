/// A NetBIOS session service header: what frames each SMB message over TCP.
///
/// ```
///  0               1               2               3
/// |     type      |              length, 24 bits              |
/// ```
/// RFC 1002 section 4.3.1 has flags and 17 bits of length; MS-SMB2 section 2.1 makes it 24 bits on
/// port 445. The seven flag bits are zero on port 139, so one reading serves both.
public struct SessionHeader: Equatable, Sendable {
  public var kind: Kind
  /// Octets that follow, at most `maximumLength`.
  public var length: Int

  public static let byteCount = 4
  /// What 24 bits can say: SMB2 peers do send messages of 8 MiB; what is kept is bounded apart.
  public static let maximumLength = 0xFF_FFFF

  public init(kind: Kind, length: Int) {
    self.kind = kind
    self.length = length
  }

  /// The wire's own numbers: a value with no name here is kept, not refused.
  public struct Kind: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let message = Kind(rawValue: 0x00)
    public static let request = Kind(rawValue: 0x81)
    public static let positiveResponse = Kind(rawValue: 0x82)
    public static let negativeResponse = Kind(rawValue: 0x83)
    public static let retarget = Kind(rawValue: 0x84)
    public static let keepAlive = Kind(rawValue: 0x85)
  }
}

extension SessionHeader {
  /// Reads 4 octets.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    kind = Kind(rawValue: try input.u8("TYPE"))
    let high = Int(try input.u8("LENGTH"))
    length = high << 16 | Int(try input.u16("LENGTH"))
  }
}
