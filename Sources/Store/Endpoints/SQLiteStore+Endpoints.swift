import Evidence
import GRDB

extension SQLiteBatch {
  func add(devices: [EndpointDocument]) throws(StoreFailure) { try add(devices, to: "devices") }

  func add(endpointAlerts: [EndpointDocument]) throws(StoreFailure) {
    try add(endpointAlerts, to: "endpoint_alerts")
  }

  private func add(_ documents: [EndpointDocument], to table: String) throws(StoreFailure) {
    try insert(
      """
      INSERT INTO \(table) (id, updated, device, json) VALUES (?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET updated = excluded.updated, device = excluded.device,
        json = excluded.json
      WHERE excluded.updated >= updated
      """, documents
    ) { [$0.id, $0.updated.nanoseconds, $0.device, $0.json] }
  }
}

extension SQLiteStore {
  public func devices(limit: Int) throws(StoreFailure) -> [EndpointDocument] {
    try documents("devices", order: "id", limit: limit)
  }

  public func endpointAlerts(limit: Int) throws(StoreFailure) -> [EndpointDocument] {
    try documents("endpoint_alerts", order: "updated, id", limit: limit)
  }

  private func documents(
    _ table: String, order: String, limit: Int
  ) throws(StoreFailure) -> [EndpointDocument] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM \(table) ORDER BY \(order) LIMIT ?", arguments: [limit]
      ).map { row in
        EndpointDocument(
          id: row["id"], updated: Instant(nanoseconds: row["updated"]), device: row["device"],
          json: row["json"])
      }
    }
  }
}
