public import Evidence
import GRDB

/// An entry of the directory as it is kept: its key, and the record as LDIF.
public struct DirectoryRow: Hashable, Sendable {
  public var key: String
  public var ldif: String

  public init(key: String, ldif: String) {
    self.key = key
    self.ldif = ldif
  }
}

extension SQLiteBatch {
  func put(directory rows: [DirectoryRow]) throws(StoreFailure) {
    try insert(
      """
      INSERT INTO directory_entries (key, ldif) VALUES (?, ?)
      ON CONFLICT (key) DO UPDATE SET ldif = excluded.ldif
      """, rows
    ) { [$0.key, $0.ldif] }
  }

  func remove(directory keys: [String]) throws(StoreFailure) {
    try insert("DELETE FROM directory_entries WHERE key = ?", keys) { [$0] }
  }

  func clearDirectory() throws(StoreFailure) {
    try run { try $0.execute(sql: "DELETE FROM directory_entries") }
  }

  func add(_ changes: [DirectoryChange]) throws(StoreFailure) {
    try insert(
      """
      INSERT OR IGNORE INTO directory_changes
        (time, id, not_before, kind, sid, name, other_sid, other_name, attribute, old, new, source)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, changes
    ) { change in
      [
        change.time.nanoseconds, change.id, change.notBefore?.nanoseconds, change.kind.rawValue,
        change.sid, change.name, change.otherSID, change.otherName, change.attribute, change.old,
        change.new, change.source,
      ]
    }
  }
}

extension SQLiteStore {
  public func directoryRows(limit: Int) throws(StoreFailure) -> [DirectoryRow] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT key, ldif FROM directory_entries ORDER BY key LIMIT ?",
        arguments: [limit]
      ).map { DirectoryRow(key: $0["key"], ldif: $0["ldif"]) }
    }
  }

  public func directoryChangeCount() throws(StoreFailure) -> Int {
    try read { try Int.fetchOne($0, sql: "SELECT count(*) FROM directory_changes") ?? 0 }
  }

  public func directoryChanges(limit: Int) throws(StoreFailure) -> [DirectoryChange] {
    try changes("SELECT * FROM directory_changes ORDER BY time DESC, id LIMIT ?", [limit])
  }

  public func directoryChanges(
    sid: String, limit: Int
  ) throws(StoreFailure) -> [DirectoryChange] {
    try changes(
      """
      SELECT * FROM directory_changes WHERE sid = ?1
      UNION SELECT * FROM directory_changes WHERE other_sid = ?1
      ORDER BY time DESC, id LIMIT ?2
      """, [sid, limit])
  }

  private func changes(
    _ sql: String, _ arguments: StatementArguments
  ) throws(StoreFailure) -> [DirectoryChange] {
    try read { database in
      try Row.fetchAll(database, sql: sql, arguments: arguments).compactMap(DirectoryChange.init)
    }
  }
}

extension DirectoryChange {
  /// Nil for a kind that this version does not know.
  fileprivate init?(_ row: Row) {
    guard let kind = Kind(rawValue: row["kind"]) else { return nil }
    let entry = DirectoryEntry(
      kind: .user, sid: row["sid"], distinguishedName: "", samAccountName: row["name"])
    self.init(
      kind, time: Instant(nanoseconds: row["time"]), notBefore: Instant(column: row["not_before"]),
      of: entry, source: row["source"])
    otherSID = row["other_sid"]
    otherName = row["other_name"]
    attribute = row["attribute"]
    old = row["old"]
    new = row["new"]
  }
}
