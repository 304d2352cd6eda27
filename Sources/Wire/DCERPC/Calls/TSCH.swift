/// Arguments of the Task Scheduler's calls (MS-TSCH section 3.2.5).
public enum TSCH {
  /// SchRpcRegisterTask, opnum 1.
  public struct RegisterRequest: Equatable, Sendable {
    /// Nil where the definition names it.
    public var path: String?
    /// The definition, cut to `definitionCharacters`.
    public var definition: String
    public var flags: UInt32
  }

  /// A call that begins with the path of a task or folder: opnums 2 to 8, 12 to 14, 16, 17 and 19.
  public struct PathRequest: Equatable, Sendable {
    public var path: String?
  }

  /// NetrJobAdd of the AT service, opnum 0.
  public struct JobAddRequest: Equatable, Sendable {
    public var server: String?
    public var command: String?
  }

  /// A call of the AT service that begins with the server: opnums 1 to 3.
  public struct JobRequest: Equatable, Sendable {
    public var server: String?
  }

  /// Characters of a definition that are kept: what runs stands in the first two thousand, behind
  /// triggers and settings.
  public static let definitionCharacters = 4_096
}

extension TSCH.RegisterRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    path = try input.uniqueString("path")
    definition = try input.string(cutTo: TSCH.definitionCharacters, "xml")
    flags = try input.u32("flags")
  }
}

extension TSCH.PathRequest {
  /// Reads the stub; the path of SchRpcSetSecurity and of those that list is a reference as well.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    path = try input.string("path")
  }
}

extension TSCH.JobAddRequest {
  /// Reads the stub (MS-TSCH section 3.2.5.2.1): the server, then an AT_INFO.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    server = try input.uniqueString("ServerName")
    input.alignToPointer()
    _ = try input.u32("JobTime")
    _ = try input.u32("DaysOfMonth")
    _ = try input.u8("DaysOfWeek")
    _ = try input.u8("Flags")
    command = try input.uniqueString("Command")
  }
}

extension TSCH.JobRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    server = try input.uniqueString("ServerName")
  }
}
