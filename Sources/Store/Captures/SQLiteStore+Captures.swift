import Evidence
import GRDB

extension SQLiteBatch {
  func add(_ captures: [CaptureRecord]) throws(StoreFailure) {
    try insert(
      """
      INSERT INTO captures (id, name, packets, bytes, first, last, damage_offset, damage_reason,
        path)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET path = excluded.path WHERE excluded.path IS NOT NULL
      """, captures
    ) { capture in
      [
        capture.id, capture.name, Int64(clamping: capture.packets), Int64(clamping: capture.bytes),
        capture.first?.nanoseconds, capture.last?.nanoseconds,
        capture.damage.map { Int64(clamping: $0.offset) }, capture.damage?.reason,
        capture.path,
      ]
    }
  }
}

extension SQLiteStore {
  public func captures(limit: Int) throws(StoreFailure) -> [CaptureRecord] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM captures ORDER BY first, name, id LIMIT ?",
        arguments: [limit]
      ).map(CaptureRecord.init)
    }
  }
}

extension CaptureRecord {
  fileprivate init(_ row: Row) {
    self.init(
      name: row["name"], packets: UInt64(clamping: row["packets"] as Int64),
      bytes: UInt64(clamping: row["bytes"] as Int64), first: Instant(column: row["first"]),
      last: Instant(column: row["last"]))
    path = row["path"]
    guard let offset = row["damage_offset"] as Int64? else { return }
    damage = Damage(offset: UInt64(clamping: offset), reason: row["damage_reason"] ?? "")
  }
}

extension Instant {
  /// A time column that may be empty.
  init?(column nanoseconds: Int64?) {
    guard let nanoseconds else { return nil }
    self.init(nanoseconds: nanoseconds)
  }
}
