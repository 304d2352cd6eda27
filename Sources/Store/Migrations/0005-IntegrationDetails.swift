import GRDB

/// What went wrong with an integration in its own words, and when it was removed.
enum IntegrationDetails0005 {
  static let apply: @Sendable (Database) throws -> Void = { database in
    try database.execute(
      sql: """
        ALTER TABLE integrations ADD COLUMN failure_detail TEXT;
        ALTER TABLE integrations ADD COLUMN removed INTEGER;
        """)
  }
}
