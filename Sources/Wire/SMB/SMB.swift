/// Server Message Block: files, printers and named pipes over TCP 445, and 139 with NetBIOS.
///
/// `SMB2` reads versions 2 and 3 (MS-SMB2), `SMB1` the old one (MS-CIFS, MS-SMB). Both read
/// headers, names, identifiers and statuses; file contents stay where they are, as a `ByteRange`.
public enum SMB {
  /// The first octet of a message tells what it is, the other three are `SMB`.
  public struct Signature: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// MS-CIFS section 2.2.3.1.
    public static let smb1 = Signature(rawValue: 0xFF)
    /// MS-SMB2 section 2.2.1.
    public static let smb2 = Signature(rawValue: 0xFE)
    /// Encrypted, MS-SMB2 section 2.2.41.
    public static let transform = Signature(rawValue: 0xFD)
    /// Compressed, MS-SMB2 section 2.2.42.
    public static let compression = Signature(rawValue: 0xFC)

    /// The signature of the message that begins at the cursor, which does not move; nil when the
    /// octets are no SMB.
    public init?(peeking input: borrowing ByteReader) {
      guard let first = input.peek(), first >= 0xFC,
        input.peek(1) == 0x53, input.peek(2) == 0x4D, input.peek(3) == 0x42
      else { return nil }
      rawValue = first
    }
  }

  /// What the server answered (MS-ERREF section 2.3).
  public struct Status: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let success = Status(rawValue: 0)
    /// The answer comes later, under an asynchronous identifier.
    public static let pending = Status(rawValue: 0x0000_0103)
    /// More octets are there than were asked for: the answer is cut, and is an answer.
    public static let bufferOverflow = Status(rawValue: 0x8000_0005)
    /// The authentication wants another round.
    public static let moreProcessingRequired = Status(rawValue: 0xC000_0016)
    public static let accessDenied = Status(rawValue: 0xC000_0022)
    public static let noSuchUser = Status(rawValue: 0xC000_0064)
    public static let wrongPassword = Status(rawValue: 0xC000_006A)
    public static let logonFailure = Status(rawValue: 0xC000_006D)
    public static let accountRestriction = Status(rawValue: 0xC000_006E)
    public static let passwordExpired = Status(rawValue: 0xC000_0071)
    public static let accountDisabled = Status(rawValue: 0xC000_0072)
    public static let accountLockedOut = Status(rawValue: 0xC000_0234)

    /// Severity 3 of MS-ERREF section 2.3.
    public var isError: Bool { rawValue >> 30 == 3 }
  }
}
