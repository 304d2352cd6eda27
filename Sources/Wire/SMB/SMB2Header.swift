/// SMB versions 2 and 3 (MS-SMB2): messages, their chains, and the envelopes around them.
///
/// Not read: contexts of CREATE, the contents of query and directory answers, what is encrypted or
/// compressed.
public enum SMB2 {
  /// A command (MS-SMB2 section 2.2.1.2).
  public struct Command: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let negotiate = Command(rawValue: 0)
    public static let sessionSetup = Command(rawValue: 1)
    public static let logoff = Command(rawValue: 2)
    public static let treeConnect = Command(rawValue: 3)
    public static let treeDisconnect = Command(rawValue: 4)
    public static let create = Command(rawValue: 5)
    public static let close = Command(rawValue: 6)
    public static let flush = Command(rawValue: 7)
    public static let read = Command(rawValue: 8)
    public static let write = Command(rawValue: 9)
    public static let lock = Command(rawValue: 10)
    public static let ioctl = Command(rawValue: 11)
    public static let cancel = Command(rawValue: 12)
    public static let echo = Command(rawValue: 13)
    public static let queryDirectory = Command(rawValue: 14)
    public static let changeNotify = Command(rawValue: 15)
    public static let queryInfo = Command(rawValue: 16)
    public static let setInfo = Command(rawValue: 17)
    public static let oplockBreak = Command(rawValue: 18)

    /// The name in lower case with underscores; nil for a command we do not know.
    public var name: StaticString? {
      switch rawValue {
      case 0: "negotiate"
      case 1: "session_setup"
      case 2: "logoff"
      case 3: "tree_connect"
      case 4: "tree_disconnect"
      case 5: "create"
      case 6: "close"
      case 7: "flush"
      case 8: "read"
      case 9: "write"
      case 10: "lock"
      case 11: "ioctl"
      case 12: "cancel"
      case 13: "echo"
      case 14: "query_directory"
      case 15: "change_notify"
      case 16: "query_info"
      case 17: "set_info"
      case 18: "oplock_break"
      default: nil
      }
    }
  }

  /// Flags of the header (MS-SMB2 section 2.2.1.2).
  public struct Flags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let response = Flags(rawValue: 0x0000_0001)
    public static let asynchronous = Flags(rawValue: 0x0000_0002)
    public static let related = Flags(rawValue: 0x0000_0004)
    public static let signed = Flags(rawValue: 0x0000_0008)
  }

  /// The packet header.
  ///
  /// ```
  ///  0   ProtocolId 0xFE 'S' 'M' 'B'
  ///  4   StructureSize (64)          6  CreditCharge
  ///  8   Status, or ChannelSequence
  /// 12   Command                    14  Credits
  /// 16   Flags                      20  NextCommand
  /// 24   MessageId
  /// 32   Reserved, TreeId; or AsyncId
  /// 40   SessionId                  48  Signature
  /// ```
  /// MS-SMB2 sections 2.2.1.1 and 2.2.1.2.
  public struct Header: Equatable, Sendable {
    public var creditCharge: UInt16
    /// Of a response; in a request the number is a channel sequence.
    public var status: SMB.Status
    public var command: Command
    public var credits: UInt16
    public var flags: Flags
    /// Octets from this header to the next of the chain, 0 for the last.
    public var nextCommand: UInt32
    public var messageID: UInt64
    /// Nil in an asynchronous message, which has `asyncID` in its place.
    public var treeID: UInt32?
    public var asyncID: UInt64?
    public var sessionID: UInt64

    public static let byteCount = 64

    public var isResponse: Bool { flags.contains(.response) }

    /// Whether what follows is the error body of section 2.2.2 in place of the command's own.
    ///
    /// Section 3.3.4.4 lists the statuses that keep the command's body.
    public var carriesErrorBody: Bool {
      guard isResponse else { return false }
      switch status {
      case .moreProcessingRequired: return command != .sessionSetup
      case .bufferOverflow: return false
      case .pending: return true
      default: return status.isError
      }
    }
  }

  /// The envelope of an encrypted message (MS-SMB2 section 2.2.41).
  public struct TransformHeader: Equatable, Sendable {
    /// Octets of the message inside, before encryption.
    public var originalSize: UInt32
    /// 1 says encrypted; before 3.1.1 it names the algorithm.
    public var flags: UInt16
    public var sessionID: UInt64

    public static let byteCount = 52
  }

  /// The envelope of a compressed message (MS-SMB2 section 2.2.42): chained or not, its first four
  /// fields are read alike.
  public struct CompressionHeader: Equatable, Sendable {
    /// Octets of what is compressed, once it is not.
    public var originalSize: UInt32
    public var algorithm: UInt16
    /// 1 when more payload headers follow, each with a length in place of the offset.
    public var flags: UInt16
    /// Octets left uncompressed before the compressed part; a length in a chained header.
    public var offset: UInt32

    public static let byteCount = 16
  }
}

extension SMB2.Header {
  /// Reads 64 octets; what follows them is the command's body.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    let start = input.offset
    guard try input.u32("ProtocolId") == 0xFE53_4D42 else {
      throw ParseFailure(.malformed, "ProtocolId", at: start)
    }
    guard try input.u16le("StructureSize") >= 64 else {
      throw ParseFailure(.malformed, "StructureSize", at: start)
    }
    creditCharge = try input.u16le("CreditCharge")
    status = SMB.Status(rawValue: try input.u32le("Status"))
    command = SMB2.Command(rawValue: try input.u16le("Command"))
    credits = try input.u16le("CreditRequest")
    flags = SMB2.Flags(rawValue: try input.u32le("Flags"))
    nextCommand = try input.u32le("NextCommand")
    messageID = try input.u64le("MessageId")
    let identifier = try input.u64le("TreeId")
    if flags.contains(.asynchronous) {
      asyncID = identifier
      treeID = nil
    } else {
      asyncID = nil
      treeID = UInt32(truncatingIfNeeded: identifier >> 32)
    }
    sessionID = try input.u64le("SessionId")
    try input.skip(16, "Signature")
  }

  /// Whether the message that follows this one begins inside the octets at hand, 8-aligned and
  /// behind this header, as MS-SMB2 section 3.3.5.2.7 demands.
  public var nextOffset: Int? {
    guard nextCommand >= UInt32(Self.byteCount), nextCommand <= SessionHeader.maximumLength else {
      return nil
    }
    return Int(nextCommand)
  }
}

extension SMB2.TransformHeader {
  /// Reads 52 octets; the rest is ciphertext.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    let start = input.offset
    guard try input.u32("ProtocolId") == 0xFD53_4D42 else {
      throw ParseFailure(.malformed, "ProtocolId", at: start)
    }
    try input.skip(32, "Signature")
    originalSize = try input.u32le("OriginalMessageSize")
    try input.skip(2, "Reserved")
    flags = try input.u16le("Flags")
    sessionID = try input.u64le("SessionId")
  }
}

extension SMB2.CompressionHeader {
  /// Reads 16 octets.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    let start = input.offset
    guard try input.u32("ProtocolId") == 0xFC53_4D42 else {
      throw ParseFailure(.malformed, "ProtocolId", at: start)
    }
    originalSize = try input.u32le("OriginalCompressedSegmentSize")
    algorithm = try input.u16le("CompressionAlgorithm")
    flags = try input.u16le("Flags")
    offset = try input.u32le("Offset")
  }
}
