extension SMB2 {
  /// The name a server gives an open file or pipe (MS-SMB2 section 2.2.14.1).
  public struct FileID: Hashable, Sendable {
    public var persistent: UInt64
    public var volatile: UInt64

    public init(persistent: UInt64, volatile: UInt64) {
      self.persistent = persistent
      self.volatile = volatile
    }

    /// Stands for the file of the request before, in a related chain; or for no file, in an IOCTL.
    public static let none = FileID(persistent: .max, volatile: .max)
  }

  /// A file or pipe asked for (MS-SMB2 section 2.2.13).
  public struct CreateRequest: Equatable, Sendable {
    public var impersonationLevel: UInt32
    public var desiredAccess: UInt32
    public var fileAttributes: UInt32
    public var shareAccess: UInt32
    /// 0 supersede, 1 open, 2 create, 3 open or create, 4 overwrite, 5 overwrite or create.
    public var disposition: UInt32
    public var options: UInt32
    /// Below the share, without a leading backslash; empty for its root.
    public var name: String
  }

  /// A file or pipe opened (MS-SMB2 section 2.2.14).
  public struct CreateResponse: Equatable, Sendable {
    /// 0 superseded, 1 opened, 2 created, 3 overwritten.
    public var action: UInt32
    public var endOfFile: UInt64
    public var fileAttributes: UInt32
    public var fileID: FileID
  }

  /// Octets asked for (MS-SMB2 section 2.2.19).
  public struct ReadRequest: Equatable, Sendable {
    public var length: UInt32
    public var offset: UInt64
    public var fileID: FileID
  }

  /// Octets read (MS-SMB2 section 2.2.20).
  public struct ReadResponse: Equatable, Sendable {
    public var data: ByteRange
    public var remaining: UInt32
  }

  /// Octets to write (MS-SMB2 section 2.2.21).
  public struct WriteRequest: Equatable, Sendable {
    public var data: ByteRange
    public var offset: UInt64
    public var fileID: FileID
  }

  /// Octets written (MS-SMB2 section 2.2.22).
  public struct WriteResponse: Equatable, Sendable {
    public var count: UInt32
  }

  /// A control code with its data (MS-SMB2 sections 2.2.31 and 2.2.32).
  public struct Ioctl: Equatable, Sendable {
    public var function: Function
    public var fileID: FileID
    public var input: ByteRange
    public var output: ByteRange

    public struct Function: RawRepresentable, Hashable, Sendable {
      public let rawValue: UInt32
      public init(rawValue: UInt32) { self.rawValue = rawValue }

      public static let pipeTransceive = Function(rawValue: 0x0011_C017)
      public static let pipeWait = Function(rawValue: 0x0011_0018)
      public static let dfsGetReferrals = Function(rawValue: 0x0006_0194)
      public static let queryNetworkInterfaces = Function(rawValue: 0x0014_01FC)
      public static let validateNegotiate = Function(rawValue: 0x0014_0204)
    }
  }

  /// A question about a file, a directory or its changes, or a change of it.
  ///
  /// MS-SMB2 sections 2.2.33 (directory), 2.2.37 (query) and 2.2.39 (set).
  public struct InformationRequest: Equatable, Sendable {
    /// 1 file, 2 file system, 3 security, 4 quota; 1 for a directory.
    public var kind: UInt8
    /// The file information class of MS-FSCC section 2.4.
    public var informationClass: UInt8
    public var fileID: FileID
    /// The search pattern of a directory, the input of a query, what a change writes.
    public var data: ByteRange
  }

  /// The file that CLOSE, FLUSH, LOCK, CHANGE_NOTIFY and OPLOCK_BREAK name.
  public struct FileReference: Equatable, Sendable {
    public var fileID: FileID
  }
}

// MARK: - Parsing

extension SMB2.FileID {
  /// Reads 16 octets.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    persistent = try input.u64le("FileId.Persistent")
    volatile = try input.u64le("FileId.Volatile")
  }
}

extension SMB2.CreateRequest {
  /// Reads the body behind the header.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    try input.skip(2, "StructureSize")
    try input.skip(2, "RequestedOplockLevel")
    impersonationLevel = try input.u32le("ImpersonationLevel")
    try input.skip(16, "SmbCreateFlags")
    desiredAccess = try input.u32le("DesiredAccess")
    fileAttributes = try input.u32le("FileAttributes")
    shareAccess = try input.u32le("ShareAccess")
    disposition = try input.u32le("CreateDisposition")
    options = try input.u32le("CreateOptions")
    let range = try input.shortRange("NameOffset")
    if range.count == 0 {
      name = ""
    } else {
      var text = try input.slice(range, "Name")
      name = text.utf16le()
    }
  }
}

extension SMB2.CreateResponse {
  /// Reads the body behind the header.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    try input.skip(2, "StructureSize")
    try input.skip(2, "OplockLevel")
    action = try input.u32le("CreateAction")
    try input.skip(40, "CreationTime")
    endOfFile = try input.u64le("EndofFile")
    fileAttributes = try input.u32le("FileAttributes")
    try input.skip(4, "Reserved2")
    fileID = try SMB2.FileID(parsing: &input)
  }
}

extension SMB2.ReadRequest {
  /// Reads the body behind the header.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    try input.skip(4, "StructureSize")
    length = try input.u32le("Length")
    offset = try input.u64le("Offset")
    fileID = try SMB2.FileID(parsing: &input)
  }
}

extension SMB2.ReadResponse {
  /// Reads the body behind the header.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    try input.skip(2, "StructureSize")
    let start = Int(try input.u8("DataOffset"))
    try input.skip(1, "Reserved")
    data = ByteRange(offset: start, count: Int(try input.u32le("DataLength")))
    remaining = try input.u32le("DataRemaining")
  }
}

extension SMB2.WriteRequest {
  /// Reads the body behind the header.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    try input.skip(2, "StructureSize")
    let start = Int(try input.u16le("DataOffset"))
    data = ByteRange(offset: start, count: Int(try input.u32le("Length")))
    offset = try input.u64le("Offset")
    fileID = try SMB2.FileID(parsing: &input)
  }
}

extension SMB2.WriteResponse {
  /// Reads the body behind the header.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    try input.skip(4, "StructureSize")
    count = try input.u32le("Count")
  }
}

extension SMB2.Ioctl {
  /// Reads a request or, where `isResponse`, an answer.
  public init(parsing input: inout ByteReader, isResponse: Bool) throws(ParseFailure) {
    try input.skip(4, "StructureSize")
    function = Function(rawValue: try input.u32le("CtlCode"))
    fileID = try SMB2.FileID(parsing: &input)
    self.input = try input.longRange("InputOffset")
    if !isResponse { try input.skip(4, "MaxInputResponse") }
    output = try input.longRange("OutputOffset")
  }
}

extension SMB2.InformationRequest {
  /// Reads a QUERY_DIRECTORY.
  public init(parsingDirectory input: inout ByteReader) throws(ParseFailure) {
    kind = 1
    try input.skip(2, "StructureSize")
    informationClass = try input.u8("FileInformationClass")
    try input.skip(5, "Flags")
    fileID = try SMB2.FileID(parsing: &input)
    data = try input.shortRange("FileNameOffset")
  }

  /// Reads a QUERY_INFO.
  public init(parsingQuery input: inout ByteReader) throws(ParseFailure) {
    try input.skip(2, "StructureSize")
    kind = try input.u8("InfoType")
    informationClass = try input.u8("FileInfoClass")
    try input.skip(4, "OutputBufferLength")
    let start = Int(try input.u16le("InputBufferOffset"))
    try input.skip(2, "Reserved")
    data = ByteRange(offset: start, count: Int(try input.u32le("InputBufferLength")))
    try input.skip(8, "AdditionalInformation")
    fileID = try SMB2.FileID(parsing: &input)
  }

  /// Reads a SET_INFO.
  public init(parsingSet input: inout ByteReader) throws(ParseFailure) {
    try input.skip(2, "StructureSize")
    kind = try input.u8("InfoType")
    informationClass = try input.u8("FileInfoClass")
    let count = Int(try input.u32le("BufferLength"))
    data = ByteRange(offset: Int(try input.u16le("BufferOffset")), count: count)
    try input.skip(6, "AdditionalInformation")
    fileID = try SMB2.FileID(parsing: &input)
  }
}

extension SMB2.FileReference {
  /// Reads a request whose identifier lies behind eight octets: CLOSE, FLUSH, LOCK, CHANGE_NOTIFY
  /// and OPLOCK_BREAK all do so (MS-SMB2 sections 2.2.15, 2.2.17, 2.2.26, 2.2.35 and 2.2.23.1).
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    try input.skip(8, "StructureSize")
    fileID = try SMB2.FileID(parsing: &input)
  }
}
