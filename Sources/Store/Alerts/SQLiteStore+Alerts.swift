public import Evidence
import GRDB

extension SQLiteBatch {
  func add(_ alerts: [Alert]) throws(StoreFailure) {
    // The same alert comes again from a longer capture with a higher count; from a shorter one it
    // must not shrink what is known.
    try insert(
      """
      INSERT INTO alerts (id, detection, severity, first_seen, last_seen, count, json)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET severity = excluded.severity,
        first_seen = excluded.first_seen, last_seen = excluded.last_seen, count = excluded.count,
        json = excluded.json
      WHERE excluded.count >= count
      """, alerts
    ) { alert in
      [
        alert.id, alert.detection, alert.severity.rawValue, alert.firstSeen.nanoseconds,
        alert.lastSeen.nanoseconds, alert.count, alert.json,
      ]
    }
    let names = alerts.flatMap { alert in alert.names.map { (name: $0, alert: alert.id) } }
    try insert(
      "INSERT INTO alert_names (name, alert) VALUES (?, ?) ON CONFLICT DO NOTHING", names
    ) { [$0.name, $0.alert] }
  }
}

extension SQLiteStore {
  public func alerts(limit: Int) throws(StoreFailure) -> [Alert] {
    try decoded { database in
      try String.fetchAll(
        database, sql: "SELECT json FROM alerts ORDER BY first_seen, id LIMIT ?",
        arguments: [limit])
    }
  }

  public func alerts(naming names: [String], limit: Int) throws(StoreFailure) -> [Alert] {
    guard !names.isEmpty else { return [] }
    let marks = Array(repeating: "?", count: names.count).joined(separator: ", ")
    return try decoded { database in
      try String.fetchAll(
        database,
        sql: """
          SELECT json FROM alerts
          WHERE id IN (SELECT alert FROM alert_names WHERE name IN (\(marks)))
          ORDER BY first_seen, id LIMIT ?
          """,
        arguments: StatementArguments(names) + [limit])
    }
  }

  public func alert(id: String) throws(StoreFailure) -> Alert? {
    try decoded { database in
      try String.fetchAll(database, sql: "SELECT json FROM alerts WHERE id = ?", arguments: [id])
    }.first
  }

  private func decoded(
    _ question: (Database) throws -> [String]
  ) throws(StoreFailure) -> [Alert] {
    let texts = try read(question)
    do {
      return try texts.map(Alert.init(json:))
    } catch {
      throw StoreFailure(.damaged, path: path, underlying: "an alert cannot be read: \(error)")
    }
  }
}

extension Alert {
  /// The alert in its format, one line.
  public var json: String {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.text
  }

  /// What the alert is found under: addresses, computers, accounts, SIDs and targets, in lower case;
  /// a computer also by its host name alone.
  var names: Set<String> {
    var names: Set<String> = []
    for source in sources {
      names.insert(source.address.description)
      if let computer = source.computer { names.formUnion(Alert.hostNames(computer)) }
    }
    for account in accounts {
      names.insert(AccountName(name: account.name, domain: "").key)
      if let sid = account.sid { names.insert(sid.lowercased()) }
    }
    for target in targets {
      names.insert(target.name.lowercased())
      if target.kind == .computer { names.formUnion(Alert.hostNames(target.name)) }
    }
    return names
  }

  private static func hostNames(_ name: String) -> [String] {
    let lower = name.lowercased()
    return [lower, String(lower.prefix { $0 != "." })]
  }
}
