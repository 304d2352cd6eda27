public import Evidence
import GRDB

extension SQLiteBatch {
  func add(_ entities: [EntityRecord]) throws(StoreFailure) {
    try run { database in
      for entity in entities { try EntityRow(database).add(entity) }
    }
  }
}

/// The rows of one entity.
private struct EntityRow {
  private let database: Database

  init(_ database: Database) { self.database = database }

  /// Merges with what is stored under this identity, or under one that it had before.
  func add(_ entity: EntityRecord) throws {
    var merged = entity
    for id in [entity.id] + entity.formerIDs {
      guard var known = try stored(id) else { continue }
      known.merge(merged)
      merged = known
    }
    for id in [merged.id] + merged.formerIDs { try remove(id) }
    try execute(
      """
      INSERT INTO entities (id, kind, name, domain, sid, first_seen, last_seen, json)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        merged.id, merged.kind.rawValue, merged.name, merged.domain, merged.sid,
        merged.firstSeen.nanoseconds, merged.lastSeen.nanoseconds, merged.storedJSON,
      ])
    for key in merged.keys.sorted() {
      try execute("INSERT INTO entity_keys (key, entity) VALUES (?, ?)", [key, merged.id])
    }
  }

  private func stored(_ id: String) throws -> EntityRecord? {
    let statement = try database.cachedStatement(sql: "SELECT json FROM entities WHERE id = ?")
    return try String.fetchOne(statement, arguments: [id]).map(EntityRecord.init(storedJSON:))
  }

  private func remove(_ id: String) throws {
    try execute("DELETE FROM entity_keys WHERE entity = ?", [id])
    try execute("DELETE FROM entities WHERE id = ?", [id])
  }

  private func execute(_ sql: String, _ arguments: StatementArguments) throws {
    try database.cachedStatement(sql: sql).execute(arguments: arguments)
  }
}

extension SQLiteStore {
  /// Entities that one name may stand for before the question is too vague to answer.
  static let maximumMatches = 100

  public func entities(limit: Int) throws(StoreFailure) -> [EntityRecord] {
    try read { database in
      try String.fetchAll(
        database,
        sql: "SELECT json FROM entities ORDER BY kind, name COLLATE NOCASE, id LIMIT ?",
        arguments: [limit]
      ).map(EntityRecord.init(storedJSON:))
    }
  }

  public func entities(matching text: String) throws(StoreFailure) -> [EntityRecord] {
    // An address is stored in canonical form and may be asked for in another.
    let key = Address(text)?.description ?? text.lowercased()
    return try read { database in
      try String.fetchAll(
        database,
        sql: """
          SELECT json FROM entities WHERE id IN (SELECT entity FROM entity_keys WHERE key = ?)
          ORDER BY kind, name COLLATE NOCASE, id LIMIT ?
          """,
        arguments: [key, SQLiteStore.maximumMatches]
      ).map(EntityRecord.init(storedJSON:))
    }
  }
}

extension EntityRecord {
  /// What the entity is found under: identities, SID, names, a host's first label, addresses.
  fileprivate var keys: Set<String> {
    var keys: Set<String> = [id]
    keys.formUnion(formerIDs)
    if let sid { keys.insert(sid.lowercased()) }
    for name in [name] + names.map(\.name) {
      keys.formUnion(EntityRecord.spellings(name, kind: kind))
    }
    keys.formUnion(addresses.map(\.address.description))
    return keys
  }

  /// The spellings under which people ask for a name; an address has one.
  private static func spellings(_ name: String, kind: Kind) -> [String] {
    let lower = name.lowercased()
    guard kind == .computer, Address(lower) == nil else { return [lower] }
    let host = lower.hasSuffix("$") ? String(lower.dropLast()) : lower
    return [lower, host, String(host.prefix { $0 != "." })]
  }
}
