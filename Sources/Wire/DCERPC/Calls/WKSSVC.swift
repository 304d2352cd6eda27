/// Arguments of the Workstation Service's enumeration of users (MS-WKST section 3.2.4.3).
public enum WKSSVC {
  /// NetrWkstaUserEnum, opnum 2: who is logged on.
  public struct UserEnumerateRequest: Equatable, Sendable {
    public var server: String?
    public var level: UInt32
  }

  /// The answer of opnum 2, at levels 0 and 1.
  public struct UserEnumerateResponse: Equatable, Sendable {
    public var level: UInt32
    public var users: [User]
    public var status: UInt32

    public struct User: Equatable, Sendable {
      public var name: String
      /// Empty at level 0.
      public var domain: String
    }
  }
}

extension WKSSVC.UserEnumerateRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    server = try input.uniqueString("ServerName")
    input.alignToPointer()
    level = try input.u32("Level")
  }
}

extension WKSSVC.UserEnumerateResponse {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    input.alignToPointer()
    level = try input.u32("Level")
    users = []
    input.alignToPointer()
    _ = try input.u32("WkstaUserInfo")
    if try input.pointer("WkstaUserInfo"), try input.u32("EntriesRead") > 0,
      try input.pointer("Buffer"), level <= 1
    {
      let layout = Array(repeating: true, count: level == 0 ? 1 : 4)
      let rows = try input.textRows(layout, "Buffer")
      users = rows.map { row in
        User(name: row.first ?? "", domain: row.count > 1 ? row[1] : "")
      }
    }
    status = try input.callStatus()
  }
}
