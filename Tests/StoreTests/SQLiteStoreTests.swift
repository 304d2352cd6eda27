import Evidence
import Foundation
import GRDB
import Testing
import Workspaces

@testable import Store

@Suite struct `SQLite store` {
  @Test func `is unchanged, octet for octet, when the same is added twice`() throws {
    try withFolder { folder in
      let store = try SQLiteStore(path: folder + "/a.sqlite")
      try store.write(Sample.fill)
      let once = try store.dump()
      try store.write(Sample.fill)
      #expect(try store.dump() == once)
      #expect(once.contains("kerberoasting"))
    }
  }

  @Test func `gives back what was added`() throws {
    try withFolder { folder in
      let store = try SQLiteStore(path: folder + "/a.sqlite")
      try store.write(Sample.fill)
      #expect(try store.alerts(limit: 10) == [Sample.alert])
      #expect(try store.alert(id: Sample.alert.id) == Sample.alert)
      #expect(try store.alert(id: "al_none") == nil)
      #expect(try store.captures(limit: 10) == [Sample.capture])
      #expect(try store.entities(limit: 10) == [Sample.entity])
      #expect(try store.devices(limit: 10) == [Sample.device])
      #expect(try store.integrations() == [Sample.integration])
      #expect(try store.state("region") == "eu")
      let time = Sample.activity.time
      var question = ActivityQuestion(
        accounts: ["mallory"], places: [], from: time, to: time, limit: 10)
      let byAccount = try store.activities(question)
      question.accounts = []
      for address in [Sample.activity.source.address, Sample.activity.target.address] {
        question.places = [ActivityQuestion.Place(address: address, from: time, to: time)]
        let byAddress = try store.activities(question)
        #expect(byAddress == [Sample.activity])
      }
      question.from = time.advanced(by: .seconds(1))
      let later = try store.activities(question)
      #expect(byAccount == [Sample.activity] && later.isEmpty)
    }
  }

  @Test(arguments: [
    "mallory", "10.0.5.66", "ws03", "ws03.alpine.test", "s-1-5-21-1-2-3-1104", "svc-sql",
  ])
  func `finds alerts by account, address, computer and SID`(_ name: String) throws {
    try withFolder { folder in
      let store = try SQLiteStore(path: folder + "/a.sqlite")
      try store.write(Sample.fill)
      #expect(try store.alerts(naming: [name], limit: 10) == [Sample.alert])
      #expect(try store.alerts(naming: ["nobody"], limit: 10).isEmpty)
    }
  }

  @Test(arguments: ["WS03", "ws03.alpine.test", "WS03$", "10.0.5.66", "::ffff:10.0.5.66"])
  func `finds an entity by each of its names, whatever the case`(_ name: String) throws {
    try withFolder { folder in
      let store = try SQLiteStore(path: folder + "/a.sqlite")
      try store.write(Sample.fill)
      #expect(try store.entities(matching: name).map(\.id) == [Sample.entity.id])
    }
  }

  @Test func `lets an alert grow and never shrink`() throws {
    try withFolder { folder in
      let store = try SQLiteStore(path: folder + "/a.sqlite")
      var grown = Sample.alert
      grown.count = 20
      for alert in [Sample.alert, grown, Sample.alert] { try store.write { try $0.add([alert]) } }
      #expect(try store.alert(id: grown.id)?.count == 20)
    }
  }

  @Test func `takes what a later reading of the same packets says of an alert`() throws {
    try withFolder { folder in
      let store = try SQLiteStore(path: folder + "/a.sqlite")
      var corrected = Sample.alert
      corrected.explanation = "with a directory, the names are known"
      for alert in [Sample.alert, corrected] { try store.write { try $0.add([alert]) } }
      #expect(try store.alert(id: corrected.id)?.explanation == corrected.explanation)
    }
  }

  @Test func `keeps the document that was updated later`() throws {
    try withFolder { folder in
      let store = try SQLiteStore(path: folder + "/a.sqlite")
      var newer = Sample.device
      newer.updated = newer.updated.advanced(by: .hours(1))
      newer.json = #"{"id":"0a","riskScore":"High"}"#
      for device in [newer, Sample.device] { try store.write { try $0.add(devices: [device]) } }
      #expect(try store.devices(limit: 10) == [newer])
    }
  }

  @Test func `stores an entity under its SID once that is known, and only once`() throws {
    try withFolder { folder in
      let store = try SQLiteStore(path: folder + "/a.sqlite")
      var known = Sample.entity
      known.sid = "S-1-5-21-1-2-3-1001"
      known.formerIDs = [known.id]
      known.id = EntityRecord.id(sid: "S-1-5-21-1-2-3-1001")
      for entity in [Sample.entity, known] { try store.write { try $0.add([entity]) } }
      #expect(try store.entities(limit: 10).map(\.id) == [known.id])
      #expect(try store.entities(matching: Sample.entity.id).map(\.id) == [known.id])
    }
  }

  @Test func `keeps nothing of a batch that fails`() throws {
    try withFolder { folder in
      struct Stop: Error {}
      let store = try SQLiteStore(path: folder + "/a.sqlite")
      let empty = try store.dump()
      #expect(throws: Stop.self) {
        try store.write { batch in
          try Sample.fill(batch)
          throw Stop()
        }
      }
      #expect(try store.dump() == empty)
    }
  }

  @Test func `refuses a database of a newer version and leaves it as it is`() throws {
    try withFolder { folder in
      let path = folder + "/a.sqlite"
      try SQLiteStore(path: path).execute("INSERT INTO grdb_migrations VALUES ('9999-future')")
      let failure = #expect(throws: StoreFailure.self) { try SQLiteStore(path: path) }
      #expect(failure?.code == .newerVersion)
      #expect(failure?.description.contains("9999-future") == true)
    }
  }

  @Test func `refuses a format number above its own`() throws {
    try withFolder { folder in
      let path = folder + "/a.sqlite"
      try SQLiteStore(path: path).execute("PRAGMA user_version = 99")
      let failure = #expect(throws: StoreFailure.self) { try SQLiteStore(path: path) }
      #expect(failure?.code == .newerVersion)
    }
  }

  @Test func `refuses files that are none of its databases and does not touch them`() throws {
    try withFolder { folder in
      let path = folder + "/letter.txt"
      let text = String(repeating: "no database at all\n", count: 100)
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      let failure = #expect(throws: StoreFailure.self) { try SQLiteStore(path: path) }
      #expect(failure?.code == .foreign)
      let after = try String(contentsOfFile: path, encoding: .utf8)
      #expect(after == text)
    }
  }

  @Test func `refuses to make a database where one must exist`() throws {
    try withFolder { folder in
      let failure = #expect(throws: StoreFailure.self) {
        try SQLiteStore(path: folder + "/none.sqlite", mustExist: true)
      }
      #expect(failure?.code == .missing)
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.isEmpty)
    }
  }

  @Test func `leaves nothing behind where a database cannot be made`() throws {
    let failure = #expect(throws: StoreFailure.self) {
      try SQLiteStore(path: "/nonexistent/folder/a.sqlite")
    }
    #expect(failure?.code == .unreadable)
  }

  @Test func `has migrations whose names are numbered in order`() {
    for (index, migration) in Migrations.all.enumerated() {
      let number = String(index + 1)
      let padded = String(repeating: "0", count: 4 - number.utf8.count) + number
      #expect(migration.name.hasPrefix(padded + "-"))
    }
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "crosswatch-store-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }
}

extension SQLiteStore {
  /// Every table as text, in the order of its keys.
  fileprivate func dump() throws -> String {
    try queue.read { database in
      let tables = try String.fetchAll(
        database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      return try tables.flatMap { table in
        try [table] + Row.fetchAll(database, sql: "SELECT * FROM \(table)").map(\.description)
      }.joined(separator: "\n")
    }
  }

  fileprivate func execute(_ sql: String) throws {
    try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
  }
}
