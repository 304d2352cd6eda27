extension SMB2 {
  /// Limits of the message parsers.
  public enum Limits {
    /// Dialects of a NEGOTIATE: five exist; a peer that lists more than this is no client.
    public static let dialects = 64
    /// Negotiate contexts: eight types exist (MS-SMB2 section 2.2.3.1).
    public static let negotiateContexts = 64
  }

  /// One negotiate context (MS-SMB2 section 2.2.3.1).
  public struct NegotiateContext: Equatable, Sendable {
    public var kind: Kind
    public var data: ByteRange

    public struct Kind: RawRepresentable, Hashable, Sendable {
      public let rawValue: UInt16
      public init(rawValue: UInt16) { self.rawValue = rawValue }

      public static let preauthIntegrity = Kind(rawValue: 1)
      public static let encryption = Kind(rawValue: 2)
      public static let compression = Kind(rawValue: 3)
      /// The server's name as the client wrote it, UTF-16.
      public static let netName = Kind(rawValue: 5)
      public static let transport = Kind(rawValue: 6)
      public static let signing = Kind(rawValue: 8)
    }
  }

  /// What a client offers (MS-SMB2 section 2.2.3).
  public struct NegotiateRequest: Equatable, Sendable {
    public var securityMode: UInt16
    public var capabilities: UInt32
    public var clientGUID: GUID
    public var dialects: [UInt16]
    /// Empty unless 3.1.1 is offered.
    public var contexts: [NegotiateContext]
  }

  /// What the server chose (MS-SMB2 section 2.2.4).
  public struct NegotiateResponse: Equatable, Sendable {
    /// Bit 1: signing is required.
    public var securityMode: UInt16
    /// 0x02FF asks the client to negotiate again with SMB2.
    public var dialect: UInt16
    public var serverGUID: GUID
    public var capabilities: UInt32
    /// Ticks of 100 ns since 1601.
    public var systemTime: UInt64
    public var startTime: UInt64
    public var securityBuffer: ByteRange
    public var contexts: [NegotiateContext]
  }

  /// One step of an authentication, from the client (MS-SMB2 section 2.2.5).
  public struct SessionSetupRequest: Equatable, Sendable {
    public var flags: UInt8
    public var securityMode: UInt8
    public var capabilities: UInt32
    public var previousSessionID: UInt64
    public var securityBuffer: ByteRange
  }

  /// One step of an authentication, from the server (MS-SMB2 section 2.2.6).
  public struct SessionSetupResponse: Equatable, Sendable {
    public var flags: Flags
    public var securityBuffer: ByteRange

    public struct Flags: OptionSet, Hashable, Sendable {
      public let rawValue: UInt16
      public init(rawValue: UInt16) { self.rawValue = rawValue }

      public static let guest = Flags(rawValue: 1)
      public static let anonymous = Flags(rawValue: 2)
      public static let encrypted = Flags(rawValue: 4)
    }
  }

  /// A share asked for (MS-SMB2 section 2.2.9).
  public struct TreeConnectRequest: Equatable, Sendable {
    public var flags: UInt16
    /// `\\server\share`.
    public var path: String
  }

  /// A share opened (MS-SMB2 section 2.2.10).
  public struct TreeConnectResponse: Equatable, Sendable {
    public var shareKind: ShareKind
    public var shareFlags: UInt32
    public var capabilities: UInt32
    public var maximalAccess: UInt32

    public struct ShareKind: RawRepresentable, Hashable, Sendable {
      public let rawValue: UInt8
      public init(rawValue: UInt8) { self.rawValue = rawValue }

      public static let disk = ShareKind(rawValue: 1)
      public static let pipe = ShareKind(rawValue: 2)
      public static let print = ShareKind(rawValue: 3)
    }
  }
}

// MARK: - Parsing

// Each parser begins behind the header, in a reader whose octets begin at the header, from which
// MS-SMB2 counts its offsets.

extension SMB2.NegotiateRequest {
  /// The dialects as far as they are there, of a body that the capture may have cut.
  public static func dialects(peeking input: borrowing ByteReader) -> [UInt16] {
    guard let low = input.peek(2), let high = input.peek(3) else { return [] }
    var dialects: [UInt16] = []
    for index in 0..<min(Int(high) << 8 | Int(low), SMB2.Limits.dialects) {
      guard let low = input.peek(36 + 2 * index), let high = input.peek(37 + 2 * index) else {
        break
      }
      dialects.append(UInt16(high) << 8 | UInt16(low))
    }
    return dialects
  }

  /// Reads the body behind the header.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    try input.skip(2, "StructureSize")
    let dialectCount = Int(try input.u16le("DialectCount"))
    guard dialectCount <= SMB2.Limits.dialects else {
      throw ParseFailure(.overLimit, "DialectCount", at: input.offset)
    }
    securityMode = try input.u16le("SecurityMode")
    try input.skip(2, "Reserved")
    capabilities = try input.u32le("Capabilities")
    clientGUID = try GUID(parsing: &input, "ClientGuid")
    let contextOffset = Int(try input.u32le("NegotiateContextOffset"))
    let contextCount = try input.u16le("NegotiateContextCount")
    try input.skip(2, "Reserved2")
    dialects = []
    for _ in 0..<dialectCount { dialects.append(try input.u16le("Dialects")) }
    // Without 3.1.1 the context fields are a start time that means nothing.
    contexts =
      dialects.contains(0x0311)
      ? try input.negotiateContexts(at: contextOffset, count: contextCount) : []
  }
}

extension SMB2.NegotiateResponse {
  /// The dialect, of a body that the capture may have cut.
  public static func dialect(peeking input: borrowing ByteReader) -> UInt16? {
    guard let low = input.peek(4), let high = input.peek(5) else { return nil }
    return UInt16(high) << 8 | UInt16(low)
  }

  /// Reads the body behind the header.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    try input.skip(2, "StructureSize")
    securityMode = try input.u16le("SecurityMode")
    dialect = try input.u16le("DialectRevision")
    let contextCount = try input.u16le("NegotiateContextCount")
    serverGUID = try GUID(parsing: &input, "ServerGuid")
    capabilities = try input.u32le("Capabilities")
    try input.skip(12, "MaxTransactSize")
    systemTime = try input.u64le("SystemTime")
    startTime = try input.u64le("ServerStartTime")
    securityBuffer = try input.shortRange("SecurityBufferOffset")
    let contextOffset = Int(try input.u32le("NegotiateContextOffset"))
    contexts =
      dialect == 0x0311
      ? try input.negotiateContexts(at: contextOffset, count: contextCount) : []
  }
}

extension SMB2.SessionSetupRequest {
  /// Reads the body behind the header.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    try input.skip(2, "StructureSize")
    flags = try input.u8("Flags")
    securityMode = try input.u8("SecurityMode")
    capabilities = try input.u32le("Capabilities")
    try input.skip(4, "Channel")
    securityBuffer = try input.shortRange("SecurityBufferOffset")
    previousSessionID = try input.u64le("PreviousSessionId")
  }
}

extension SMB2.SessionSetupResponse {
  /// Reads the body behind the header.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    try input.skip(2, "StructureSize")
    flags = Flags(rawValue: try input.u16le("SessionFlags"))
    securityBuffer = try input.shortRange("SecurityBufferOffset")
  }
}

extension SMB2.TreeConnectRequest {
  /// Reads the body behind the header.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    try input.skip(2, "StructureSize")
    flags = try input.u16le("Flags")
    let range = try input.shortRange("PathOffset")
    var text = try input.slice(range, "PathName")
    path = text.utf16le()
  }
}

extension SMB2.TreeConnectResponse {
  /// Reads the body behind the header.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    try input.skip(2, "StructureSize")
    shareKind = ShareKind(rawValue: try input.u8("ShareType"))
    try input.skip(1, "Reserved")
    shareFlags = try input.u32le("ShareFlags")
    capabilities = try input.u32le("Capabilities")
    maximalAccess = try input.u32le("MaximalAccess")
  }
}

extension ByteReader {
  /// An offset and a count of 16 bits each.
  mutating func shortRange(_ field: StaticString) throws(ParseFailure) -> ByteRange {
    let offset = Int(try u16le(field))
    return ByteRange(offset: offset, count: Int(try u16le(field)))
  }

  /// An offset and a count of 32 bits each.
  mutating func longRange(_ field: StaticString) throws(ParseFailure) -> ByteRange {
    let offset = Int(try u32le(field))
    return ByteRange(offset: offset, count: Int(try u32le(field)))
  }

  /// The list of MS-SMB2 section 2.2.3.1, each context aligned to 8 octets.
  fileprivate func negotiateContexts(
    at start: Int, count: UInt16
  ) throws(ParseFailure) -> [SMB2.NegotiateContext] {
    guard count > 0 else { return [] }
    guard Int(count) <= SMB2.Limits.negotiateContexts else {
      throw ParseFailure(.overLimit, "NegotiateContextCount", at: offset)
    }
    var list = try slice(at: 0, count: bytes.count, "NegotiateContextList")
    try list.skip(start, "NegotiateContextOffset")
    var contexts: [SMB2.NegotiateContext] = []
    for _ in 0..<count {
      list.align(to: 8)
      let kind = SMB2.NegotiateContext.Kind(rawValue: try list.u16le("ContextType"))
      let byteCount = Int(try list.u16le("DataLength"))
      try list.skip(4, "Reserved")
      let data = ByteRange(offset: list.position, count: byteCount)
      try list.skip(byteCount, "Data")
      contexts.append(SMB2.NegotiateContext(kind: kind, data: data))
    }
    return contexts
  }
}
