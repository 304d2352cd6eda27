public import Evidence
import GRDB

extension SQLiteBatch {
  func add(_ activities: [ActivityRecord]) throws(StoreFailure) {
    try insert(
      """
      INSERT INTO activities
        (time, id, end, kind, source, source_port, target, target_port, account, domain, outcome,
         summary)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """, activities
    ) { activity in
      [
        activity.time.nanoseconds, activity.hash, activity.end.nanoseconds, activity.kind,
        activity.source.address.description, Int64(activity.source.port),
        activity.target.address.description, Int64(activity.target.port), activity.account,
        activity.domain, activity.outcome, activity.summary,
      ]
    }
  }
}

extension SQLiteStore {
  public func activities(
    account: String?, addresses: [Address], limit: Int
  ) throws(StoreFailure) -> [ActivityRecord] {
    try read { database in
      var found: [Row] = []
      if let account {
        found += try Row.fetchAll(
          database,
          sql: "SELECT * FROM activities WHERE account = ? ORDER BY time DESC, id LIMIT ?",
          arguments: [account, limit])
      }
      for address in addresses {
        found += try Row.fetchAll(
          database,
          sql: "SELECT * FROM activities WHERE source = ? ORDER BY time DESC, id LIMIT ?",
          arguments: [address.description, limit])
      }
      var seen: Set<ActivityRecord> = []
      let records = found.compactMap(ActivityRecord.init).filter { seen.insert($0).inserted }
      return Array(
        records.sorted { ($1.time, $0.hash) < ($0.time, $1.hash) }.prefix(limit))
    }
  }

  public func activityCounts() throws(StoreFailure) -> [(kind: String, count: Int)] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT kind, count(*) AS n FROM activities GROUP BY kind ORDER BY kind"
      ).map { (kind: $0["kind"], count: $0["n"]) }
    }
  }
}

extension ActivityRecord {
  fileprivate init?(_ row: Row) {
    guard let source = Address(row["source"] as String),
      let target = Address(row["target"] as String)
    else { return nil }
    self.init(
      time: Instant(nanoseconds: row["time"]), end: Instant(nanoseconds: row["end"]),
      kind: row["kind"],
      ends: (
        source: Endpoint(
          address: source, port: UInt16(truncatingIfNeeded: row["source_port"] as Int64)),
        target: Endpoint(
          address: target, port: UInt16(truncatingIfNeeded: row["target_port"] as Int64))
      ),
      account: row["account"], domain: row["domain"])
    outcome = row["outcome"]
    summary = row["summary"]
  }
}
