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
  public func activities(_ question: ActivityQuestion) throws(StoreFailure) -> [ActivityRecord] {
    let window = [question.from.nanoseconds, question.to.nanoseconds]
    return try read { database in
      var found: [Row] = []
      func fetch(_ column: String, _ value: String, _ from: Int64, _ to: Int64) throws {
        guard from <= to else { return }
        found += try Row.fetchAll(
          database,
          sql: """
            SELECT * FROM activities WHERE \(column) = ? AND time BETWEEN ? AND ?
            ORDER BY time DESC, id LIMIT ?
            """, arguments: [value, from, to, question.limit])
      }
      for account in question.accounts { try fetch("account", account, window[0], window[1]) }
      for place in question.places {
        let from = max(window[0], place.from.nanoseconds)
        let to = min(window[1], place.to.nanoseconds)
        try fetch("source", place.address.description, from, to)
        try fetch("target", place.address.description, from, to)
      }
      var seen: Set<ActivityRecord> = []
      let records = found.compactMap(ActivityRecord.init).filter { seen.insert($0).inserted }
      return Array(
        records.sorted { ($1.time, $0.hash) < ($0.time, $1.hash) }.prefix(question.limit))
    }
  }

  public func administration(
    since: Instant, limit: Int
  ) throws(StoreFailure) -> [ActivityRecord] {
    // Activities are clustered by time: two days of them are walked, whatever the database holds.
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM activities
          WHERE time >= ? AND outcome = 'success' AND account IS NOT NULL
            AND (kind = 'smbTree' AND (summary LIKE '%\\ADMIN$' OR summary GLOB '*\\[A-Za-z]$')
              OR kind = 'rpc' AND summary LIKE '%CreateService%')
          ORDER BY time DESC, id LIMIT ?
          """,
        arguments: [since.nanoseconds, limit]
      ).compactMap(ActivityRecord.init)
    }
  }

  public func latestActivity() throws(StoreFailure) -> Instant? {
    try read { database in
      try Int64.fetchOne(database, sql: "SELECT max(time) FROM activities")
        .map(Instant.init(nanoseconds:))
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
