import Connectors
import Evidence
import Foundation
import Store
import Workspaces

/// What the database remembers about the syncs of the directory.
struct DirectoryState {
  private enum Key {
    static let cursor = "directory.cursor"
    static let synced = "directory.synced"
    static let read = "directory.read"
    static let controller = "directory.controller"
    static let method = "directory.method"
  }

  var cursor: DirectoryCursor?
  /// When it was synced last.
  var synced: Instant?
  /// When all of it was read last.
  var read: Instant?
  var controller: String?
  var method: String?

  init(_ store: SQLiteStore) throws {
    if let text = try store.state(Key.cursor) {
      do {
        cursor = try JSONDecoder().decode(DirectoryCursor.self, from: Data(text.utf8))
      } catch {
        throw Failure("the directory's cursor in the database is damaged; sync with --full")
      }
    }
    synced = try store.state(Key.synced).flatMap { Instant(iso8601: $0) }
    read = try store.state(Key.read).flatMap { Instant(iso8601: $0) }
    controller = try store.state(Key.controller)
    method = try store.state(Key.method)
  }

  /// The state after a delivery.
  func following(_ delivery: DirectoryDelivery, at moment: Instant) -> DirectoryState {
    var next = self
    next.cursor = delivery.cursor
    next.synced = moment
    if delivery.extent == .complete { next.read = moment }
    next.controller = delivery.controller
    next.method = delivery.method
    return next
  }

  /// Keys and values as they are stored.
  var values: [(String, String?)] {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let text = try cursor.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
      return [
        (Key.cursor, text), (Key.synced, synced?.description), (Key.read, read?.description),
        (Key.controller, controller), (Key.method, method),
      ]
    }
  }

  /// Keys whose values an import takes away: what it brings is all there is.
  static let keys = [Key.cursor, Key.synced, Key.read, Key.controller, Key.method]

  /// The entries that were read last.
  static func mirror(_ store: SQLiteStore) throws -> DirectoryMirror {
    let rows = try store.directoryRows(limit: DirectorySync.maximumEntryCount)
    return try DirectoryMirror(ldif: rows.map(\.ldif).joined())
  }
}

extension WorkspaceFolder {
  /// The directory as it was read over LDAP; nil where it never was.
  func syncedDirectory() throws -> Directory? {
    guard workspace.directory != nil, FileManager.default.fileExists(atPath: databasePath) else {
      return nil
    }
    let store = try questions()
    guard try DirectoryState(store).cursor != nil else { return nil }
    return try DirectoryState.mirror(store).directory
  }
}
