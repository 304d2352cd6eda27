import GRDB

/// A step of the database's form, under a name that never changes.
struct Migration {
  var name: String
  var apply: @Sendable (Database) throws -> Void
}

/// All steps in order: append only, never edited once released.
enum Migrations {
  static let all: [Migration] = [
    Migration(name: "0001-evidence", apply: Evidence0001.apply),
    Migration(name: "0002-capture-paths", apply: CapturePaths0002.apply),
    Migration(name: "0003-activity-targets", apply: ActivityTargets0003.apply),
    Migration(name: "0004-directory", apply: Directory0004.apply),
    Migration(name: "0005-integration-details", apply: IntegrationDetails0005.apply),
  ]

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    for migration in all {
      migrator.registerMigration(migration.name, migrate: migration.apply)
    }
    return migrator
  }
}
