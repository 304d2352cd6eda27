import GRDB

/// What went wrong with a database, on which file, and what to do.
public struct StoreFailure: Error, Hashable, Sendable {
  public enum Code: String, Sendable {
    /// No database was made yet.
    case missing
    /// The folder or file cannot be opened.
    case unreadable
    /// The file is none of our databases, or it is damaged.
    case foreign
    /// A newer version of the program wrote it.
    case newerVersion
    case full
    /// Another process is writing.
    case busy
    /// What is stored cannot be read back.
    case damaged
    case other
  }

  public var code: Code
  public var path: String
  /// What SQLite said, where it said something.
  public var underlying: String?

  public init(_ code: Code, path: String, underlying: String? = nil) {
    self.code = code
    self.path = path
    self.underlying = underlying
  }

  init(_ error: any Error, path: String) {
    if let failure = error as? StoreFailure {
      self = failure
      return
    }
    guard let error = error as? DatabaseError else {
      self.init(.other, path: path, underlying: "\(error)")
      return
    }
    self.init(StoreFailure.code(error), path: path, underlying: error.message)
  }

  private static func code(_ error: DatabaseError) -> Code {
    switch error.resultCode {
    case .SQLITE_FULL: .full
    case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
    case .SQLITE_NOTADB: .foreign
    case .SQLITE_CORRUPT: .damaged
    case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: .unreadable
    // A full disk shows as an input-output error where SQLite extends a file rather than writes it.
    case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_WRITE: .full
    case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE: .full
    default: .other
    }
  }
}

extension StoreFailure: CustomStringConvertible {
  /// One line: what, on what, what to do.
  public var description: String {
    switch code {
    case .missing: "\(path): no database yet; replay a capture into the workspace first"
    case .unreadable: "\(path): the database cannot be opened; check the folder and its rights"
    case .foreign: "\(path): is not a Crosswatch database; move it away or name another"
    case .newerVersion:
      "\(path): was written by a newer version of crosswatch (\(underlying ?? "")); "
        + "use that version, or another database"
    case .full: "\(path): the disk is full; nothing was stored: make room and replay again"
    case .busy: "\(path): another process is writing to the database; try again later"
    case .damaged:
      "\(path): the database is damaged (\(underlying ?? "")); restore it or replay into a new one"
    case .other: "\(path): the database failed: \(underlying ?? "no reason given")"
    }
  }
}
