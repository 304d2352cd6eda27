import Foundation
import GRDB

extension Program {
  /// Every table of a workspace's database as text, in the order of its keys.
  func dump(_ path: String = "Workspaces/alpine/crosswatch.sqlite") throws -> String {
    var configuration = Configuration()
    configuration.readonly = true
    let queue = try DatabaseQueue(path: "\(folder)/\(path)", configuration: configuration)
    return try queue.read { database in
      let tables = try String.fetchAll(
        database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      return try tables.flatMap { table in
        try [table] + Row.fetchAll(database, sql: "SELECT * FROM \(table)").map(\.description)
      }.joined(separator: "\n")
    }
  }

  /// How many rows a table has.
  func count(_ table: String, _ path: String) throws -> Int {
    var configuration = Configuration()
    configuration.readonly = true
    return try DatabaseQueue(path: path, configuration: configuration).read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? 0
    }
  }
}
