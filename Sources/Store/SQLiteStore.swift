import Foundation
import GRDB

/// The embedded database of a workspace: one SQLite file, in WAL mode.
public struct SQLiteStore: EvidenceStore {
  /// Marks a file as ours (PRAGMA application_id): "CRWT".
  static let applicationID = 0x4352_5754
  /// How long a writer waits for another; a replay writes from its first packet to its last, so what
  /// meets a long one is told that another process is writing.
  private static let busySeconds = 5.0

  let path: String
  let queue: DatabaseQueue

  /// Opens the database at a path, bringing an older one to this version's form.
  ///
  /// Where there is none it is made, unless `mustExist`. A database of a newer version, or a file
  /// that is none of ours, is refused and left as it is.
  public init(path: String, mustExist: Bool = false) throws(StoreFailure) {
    self.path = path
    let isNew = !FileManager.default.fileExists(atPath: path)
    guard !isNew || !mustExist else { throw StoreFailure(.missing, path: path) }
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.busyMode = .timeout(SQLiteStore.busySeconds)
    // A batch is a transaction over several calls, which GRDB calls unsafe: ``SQLiteBatch`` ends it.
    configuration.allowsUnsafeTransactions = true
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA synchronous = NORMAL")
    }
    do {
      if !isNew { try SQLiteStore.refuseForeign(path) }
      queue = try DatabaseQueue(path: path, configuration: configuration)
      try SQLiteStore.migrate(queue, path: path)
    } catch {
      if isNew { SQLiteStore.removeFiles(path) }
      throw StoreFailure(error, path: path)
    }
  }

  /// The files that SQLite keeps beside a database.
  public static func files(of path: String) -> [String] { [path, path + "-wal", path + "-shm"] }

  /// Looks at a file before anything is written to it.
  private static func refuseForeign(_ path: String) throws {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(busySeconds)
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.read { database in
      let id = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
      let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
      // One whose making was interrupted has no mark yet, but our migrations.
      let isBegun = try tables > 0 && database.tableExists("grdb_migrations")
      guard id == applicationID || (id == 0 && (tables == 0 || isBegun)) else {
        throw StoreFailure(.foreign, path: path)
      }
      let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
      guard version <= Migrations.all.count else {
        throw StoreFailure(
          .newerVersion, path: path,
          underlying: "format \(version), this one knows \(Migrations.all.count)")
      }
      let migrator = Migrations.migrator
      guard try tables == 0 || !migrator.hasBeenSuperseded(database) else {
        let newer = try migrator.appliedIdentifiers(database)
          .subtracting(Migrations.all.map(\.name)).sorted()
        throw StoreFailure(
          .newerVersion, path: path, underlying: newer.joined(separator: ", "))
      }
    }
  }

  private static func migrate(_ queue: DatabaseQueue, path: String) throws {
    let migrator = Migrations.migrator
    guard try !queue.read(migrator.hasCompletedMigrations) else { return }
    try migrator.migrate(queue)
    try queue.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA application_id = \(applicationID)")
      try database.execute(sql: "PRAGMA user_version = \(Migrations.all.count)")
    }
  }

  /// A database that could not be made leaves nothing behind.
  private static func removeFiles(_ path: String) {
    for file in files(of: path) where FileManager.default.fileExists(atPath: file) {
      do {
        try FileManager.default.removeItem(atPath: file)
      } catch {
        // The failure that brought us here is told; what is left is empty.
        continue
      }
    }
  }

  /// Runs a question, its errors in our words.
  func read<Answer>(_ question: (Database) throws -> Answer) throws(StoreFailure) -> Answer {
    do {
      return try queue.read(question)
    } catch {
      throw StoreFailure(error, path: path)
    }
  }

  public func begin() throws(StoreFailure) -> any EvidenceBatch {
    do {
      try queue.writeWithoutTransaction { try $0.beginTransaction(.immediate) }
    } catch {
      throw StoreFailure(error, path: path)
    }
    return SQLiteBatch(queue: queue, path: path)
  }

  public func alertCount() throws(StoreFailure) -> Int { try count("alerts") }

  public func entityCount() throws(StoreFailure) -> Int { try count("entities") }

  private func count(_ table: String) throws(StoreFailure) -> Int {
    try read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? 0 }
  }
}

/// A transaction over several calls, from whichever thread: a replay adds as it goes.
struct SQLiteBatch: EvidenceBatch {
  private let queue: DatabaseQueue
  private let path: String

  init(queue: DatabaseQueue, path: String) {
    self.queue = queue
    self.path = path
  }

  func commit() throws(StoreFailure) {
    try run { try $0.commit() }
  }

  func rollBack() {
    do {
      try queue.writeWithoutTransaction { database in
        if database.isInsideTransaction { try database.rollback() }
      }
    } catch {
      // Closing the connection rolls back as well; the failure that led here is told.
      return
    }
  }

  /// Runs statements within the transaction, their errors in our words.
  func run<Answer>(_ body: (Database) throws -> Answer) throws(StoreFailure) -> Answer {
    do {
      return try queue.writeWithoutTransaction(body)
    } catch {
      throw StoreFailure(error, path: path)
    }
  }

  /// Runs a statement, prepared once, for each row.
  func insert<Row>(
    _ sql: String, _ rows: [Row], _ values: (Row) -> StatementArguments
  ) throws(StoreFailure) {
    guard !rows.isEmpty else { return }
    try run { database in
      let statement = try database.cachedStatement(sql: sql)
      for row in rows { try statement.execute(arguments: values(row)) }
    }
  }
}
