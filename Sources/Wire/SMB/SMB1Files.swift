extension SMB1 {
  /// Octets asked for or carried by READ, WRITE and their AndX forms.
  ///
  /// MS-CIFS sections 2.2.4.12, 2.2.4.42 and 2.2.4.43.
  public struct Transfer: Equatable, Sendable {
    /// Nil in responses, which do not repeat it.
    public var fileID: UInt16?
    public var offset: UInt32
    /// Octets asked for, or written.
    public var count: UInt32
    public var data: ByteRange
  }

  /// TRANSACTION, TRANSACTION2 and NT_TRANSACT: a call in an envelope.
  ///
  /// MS-CIFS sections 2.2.4.33, 2.2.4.46 and 2.2.4.62. Secondary requests have no name and no
  /// setup.
  public struct Transaction: Equatable, Sendable {
    /// `\PIPE\`, `\MAILSLOT\…`; TRANSACTION requests only.
    public var name: String?
    /// The first setup word of TRANSACTION and TRANSACTION2, the function of NT_TRANSACT.
    public var function: UInt16?
    /// The pipe of a TRANSACTION on named pipes, the file of an NT_TRANSACT IOCTL.
    public var fileID: UInt16?
    public var parameters: ByteRange
    public var data: ByteRange
    public var totalDataCount: UInt32
    /// Where `data` belongs in the whole, where the message says so.
    public var dataDisplacement: UInt32

    /// Whether data is left for further messages (MS-CIFS section 2.2.4.33.2).
    public var isPartial: Bool {
      UInt64(dataDisplacement) + UInt64(max(0, data.count)) < UInt64(totalDataCount)
    }

    /// TRANS_TRANSACT_NMPIPE (MS-CIFS section 2.2.5.6).
    public static let transactNamedPipe: UInt16 = 0x0026
    /// NT_TRANSACT_CREATE (MS-CIFS section 2.2.7.1).
    public static let create: UInt16 = 0x0001
    /// NT_TRANSACT_IOCTL (MS-CIFS section 2.2.7.2).
    public static let ioctl: UInt16 = 0x0002
    /// NT_TRANSACT_NOTIFY_CHANGE (MS-CIFS section 2.2.7.4).
    public static let notifyChange: UInt16 = 0x0004
    /// TRANS2_FIND_NEXT2 (MS-CIFS section 2.2.6.3).
    public static let findNext: UInt16 = 0x0002
  }
}

extension SMB1.Transfer {
  /// Reads the block of a READ_ANDX, WRITE_ANDX, READ or WRITE.
  public init(
    _ block: SMB1.Block, of header: SMB1.Header, in input: borrowing ByteReader
  ) throws(ParseFailure) {
    var words = try input.slice(block.words, "Words")
    fileID = nil
    offset = 0
    count = 0
    data = .empty
    switch (block.command, header.isResponse) {
    case (.readAndX, false), (.writeAndX, false):
      try words.skip(4, "AndX")
      fileID = try words.u16le("FID")
      offset = try words.u32le("Offset")
      if block.command == .readAndX {
        count = UInt32(try words.u16le("MaxCountOfBytesToReturn"))
      } else {
        try words.skip(8, "Timeout")
        try readDataRange(&words, "DataLength", highFirst: true)
      }
    case (.readAndX, true):
      try words.skip(10, "AndX")
      try readDataRange(&words, "DataLength", highFirst: false)
    case (.writeAndX, true):
      try words.skip(4, "AndX")
      count = UInt32(try words.u16le("Count"))
    case (_, false):
      fileID = try words.u16le("FID")
      count = UInt32(try words.u16le("CountOfBytes"))
      offset = try words.u32le("Offset")
      // Behind the buffer format and length, MS-CIFS section 2.2.4.12.1.
      if block.command == .write {
        data = ByteRange(offset: block.data.offset + 3, count: Int(count))
      }
    case (_, true):
      count = UInt32(try words.u16le("CountOfBytes"))
      if block.command == .read {
        data = ByteRange(offset: block.data.offset + 3, count: Int(count))
      }
    }
  }

  /// The length and offset of the data: WRITE_ANDX has the high half of the length before the low
  /// one, READ_ANDX after the offset.
  private mutating func readDataRange(
    _ words: inout ByteReader, _ field: StaticString, highFirst: Bool
  ) throws(ParseFailure) {
    var high: UInt16 = 0
    if highFirst { high = try words.u16le("DataLengthHigh") }
    let low = try words.u16le(field)
    let start = Int(try words.u16le("DataOffset"))
    if !highFirst, words.remaining >= 2 { high = try words.u16le("DataLengthHigh") }
    count = UInt32(high) << 16 | UInt32(low)
    data = ByteRange(offset: start, count: Int(count))
  }
}

extension SMB1.Transaction {
  /// Reads the block of a transaction, its secondary request or its response.
  public init(
    _ block: SMB1.Block, of header: SMB1.Header, in input: borrowing ByteReader
  ) throws(ParseFailure) {
    name = nil
    function = nil
    fileID = nil
    parameters = .empty
    data = .empty
    totalDataCount = 0
    dataDisplacement = 0
    // An interim response, or an error, has no words: MS-CIFS section 2.2.4.33.2.
    guard block.words.count > 0 else { return }
    var words = try input.slice(block.words, "Words")
    switch block.command {
    case .ntTransact, .ntTransactSecondary:
      try readLong(&words, block: block, isResponse: header.isResponse)
    default:
      try readShort(&words, block: block, isResponse: header.isResponse)
    }
    if block.command == .transaction, !header.isResponse {
      var bytes = try input.slice(block.data, "Bytes")
      name = try bytes.smb1Text(isUnicode: header.isUnicode, "Name")
    }
  }

  /// Counts of 16 bits: TRANSACTION and TRANSACTION2.
  private mutating func readShort(
    _ words: inout ByteReader, block: SMB1.Block, isResponse: Bool
  ) throws(ParseFailure) {
    let isSecondary =
      block.command == .transactionSecondary || block.command == .transaction2Secondary
    try words.skip(2, "TotalParameterCount")
    totalDataCount = UInt32(try words.u16le("TotalDataCount"))
    if isResponse {
      try words.skip(2, "Reserved")
    } else if !isSecondary {
      try words.skip(14, "MaxParameterCount")
    }
    let parameterCount = Int(try words.u16le("ParameterCount"))
    parameters = ByteRange(offset: Int(try words.u16le("ParameterOffset")), count: parameterCount)
    if isResponse || isSecondary { try words.skip(2, "ParameterDisplacement") }
    let dataCount = Int(try words.u16le("DataCount"))
    data = ByteRange(offset: Int(try words.u16le("DataOffset")), count: dataCount)
    if isResponse || isSecondary {
      dataDisplacement = UInt32(try words.u16le("DataDisplacement"))
    }
    guard !isResponse, !isSecondary else { return }
    let setupCount = try words.u8("SetupCount")
    try words.skip(1, "Reserved3")
    if setupCount >= 1 { function = try words.u16le("Setup") }
    if setupCount >= 2, block.command == .transaction { fileID = try words.u16le("Setup") }
  }

  /// Counts of 32 bits: NT_TRANSACT.
  private mutating func readLong(
    _ words: inout ByteReader, block: SMB1.Block, isResponse: Bool
  ) throws(ParseFailure) {
    let isSecondary = block.command == .ntTransactSecondary
    try words.skip(3, "Reserved")
    try words.skip(4, "TotalParameterCount")
    totalDataCount = try words.u32le("TotalDataCount")
    if !isResponse && !isSecondary { try words.skip(8, "MaxParameterCount") }
    let parameterCount = Int(try words.u32le("ParameterCount"))
    parameters = ByteRange(offset: Int(try words.u32le("ParameterOffset")), count: parameterCount)
    if isResponse || isSecondary { try words.skip(4, "ParameterDisplacement") }
    let dataCount = Int(try words.u32le("DataCount"))
    data = ByteRange(offset: Int(try words.u32le("DataOffset")), count: dataCount)
    if isResponse || isSecondary { dataDisplacement = try words.u32le("DataDisplacement") }
    guard !isResponse, !isSecondary else { return }
    try words.skip(1, "SetupCount")
    function = try words.u16le("Function")
    if function == Self.ioctl || function == Self.notifyChange, words.remaining >= 6 {
      try words.skip(4, "FunctionCode")
      fileID = try words.u16le("FID")
    }
  }

  /// The file that a TRANSACTION2 request names in its parameters, where its function has one.
  ///
  /// MS-CIFS sections 2.2.6.8 and 2.2.6.9.
  public func file(in input: borrowing ByteReader) throws(ParseFailure) -> UInt16? {
    guard function == 0x0007 || function == 0x0008 else { return nil }
    var parameters = try input.slice(parameters, "Trans2_Parameters")
    return try parameters.u16le("FID")
  }

  /// The path that a TRANSACTION2 request names in its parameters, where its function has one.
  ///
  /// MS-CIFS sections 2.2.6.1, 2.2.6.2, 2.2.6.6, 2.2.6.7 and 2.2.6.16.
  public func path(
    of header: SMB1.Header, in input: borrowing ByteReader
  ) throws(ParseFailure) -> String? {
    let skipped: Int
    switch function {
    case 0x0000: skipped = 28
    case 0x0001, 0x0002: skipped = 12
    case 0x0005, 0x0006: skipped = 6
    case 0x0010: skipped = 2
    default: return nil
    }
    var text = try input.slice(parameters, "Trans2_Parameters")
    try text.skip(skipped, "FileName")
    return try text.smb1Text(isUnicode: header.isUnicode, "FileName")
  }
}
