import Evidence
import Foundation
import Testing

@testable import Store

@Suite struct `Directory in the database` {
  @Test func `changes are found from both sides, and stored once`() throws {
    let path = NSTemporaryDirectory() + "directory-\(UUID().uuidString).sqlite"
    defer {
      for file in SQLiteStore.files(of: path) { try? FileManager.default.removeItem(atPath: file) }
    }
    let store = try SQLiteStore(path: path)
    let group = DirectoryEntry(
      kind: .group, sid: "S-1-5-21-1-2-3-512", distinguishedName: "CN=Domain Admins",
      samAccountName: "Domain Admins")
    var change = DirectoryChange(
      .memberAdded, time: Instant(seconds: 100), notBefore: Instant(seconds: 50), of: group,
      source: "ldaps://dc1")
    change.otherSID = "S-1-5-21-1-2-3-1201"
    change.otherName = "alice"
    let stored = change
    for _ in 0..<2 {
      try store.write { batch in
        try batch.add([stored])
        try batch.put(directory: [DirectoryRow(key: "a", ldif: "dn: CN=a\n\n")])
      }
    }
    let count = try store.directoryChangeCount()
    #expect(count == 1)
    for sid in [stored.sid, "S-1-5-21-1-2-3-1201"] {
      let found = try store.directoryChanges(sid: sid, limit: 10)
      #expect(found == [stored])
    }
    let none = try store.directoryChanges(sid: "S-1-5-21-1-2-3-1", limit: 10)
    #expect(none.isEmpty)
    let rows = try store.directoryRows(limit: 10)
    #expect(rows.map(\.key) == ["a"])
    try store.write { try $0.clearDirectory() }
    let left = try store.directoryRows(limit: 10)
    #expect(left.isEmpty)
  }
}
