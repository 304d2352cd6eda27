extension SRVSVC {
  /// NetrShareAdd, opnum 14: levels 2, 502 and 503 name a path.
  public struct ShareAddRequest: Equatable, Sendable {
    public var server: String?
    public var level: UInt32
    public var name: String?
    public var path: String?
  }

  /// A call whose server is followed by a text: opnums 16 to 18, 38 (a share), 13 (a client).
  public struct NameRequest: Equatable, Sendable {
    public var server: String?
    public var name: String?
  }

  /// NetrConnectionEnum, NetrFileEnum: opnums 8 and 9: the share or path asked about.
  public struct FilterRequest: Equatable, Sendable {
    public var server: String?
    public var filter: String?
  }

  /// NetrServerGetInfo, opnum 21, and NetrWkstaGetInfo, opnum 0 of MS-WKST.
  public struct LevelRequest: Equatable, Sendable {
    public var server: String?
    public var level: UInt32
  }
}

extension SRVSVC.ShareAddRequest {
  /// Reads the stub (MS-SRVS sections 2.2.4.23 to 2.2.4.27).
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    server = try input.uniqueString("ServerName")
    level = try input.u32("Level")
    name = nil
    path = nil
    input.alignToPointer()
    _ = try input.u32("Level")
    guard try input.pointer("InfoStruct"), level == 2 || level == 502 || level == 503 else {
      return
    }
    let isNamed = try input.pointer("netname")
    _ = try input.u32("type")
    let hasRemark = try input.pointer("remark")
    try input.skipWords(3, "permissions")
    let hasPath = try input.pointer("path")
    _ = try input.pointer("passwd")
    if level == 503 { _ = try input.pointer("servername") }
    if level >= 502 {
      _ = try input.u32("reserved")
      _ = try input.pointer("security_descriptor")
    }
    if isNamed { name = try input.string("netname") }
    if hasRemark { _ = try input.string("remark") }
    if hasPath { path = try input.string("path") }
  }
}

extension SRVSVC.NameRequest {
  /// Reads the stub; `isUnique` says that the name is a pointer that may be null.
  public init(parsing input: inout NDRReader, isUnique: Bool) throws(ParseFailure) {
    server = try input.uniqueString("ServerName")
    name = isUnique ? try input.uniqueString("NetName") : try input.string("NetName")
  }
}

extension SRVSVC.FilterRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    server = try input.uniqueString("ServerName")
    filter = try input.uniqueString("Qualifier")
  }
}

extension SRVSVC.LevelRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    server = try input.uniqueString("ServerName")
    level = try input.u32("Level")
  }
}

/// Arguments of the calls that shut a computer down (MS-RSP section 3.2.4).
public enum InitShutdown {
  /// BaseInitiateShutdown and BaseInitiateShutdownEx, opnums 0 and 2: what people are told.
  public struct ShutdownRequest: Equatable, Sendable {
    public var message: String?
  }
}

extension InitShutdown.ShutdownRequest {
  /// Reads the stub: the server is a pointer to one character.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    if try input.pointer("ServerName") { _ = try input.u16("ServerName") }
    message = nil
    if try input.pointer("lpMessage") { message = try input.unicodeText("lpMessage") }
  }
}
