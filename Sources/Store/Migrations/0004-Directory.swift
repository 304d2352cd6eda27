import GRDB

/// The directory as it was read last, and what changed in it.
///
/// Entries are kept as LDIF, one record a row; times are nanoseconds since 1970. A change is found by
/// the SID it is about and by the SID of the member that it names.
enum Directory0004 {
  static let apply: @Sendable (Database) throws -> Void = { database in
    try database.execute(
      sql: """
        CREATE TABLE directory_entries (
          key TEXT PRIMARY KEY, ldif TEXT NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE directory_changes (
          time INTEGER NOT NULL, id TEXT NOT NULL, not_before INTEGER, kind TEXT NOT NULL,
          sid TEXT NOT NULL, name TEXT NOT NULL, other_sid TEXT, other_name TEXT,
          attribute TEXT, old TEXT, new TEXT, source TEXT NOT NULL,
          PRIMARY KEY (time, id)
        ) WITHOUT ROWID;
        CREATE INDEX directory_changes_by_sid ON directory_changes (sid, time);
        CREATE INDEX directory_changes_by_other ON directory_changes (other_sid, time)
          WHERE other_sid IS NOT NULL;
        """)
  }
}
