/// SMB version 1 (MS-CIFS, MS-SMB): what identifies a message, its session, share, file and pipe.
///
/// Not read: raw modes, locking ranges, search answers, and contents of files.
public enum SMB1 {
  /// Limits of the message parsers.
  public enum Limits {
    /// Commands in one AndX chain: MS-CIFS section 2.2.3.4 lists pairs; three have been seen.
    public static let chain = 8
    /// Dialects of a NEGOTIATE: a dozen were ever defined.
    public static let dialects = 64
  }

  /// A command (MS-CIFS section 2.2.2.1).
  public struct Command: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let createDirectory = Command(rawValue: 0x00)
    public static let deleteDirectory = Command(rawValue: 0x01)
    public static let open = Command(rawValue: 0x02)
    public static let create = Command(rawValue: 0x03)
    public static let close = Command(rawValue: 0x04)
    public static let flush = Command(rawValue: 0x05)
    public static let delete = Command(rawValue: 0x06)
    public static let rename = Command(rawValue: 0x07)
    public static let queryInformation = Command(rawValue: 0x08)
    public static let setInformation = Command(rawValue: 0x09)
    public static let read = Command(rawValue: 0x0A)
    public static let write = Command(rawValue: 0x0B)
    public static let lockByteRange = Command(rawValue: 0x0C)
    public static let unlockByteRange = Command(rawValue: 0x0D)
    public static let createNew = Command(rawValue: 0x0F)
    public static let checkDirectory = Command(rawValue: 0x10)
    public static let seek = Command(rawValue: 0x12)
    public static let setInformation2 = Command(rawValue: 0x22)
    public static let queryInformation2 = Command(rawValue: 0x23)
    public static let lockingAndX = Command(rawValue: 0x24)
    public static let transaction = Command(rawValue: 0x25)
    public static let transactionSecondary = Command(rawValue: 0x26)
    public static let echo = Command(rawValue: 0x2B)
    public static let openAndX = Command(rawValue: 0x2D)
    public static let readAndX = Command(rawValue: 0x2E)
    public static let writeAndX = Command(rawValue: 0x2F)
    public static let transaction2 = Command(rawValue: 0x32)
    public static let transaction2Secondary = Command(rawValue: 0x33)
    public static let treeConnect = Command(rawValue: 0x70)
    public static let treeDisconnect = Command(rawValue: 0x71)
    public static let negotiate = Command(rawValue: 0x72)
    public static let sessionSetupAndX = Command(rawValue: 0x73)
    public static let logoffAndX = Command(rawValue: 0x74)
    public static let treeConnectAndX = Command(rawValue: 0x75)
    public static let search = Command(rawValue: 0x81)
    public static let find = Command(rawValue: 0x82)
    public static let findUnique = Command(rawValue: 0x83)
    public static let ntTransact = Command(rawValue: 0xA0)
    public static let ntTransactSecondary = Command(rawValue: 0xA1)
    public static let ntCreateAndX = Command(rawValue: 0xA2)
    public static let ntRename = Command(rawValue: 0xA5)
    /// Ends an AndX chain.
    public static let noAndXCommand = Command(rawValue: 0xFF)

    /// Whether the block begins with the four octets that name the next one.
    public var isAndX: Bool {
      switch self {
      case .lockingAndX, .openAndX, .readAndX, .writeAndX, .sessionSetupAndX, .logoffAndX,
        .treeConnectAndX, .ntCreateAndX:
        true
      default: false
      }
    }
  }

  /// The header of 32 octets (MS-CIFS section 2.2.3.1).
  public struct Header: Equatable, Sendable {
    public var command: Command
    /// An NT status or, unless `usesNTStatus`, a DOS class in the low octet and code in the high
    /// 16.
    public var status: UInt32
    public var flags: UInt8
    public var flags2: UInt16
    public var treeID: UInt16
    public var processID: UInt32
    public var userID: UInt16
    public var multiplexID: UInt16

    public static let byteCount = 32

    public var isResponse: Bool { flags & 0x80 != 0 }
    public var usesNTStatus: Bool { flags2 & 0x4000 != 0 }
    public var isUnicode: Bool { flags2 & 0x8000 != 0 }
    public var isSigned: Bool { flags2 & 0x0004 != 0 }
    public var isSuccess: Bool { status == 0 }
  }

  /// One command of a message: its parameter words and its data (MS-CIFS sections 2.2.3.2,
  /// 2.2.3.3).
  public struct Block: Equatable, Sendable {
    public var command: Command
    public var words: ByteRange
    public var data: ByteRange
  }
}

extension SMB1.Header {
  /// Reads 32 octets.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    let start = input.offset
    guard try input.u32("Protocol") == 0xFF53_4D42 else {
      throw ParseFailure(.malformed, "Protocol", at: start)
    }
    command = SMB1.Command(rawValue: try input.u8("Command"))
    status = try input.u32le("Status")
    flags = try input.u8("Flags")
    flags2 = try input.u16le("Flags2")
    let high = UInt32(try input.u16le("PIDHigh"))
    try input.skip(10, "SecurityFeatures")
    treeID = try input.u16le("TID")
    processID = high << 16 | UInt32(try input.u16le("PIDLow"))
    userID = try input.u16le("UID")
    multiplexID = try input.u16le("MID")
  }
}

extension SMB1.Block {
  /// Reads the block at the cursor of a reader whose octets begin at the header.
  ///
  /// The data may be cut by the end of what was captured; its range says what it should be.
  public init(parsing input: inout ByteReader, command: SMB1.Command) throws(ParseFailure) {
    self.command = command
    let wordBytes = Int(try input.u8("WordCount")) * 2
    words = ByteRange(offset: input.position, count: wordBytes)
    try input.skip(wordBytes, "Words")
    let count = Int(try input.u16le("ByteCount"))
    data = ByteRange(offset: input.position, count: count)
    try input.skip(min(count, input.remaining), "Bytes")
  }
}

extension SMB1 {
  /// The blocks of a message, in the order of its AndX chain.
  ///
  /// The chain ends where it points backwards, which only a hostile message does, and where a block
  /// is cut: what came before is kept.
  public static func blocks(
    of header: Header, in message: borrowing ByteReader
  ) throws(ParseFailure) -> [Block] {
    var input = try message.slice(at: 0, count: message.bytes.count, "Message")
    try input.skip(Header.byteCount, "Header")
    var blocks = [try Block(parsing: &input, command: header.command)]
    while let last = blocks.last, last.command.isAndX, blocks.count < Limits.chain {
      guard let next = try last.next(in: input), next.offset >= last.data.offset else { break }
      guard next.offset <= input.bytes.count else { break }
      input.position = next.offset
      do {
        blocks.append(try Block(parsing: &input, command: next.command))
      } catch {
        break
      }
    }
    return blocks
  }
}

extension SMB1.Block {
  /// The command that follows and where; nil at the end of the chain (MS-CIFS section 2.2.3.4).
  fileprivate func next(
    in message: borrowing ByteReader
  ) throws(ParseFailure) -> (command: SMB1.Command, offset: Int)? {
    guard words.count >= 4 else { return nil }
    var input = try message.slice(words, "Words")
    let command = SMB1.Command(rawValue: try input.u8("AndXCommand"))
    guard command != .noAndXCommand else { return nil }
    try input.skip(1, "AndXReserved")
    return (command, Int(try input.u16le("AndXOffset")))
  }
}

extension ByteReader {
  /// The next text of an SMB1 message: UTF-16 aligned to 2 octets of the message, or single octets;
  /// to its zero, or to the end.
  ///
  /// `bytes` must begin at an octet of the message that `base` names, so that alignment can be
  /// told.
  mutating func smb1Text(isUnicode: Bool, _ field: StaticString) throws(ParseFailure) -> String {
    guard isUnicode else {
      var count = 0
      while let octet = peek(count), octet != 0 { count += 1 }
      var text = try take(count, field)
      if !isAtEnd { try skip(1, field) }
      return text.utf8()
    }
    if offset % 2 == 1, !isAtEnd { try skip(1, field) }
    var count = 0
    while let low = peek(count), let high = peek(count + 1), low != 0 || high != 0 { count += 2 }
    var text = try take(count, field)
    if remaining >= 2 { try skip(2, field) }
    return text.utf16le()
  }
}
