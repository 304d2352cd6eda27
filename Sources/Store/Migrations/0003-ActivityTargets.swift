import GRDB

/// What was done to a computer is asked for as often as what it did.
enum ActivityTargets0003 {
  static let apply: @Sendable (Database) throws -> Void = { database in
    try database.execute(sql: "CREATE INDEX activities_by_target ON activities (target, time)")
  }
}
