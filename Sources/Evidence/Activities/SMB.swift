/// A session set up, or refused (MS-SMB2 section 3.2.4.2.3); who logged on is the account.
public struct SMBSession: Sendable {
  public var dialect: UInt16?
  public var sessionID: UInt64
  /// Whether the session encrypts from here on, so that nothing more can be read.
  public var isEncrypted: Bool
  public var isGuest: Bool

  public init(dialect: UInt16?, sessionID: UInt64, isEncrypted: Bool, isGuest: Bool) {
    self.dialect = dialect
    self.sessionID = sessionID
    self.isEncrypted = isEncrypted
    self.isGuest = isGuest
  }
}

/// A share connected (MS-SMB2 section 2.2.9).
public struct SMBTree: Sendable {
  /// `\\server\share` as sent.
  public var path: String

  public init(path: String) { self.path = path }

  /// Whether the share is ADMIN$ or a drive's (`C$`).
  public var isAdministrative: Bool {
    let share = path.split(separator: "\\").last.map { $0.lowercased() } ?? ""
    return share == "admin$" || (share.utf8.count == 2 && share.hasSuffix("$"))
  }
}

/// A file opened, read, written, renamed or removed on a share.
public struct SMBFile: Sendable {
  public enum Action: String, Sendable { case open, create, read, write, rename, delete }

  public var action: Action
  public var tree: String
  /// Path within the share.
  public var path: String

  public init(action: Action, tree: String, path: String) {
    self.action = action
    self.tree = tree
    self.path = path
  }
}

/// A message that no client in order sends: what exploits of the server look like on the wire.
public struct SMBAnomaly: Sendable {
  public enum Kind: String, Sendable {
    /// TRANS2 SESSION_SETUP of SMB1 (MS-CIFS section 2.2.6.15): reserved, never implemented; asks an
    /// implant whether it is there.
    case reservedTransaction
    /// The same, answered under a multiplex identifier that is not the request's: an implant.
    case implantAnswer
    /// NT_TRANSACT of SMB1 gone on with by TRANS2_SECONDARY (MS17-010): the lengths of the two
    /// commands are of different widths.
    case mixedTransaction
    /// Lengths of a compressed message that no message can have (CVE-2020-0796).
    case compressedLength
  }

  public var kind: Kind
  /// The length or identifier that is out of order.
  public var value: UInt64

  public init(kind: Kind, value: UInt64) {
    self.kind = kind
    self.value = value
  }
}
