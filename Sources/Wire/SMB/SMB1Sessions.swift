extension SMB1 {
  /// What a client offers (MS-CIFS section 2.2.4.52.1).
  public struct NegotiateRequest: Equatable, Sendable {
    public var dialects: [String]
  }

  /// What the server chose (MS-CIFS section 2.2.4.52.2, MS-SMB section 2.2.4.5.2).
  public struct NegotiateResponse: Equatable, Sendable {
    /// Which of the offered dialects; 0xFFFF is none.
    public var dialectIndex: UInt16
    public var securityMode: UInt8
    public var capabilities: UInt32
    /// With extended security.
    public var serverGUID: GUID?
    public var securityBuffer: ByteRange
    /// Without extended security.
    public var domain: String
    public var server: String
  }

  /// A logon (MS-CIFS section 2.2.4.53, MS-SMB section 2.2.4.6).
  public struct SessionSetup: Equatable, Sendable {
    /// The token of extended security, empty without.
    public var securityBlob: ByteRange
    /// Without extended security.
    public var account: String
    public var domain: String
    public var oemPasswordLength: Int
    public var unicodePasswordLength: Int
    public var nativeOS: String
    public var nativeLANManager: String
    /// Of a response: bit 0, logged on as guest.
    public var action: UInt16
  }

  /// A share asked for (MS-CIFS section 2.2.4.55.1).
  public struct TreeConnectRequest: Equatable, Sendable {
    /// `\\server\share`.
    public var path: String
    /// `A:`, `IPC`, `LPT1:`, `COMM` or `?????`.
    public var service: String
  }

  /// The first text of a request of the core protocol: the path of a file, directory or share.
  ///
  /// MS-CIFS sections 2.2.4.1 to 2.2.4.4, 2.2.4.7 to 2.2.4.10, 2.2.4.17 and 2.2.4.50.
  public struct PathRequest: Equatable, Sendable {
    public var path: String
    /// The new name of a RENAME (MS-CIFS sections 2.2.4.8 and 2.2.4.66); nil elsewhere.
    public var newPath: String?
  }

  /// A file or pipe asked for (MS-CIFS section 2.2.4.64.1).
  public struct CreateRequest: Equatable, Sendable {
    public var desiredAccess: UInt32
    public var disposition: UInt32
    public var name: String
  }
}

// MARK: - Parsing

extension SMB1.NegotiateRequest {
  /// Reads a block of the message `input` holds.
  public init(_ block: SMB1.Block, in input: borrowing ByteReader) throws(ParseFailure) {
    var data = try input.slice(block.data, "Bytes")
    dialects = []
    while !data.isAtEnd {
      guard dialects.count < SMB1.Limits.dialects else {
        throw ParseFailure(.overLimit, "Dialects", at: data.offset)
      }
      try data.skip(1, "BufferFormat")
      dialects.append(try data.smb1Text(isUnicode: false, "DialectString"))
    }
  }
}

extension SMB1.NegotiateResponse {
  /// Reads a block of the message `input` holds.
  public init(
    _ block: SMB1.Block, of header: SMB1.Header, in input: borrowing ByteReader
  ) throws(ParseFailure) {
    var words = try input.slice(block.words, "Words")
    dialectIndex = try words.u16le("DialectIndex")
    securityMode = 0
    capabilities = 0
    serverGUID = nil
    securityBuffer = .empty
    domain = ""
    server = ""
    // The short forms answer older dialects, or none.
    guard words.remaining >= 32 else { return }
    securityMode = try words.u8("SecurityMode")
    try words.skip(16, "MaxMpxCount")
    capabilities = try words.u32le("Capabilities")
    try words.skip(10, "SystemTime")
    let challengeLength = Int(try words.u8("ChallengeLength"))
    var data = try input.slice(block.data, "Bytes")
    // CAP_EXTENDED_SECURITY
    if capabilities & 0x8000_0000 != 0 {
      serverGUID = try GUID(parsing: &data, "ServerGUID")
      securityBuffer = ByteRange(offset: block.data.offset + 16, count: data.remaining)
    } else {
      try data.skip(min(challengeLength, data.remaining), "Challenge")
      // These two are not aligned, MS-CIFS section 2.2.4.52.2.
      domain = try data.unalignedText(header.isUnicode, "DomainName")
      server = try data.unalignedText(header.isUnicode, "ServerName")
    }
  }
}

extension SMB1.SessionSetup {
  /// Reads a request or a response.
  public init(
    _ block: SMB1.Block, of header: SMB1.Header, in input: borrowing ByteReader
  ) throws(ParseFailure) {
    var words = try input.slice(block.words, "Words")
    try words.skip(4, "AndX")
    securityBlob = .empty
    account = ""
    domain = ""
    oemPasswordLength = 0
    unicodePasswordLength = 0
    action = 0
    var blobLength = 0
    if header.isResponse {
      action = try words.u16le("Action")
      if words.remaining >= 2 { blobLength = Int(try words.u16le("SecurityBlobLength")) }
    } else {
      try words.skip(10, "MaxBufferSize")
      if block.words.count == 26 {
        oemPasswordLength = Int(try words.u16le("OEMPasswordLen"))
        unicodePasswordLength = Int(try words.u16le("UnicodePasswordLen"))
      } else {
        blobLength = Int(try words.u16le("SecurityBlobLength"))
      }
    }
    var data = try input.slice(block.data, "Bytes")
    securityBlob = ByteRange(offset: block.data.offset, count: blobLength)
    try data.skip(blobLength, "SecurityBlob")
    if block.words.count == 26 && !header.isResponse {
      try data.skip(oemPasswordLength + unicodePasswordLength, "Password")
      account = try data.smb1Text(isUnicode: header.isUnicode, "AccountName")
      domain = try data.smb1Text(isUnicode: header.isUnicode, "PrimaryDomain")
    }
    nativeOS = try data.smb1Text(isUnicode: header.isUnicode, "NativeOS")
    nativeLANManager = try data.smb1Text(isUnicode: header.isUnicode, "NativeLanMan")
  }
}

extension SMB1.TreeConnectRequest {
  /// Reads a block of the message `input` holds.
  public init(
    _ block: SMB1.Block, of header: SMB1.Header, in input: borrowing ByteReader
  ) throws(ParseFailure) {
    var words = try input.slice(block.words, "Words")
    try words.skip(6, "AndX")
    let passwordLength = Int(try words.u16le("PasswordLength"))
    var data = try input.slice(block.data, "Bytes")
    try data.skip(passwordLength, "Password")
    path = try data.smb1Text(isUnicode: header.isUnicode, "Path")
    service = try data.smb1Text(isUnicode: false, "Service")
  }
}

extension SMB1.PathRequest {
  /// Reads a block of the message `input` holds.
  public init(
    _ block: SMB1.Block, of header: SMB1.Header, in input: borrowing ByteReader
  ) throws(ParseFailure) {
    var data = try input.slice(block.data, "Bytes")
    try data.skip(1, "BufferFormat")
    path = try data.smb1Text(isUnicode: header.isUnicode, "FileName")
    newPath = nil
    guard block.command == .rename || block.command == .ntRename else { return }
    try data.skip(1, "BufferFormat")
    newPath = try data.smb1Text(isUnicode: header.isUnicode, "NewFileName")
  }
}

extension SMB1.CreateRequest {
  /// Reads an NT_CREATE_ANDX or an OPEN_ANDX.
  public init(
    _ block: SMB1.Block, of header: SMB1.Header, in input: borrowing ByteReader
  ) throws(ParseFailure) {
    var words = try input.slice(block.words, "Words")
    var data = try input.slice(block.data, "Bytes")
    if block.command == .ntCreateAndX {
      try words.skip(15, "AndX")
      desiredAccess = try words.u32le("DesiredAccess")
      try words.skip(16, "AllocationSize")
      disposition = try words.u32le("CreateDisposition")
    } else {
      try words.skip(6, "AndX")
      desiredAccess = UInt32(try words.u16le("AccessMode"))
      try words.skip(8, "SearchAttrs")
      disposition = UInt32(try words.u16le("OpenMode"))
    }
    name = try data.smb1Text(isUnicode: header.isUnicode, "FileName")
  }
}

extension ByteReader {
  /// A text to its zero whose UTF-16 form begins wherever it begins.
  fileprivate mutating func unalignedText(
    _ isUnicode: Bool, _ field: StaticString
  ) throws(ParseFailure) -> String {
    guard isUnicode else { return try smb1Text(isUnicode: false, field) }
    var count = 0
    while let low = peek(count), let high = peek(count + 1), low != 0 || high != 0 { count += 2 }
    var text = try take(count, field)
    if remaining >= 2 { try skip(2, field) }
    return text.utf16le()
  }
}
