import GRDB

/// Captures, activities, alerts, entities, what the endpoint side delivered, and state.
///
/// Times are nanoseconds since 1970. Activities are clustered by time, so that a replay appends.
enum Evidence0001 {
  static let apply: @Sendable (Database) throws -> Void = { database in
    try database.execute(
      sql: """
        CREATE TABLE captures (
          id TEXT PRIMARY KEY, name TEXT NOT NULL, packets INTEGER NOT NULL,
          bytes INTEGER NOT NULL, first INTEGER, last INTEGER,
          damage_offset INTEGER, damage_reason TEXT
        ) WITHOUT ROWID;

        CREATE TABLE activities (
          time INTEGER NOT NULL, id INTEGER NOT NULL, end INTEGER NOT NULL, kind TEXT NOT NULL,
          source TEXT NOT NULL, source_port INTEGER NOT NULL,
          target TEXT NOT NULL, target_port INTEGER NOT NULL,
          account TEXT, domain TEXT, outcome TEXT NOT NULL, summary TEXT NOT NULL,
          PRIMARY KEY (time, id)
        ) WITHOUT ROWID;
        CREATE INDEX activities_by_account ON activities (account, time)
          WHERE account IS NOT NULL;
        CREATE INDEX activities_by_source ON activities (source, time);

        CREATE TABLE alerts (
          id TEXT PRIMARY KEY, detection TEXT NOT NULL, severity INTEGER NOT NULL,
          first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, count INTEGER NOT NULL,
          json TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX alerts_by_time ON alerts (first_seen, id);
        CREATE TABLE alert_names (
          name TEXT NOT NULL, alert TEXT NOT NULL, PRIMARY KEY (name, alert)
        ) WITHOUT ROWID;

        CREATE TABLE entities (
          id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, domain TEXT, sid TEXT,
          first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, json TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE entity_keys (
          key TEXT NOT NULL, entity TEXT NOT NULL, PRIMARY KEY (key, entity)
        ) WITHOUT ROWID;
        CREATE INDEX entity_keys_by_entity ON entity_keys (entity);

        CREATE TABLE devices (
          id TEXT PRIMARY KEY, updated INTEGER NOT NULL, device TEXT, json TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE endpoint_alerts (
          id TEXT PRIMARY KEY, updated INTEGER NOT NULL, device TEXT, json TEXT NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE integrations (
          kind TEXT PRIMARY KEY, switched_on INTEGER, tenant TEXT, secret_file TEXT,
          last_delivery INTEGER, peer_off INTEGER, failure TEXT, failure_since INTEGER
        ) WITHOUT ROWID;
        CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        """)
  }
}
