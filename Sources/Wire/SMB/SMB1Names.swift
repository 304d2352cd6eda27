// Names and files that transactions and searches hold in their parameters and answers.

extension SMB1.Transaction {
  /// What an NT_TRANSACT names in its parameters: the path of a CREATE (MS-CIFS section 2.2.7.1.1).
  public func createdPath(
    of header: SMB1.Header, in input: borrowing ByteReader
  ) throws(ParseFailure) -> String {
    var parameters = try input.slice(parameters, "NT_Trans_Parameters")
    try parameters.skip(44, "Flags")
    let byteCount = Int(clamping: try parameters.u32le("NameLength"))
    try parameters.skip(5, "ImpersonationLevel")
    if header.isUnicode, parameters.offset % 2 == 1, !parameters.isAtEnd {
      try parameters.skip(1, "Pad")
    }
    var text = try parameters.take(min(byteCount, parameters.remaining), "Name")
    return try text.smb1Text(isUnicode: header.isUnicode, "Name")
  }

  /// The file that the answer to an NT_TRANSACT CREATE opened (MS-CIFS section 2.2.7.1.2).
  public func createdFile(in input: borrowing ByteReader) throws(ParseFailure) -> UInt16 {
    var parameters = try input.slice(parameters, "NT_Trans_Parameters")
    try parameters.skip(2, "OpLockLevel")
    return try parameters.u16le("FID")
  }

  /// The level of information that a TRANS2_FIND_NEXT2 asks for (MS-CIFS section 2.2.6.3.1).
  public func findLevel(in input: borrowing ByteReader) throws(ParseFailure) -> UInt16 {
    var parameters = try input.slice(parameters, "Trans2_Parameters")
    try parameters.skip(4, "SID")
    return try parameters.u16le("InformationLevel")
  }

  /// The first name in the answer to a find, at a level of MS-CIFS section 2.2.8.1 or MS-SMB section
  /// 2.2.8.1; nil where the level is another, or nothing was found.
  public func firstFound(
    at level: UInt16, of header: SMB1.Header, in input: borrowing ByteReader
  ) throws(ParseFailure) -> String? {
    guard data.count > 0, let (length, name) = Self.places[level] else { return nil }
    var entry = try input.sliceToEnd(data, "Trans2_Data")
    try entry.skip(length, "FileNameLength")
    let byteCount = Int(clamping: try entry.u32le("FileNameLength"))
    try entry.skip(name - length - 4, "FileName")
    var text = try entry.take(byteCount, "FileName")
    return header.isUnicode
      ? text.utf16leToZero() : try text.smb1Text(isUnicode: false, "FileName")
  }

  /// Where an entry has the length of its name, and the name.
  private static let places: [UInt16: (length: Int, name: Int)] = [
    0x0101: (60, 64), 0x0102: (60, 68), 0x0103: (8, 12), 0x0104: (60, 94), 0x0105: (60, 80),
    0x0106: (60, 104),
  ]
}

extension SMB1.Block {
  /// The name in the resume key of the first entry that a SEARCH answers: eight octets and three
  /// (MS-CIFS section 2.2.4.58.2); nil where there is no entry.
  public func firstFound(in input: borrowing ByteReader) throws(ParseFailure) -> String? {
    var entries = try input.sliceToEnd(data, "Bytes")
    try entries.skip(3, "BufferFormat")
    guard entries.remaining >= 12 else { return nil }
    try entries.skip(1, "Reserved")
    var name = try entries.take(11, "ServerState")
    return try name.smb1Text(isUnicode: false, "ServerState")
  }

  /// The share that a TREE_CONNECT of the core protocol connected (MS-CIFS section 2.2.4.50.2).
  public func connectedTree(in input: borrowing ByteReader) throws(ParseFailure) -> UInt16 {
    var words = try input.slice(words, "Words")
    try words.skip(2, "MaxBufferSize")
    return try words.u16le("TID")
  }

  /// The file that a request names in its first word, or behind the four octets of an AndX.
  public func file(in input: borrowing ByteReader) throws(ParseFailure) -> UInt16 {
    var words = try input.slice(words, "Words")
    if command.isAndX { try words.skip(4, "AndX") }
    return try words.u16le("FID")
  }
}
