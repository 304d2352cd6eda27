import Evidence
import GRDB
public import Workspaces

extension SQLiteBatch {
  func set(_ integration: IntegrationState) throws(StoreFailure) {
    try insert(
      """
      INSERT INTO integrations
        (kind, switched_on, tenant, secret_file, last_delivery, peer_off, failure, failure_since,
         failure_detail, removed)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (kind) DO UPDATE SET switched_on = excluded.switched_on,
        tenant = excluded.tenant, secret_file = excluded.secret_file,
        last_delivery = excluded.last_delivery, peer_off = excluded.peer_off,
        failure = excluded.failure, failure_since = excluded.failure_since,
        failure_detail = excluded.failure_detail, removed = excluded.removed
      """, [integration]
    ) { state in
      [
        state.kind.rawValue, state.switchedOn?.nanoseconds, state.tenant, state.secretFile,
        state.lastDelivery?.nanoseconds, state.peerOff?.nanoseconds,
        state.failure?.reason.rawValue, state.failure?.since.nanoseconds, state.failure?.detail,
        state.removed?.nanoseconds,
      ]
    }
  }

  func set(_ value: String?, for key: String) throws(StoreFailure) {
    guard let value else {
      try insert("DELETE FROM state WHERE key = ?", [key]) { [$0] }
      return
    }
    try insert(
      """
      INSERT INTO state (key, value) VALUES (?, ?)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value
      """, [(key: key, value: value)]
    ) { [$0.key, $0.value] }
  }
}

extension SQLiteStore {
  public func integrations() throws(StoreFailure) -> [IntegrationState] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM integrations ORDER BY kind LIMIT ?",
        arguments: [IntegrationKind.allCases.count]
      ).compactMap(IntegrationState.init)
    }
  }

  public func state(_ key: String) throws(StoreFailure) -> String? {
    try read { database in
      try String.fetchOne(
        database, sql: "SELECT value FROM state WHERE key = ?", arguments: [key])
    }
  }
}

extension IntegrationState {
  fileprivate init?(_ row: Row) {
    guard let kind = IntegrationKind(rawValue: row["kind"]) else { return nil }
    self.init(kind: kind)
    switchedOn = Instant(column: row["switched_on"])
    tenant = row["tenant"]
    secretFile = row["secret_file"]
    lastDelivery = Instant(column: row["last_delivery"])
    peerOff = Instant(column: row["peer_off"])
    removed = Instant(column: row["removed"])
    guard let name = row["failure"] as String?,
      let reason = IntegrationFailure.Reason(rawValue: name),
      let since = Instant(column: row["failure_since"])
    else { return }
    failure = IntegrationFailure(reason: reason, since: since, detail: row["failure_detail"])
  }
}
