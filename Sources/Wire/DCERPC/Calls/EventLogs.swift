/// Arguments of the event log's calls (MS-EVEN section 3.1.4, MS-EVEN6 section 3.1.4).
public enum EventLogs {
  /// ElfrClearELFW and ElfrBackupELFW, opnums 0 and 1.
  public struct HandleRequest: Equatable, Sendable {
    public var log: GUID
    public var file: String?
  }

  /// ElfrOpenELW and ElfrOpenBELW, opnums 7 and 9.
  public struct OpenRequest: Equatable, Sendable {
    /// The log, or the file of a copy.
    public var name: String
  }

  /// EvtRpcClearLog and EvtRpcExportLog, opnums 6 and 7 of MS-EVEN6.
  public struct ChannelRequest: Equatable, Sendable {
    public var channel: String?
    public var file: String?
  }
}

extension EventLogs.HandleRequest {
  /// Reads the stub; `isUnique` says that the file is a pointer that may be null, as in opnum 0.
  public init(parsing input: inout NDRReader, isUnique: Bool) throws(ParseFailure) {
    log = try input.handle("LogHandle")
    file = nil
    if isUnique {
      guard try input.pointer("BackupFileName") else { return }
    }
    file = try input.unicodeText("BackupFileName")
  }
}

extension EventLogs.OpenRequest {
  /// Reads the stub: the server is a pointer to one character, which says nothing.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    if try input.pointer("UNCServerName") {
      // EVENTLOG_HANDLE_W is a pointer to a character; some clients send a whole string.
      _ = try input.serverName("UNCServerName")
    }
    name = try input.unicodeText("ModuleName")
  }
}

extension EventLogs.ChannelRequest {
  /// Reads the stub: `isExport` has a query between the channel and the file.
  public init(parsing input: inout NDRReader, isExport: Bool) throws(ParseFailure) {
    _ = try input.handle("control")
    if isExport {
      channel = try input.uniqueString("channelPath")
      _ = try input.string("query")
      file = try input.string("backupPath")
    } else {
      channel = try input.string("channelPath")
      file = try input.uniqueString("backupPath")
    }
  }
}
