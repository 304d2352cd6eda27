import GRDB

/// Where captures were read from, so that the packets of an alert can be found again.
enum CapturePaths0002 {
  static let apply: @Sendable (Database) throws -> Void = { database in
    try database.execute(sql: "ALTER TABLE captures ADD COLUMN path TEXT")
  }
}
