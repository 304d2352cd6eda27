/// Arguments of the Server Service's enumerations (MS-SRVS section 3.1.4).
public enum SRVSVC {
  /// NetrSessionEnum, opnum 12: who is connected.
  public struct SessionEnumerateRequest: Equatable, Sendable {
    public var server: String?
    /// Only sessions of this client; all when empty.
    public var client: String?
    /// Only sessions of this user; all when empty.
    public var user: String?
    public var level: UInt32
  }

  /// The answer of opnum 12.
  public struct SessionEnumerateResponse: Equatable, Sendable {
    public var level: UInt32
    public var sessions: [Session]
    public var status: UInt32

    public struct Session: Equatable, Sendable {
      public var client: String
      /// Empty at level 0.
      public var user: String
    }
  }

  /// NetrShareEnum and NetrShareEnumSticky, opnums 15 and 36.
  public struct ShareEnumerateRequest: Equatable, Sendable {
    public var server: String?
    public var level: UInt32
  }

  /// The answer of opnums 15 and 36, at levels 0 and 1; other levels tell how many.
  public struct ShareEnumerateResponse: Equatable, Sendable {
    public var level: UInt32
    public var count: UInt32
    public var names: [String]
    public var status: UInt32
  }

  /// NetrShareGetInfo, opnum 16.
  public struct ShareInformationRequest: Equatable, Sendable {
    public var server: String?
    public var share: String
    public var level: UInt32
  }
}

// MARK: - Sessions

extension SRVSVC.SessionEnumerateRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    server = try input.uniqueString("ServerName")
    client = try input.uniqueString("ClientName")
    user = try input.uniqueString("UserName")
    input.alignToPointer()
    level = try input.u32("Level")
  }
}

extension SRVSVC.SessionEnumerateResponse {
  /// Reads the stub (MS-SRVS sections 2.2.4.11 to 2.2.4.22).
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    input.alignToPointer()
    level = try input.u32("Level")
    sessions = []
    input.alignToPointer()
    _ = try input.u32("SessionInfo")
    if try input.pointer("SessionInfo"), try input.u32("EntriesRead") > 0,
      try input.pointer("Buffer")
    {
      sessions = try Self.sessions(level: level, &input)
    }
    status = try input.callStatus()
  }

  /// Which of an entry's 32-bit fields point to text, by level; nil for a level that is unknown.
  private static func layout(_ level: UInt32) -> [Bool]? {
    switch level {
    case 0: [true]
    case 1: [true, true, false, false, false, false]
    case 2: [true, true, false, false, false, false, true]
    case 10: [true, true, false, false]
    case 502: [true, true, false, false, false, false, true, true]
    default: nil
    }
  }

  private static func sessions(
    level: UInt32, _ input: inout NDRReader
  ) throws(ParseFailure) -> [Session] {
    guard let layout = layout(level) else { return [] }
    let rows = try input.textRows(layout, "Buffer")
    var sessions: [Session] = []
    sessions.reserveCapacity(rows.count)
    for row in rows {
      sessions.append(Session(client: row.first ?? "", user: row.count > 1 ? row[1] : ""))
    }
    return sessions
  }
}

// MARK: - Shares

extension SRVSVC.ShareEnumerateRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    server = try input.uniqueString("ServerName")
    input.alignToPointer()
    level = try input.u32("Level")
  }
}

extension SRVSVC.ShareEnumerateResponse {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    input.alignToPointer()
    level = try input.u32("Level")
    count = 0
    names = []
    input.alignToPointer()
    _ = try input.u32("ShareInfo")
    if try input.pointer("ShareInfo") {
      count = try input.u32("EntriesRead")
      if try input.pointer("Buffer"), level <= 1 {
        let rows = try input.textRows(level == 0 ? [true] : [true, false, true], "Buffer")
        names = rows.map { row in row.first ?? "" }
      }
    }
    status = try input.callStatus()
  }
}

extension SRVSVC.ShareInformationRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    server = try input.uniqueString("ServerName")
    share = try input.string("NetName")
    level = try input.u32("Level")
  }
}

extension NDRReader {
  /// An array of structures of 32-bit fields, some of which point to text: the texts of each, in
  /// order, with an empty one for a null pointer.
  mutating func textRows(
    _ isText: [Bool], _ field: StaticString
  ) throws(ParseFailure) -> [[String]] {
    let count = try elementCount(ofOctets: 4 * isText.count, field)
    var present: [Bool] = []
    for _ in 0..<count {
      alignToPointer()
      for text in isText {
        if text { present.append(try pointer(field)) } else { _ = try u32(field) }
      }
    }
    let width = isText.count { text in text }
    var rows: [[String]] = []
    rows.reserveCapacity(count)
    var row: [String] = []
    for isPresent in present {
      row.append(isPresent ? try string(field) : "")
      guard row.count == width else { continue }
      rows.append(row)
      row = []
    }
    return rows
  }
}
