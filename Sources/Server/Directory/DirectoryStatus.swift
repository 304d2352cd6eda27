import Connectors
public import Evidence
import Foundation
import Store
import Workspaces

/// `crosswatch directory status` and `changes`: what is known of the directory, since when, and what
/// changed in it.
public struct DirectoryStatus {
  private let workspace: String
  private let settings: DirectorySettings?
  private let state: DirectoryState?
  private let counts: DirectoryCounts
  private let hasSnapshot: Bool
  private let changeCount: Int
  private let latest: [DirectoryChange]

  /// Changes on the status page.
  private static let latestCount = 10

  public init(_ folder: WorkspaceFolder) throws {
    workspace = folder.workspace.name
    settings = folder.workspace.directory
    counts = DirectoryCounts(try folder.directory())
    hasSnapshot = FileManager.default.fileExists(atPath: folder.directoryPath)
    guard FileManager.default.fileExists(atPath: folder.databasePath) else {
      state = nil
      changeCount = 0
      latest = []
      return
    }
    let store = try folder.questions()
    state = try DirectoryState(store)
    changeCount = try store.directoryChangeCount()
    latest = try store.directoryChanges(limit: DirectoryStatus.latestCount)
  }

  /// Where the picture comes from.
  private var origin: String {
    if state?.cursor != nil { return "ldap" }
    return hasSnapshot ? "snapshot" : "none"
  }

  public var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.member("workspace", workspace)
    json.member("origin", origin)
    json.member("controllers", settings?.controllers ?? [])
    json.member("bind", settings?.bind.rawValue)
    json.member("base", state?.cursor?.base ?? settings?.base)
    json.member("controller", state?.controller)
    json.member("method", state?.method)
    json.member("synced", state?.synced)
    json.member("read", state?.read)
    json.member("usn", state?.cursor?.usn)
    counts.write(&json)
    json.member("changes", changeCount)
    json.endObject()
    return json.text
  }

  public func lines(usesColour: Bool) -> [String] {
    var page = Page(usesColour: usesColour)
    page.title("Directory of \(workspace)")
    switch origin {
    case "ldap": page.fact("from", "LDAP")
    case "snapshot": page.fact("from", WorkspaceFolder.directoryName)
    default: page.fact("from", "nothing: 'directory sync' or 'directory import' brings it")
    }
    if let settings {
      page.fact("controllers", settings.controllers.joined(separator: ", "))
      page.fact("bind", settings.bind.rawValue)
      if settings.isInsecure { page.fact("insecure", "certificates are not checked") }
    }
    page.fact("base", state?.cursor?.base)
    page.fact("answered", state?.controller)
    page.fact("synced", state?.synced.map { "\(Quantity.time($0)) (\(state?.method ?? ""))" })
    page.fact("read whole", state?.read.map(Quantity.time))
    if origin != "none" { page.fact("holds", counts.text) }
    page.fact("changes", changeCount > 0 ? Quantity.count(changeCount) : nil)
    page.table("Latest changes", DirectoryChangeText.table(latest))
    return page.lines
  }
}

/// Changes of the directory for people and for programs.
public enum DirectoryChangeText {
  /// Changes that one listing shows unless it is told otherwise.
  public static let defaultLimit = 100

  /// Changes of a workspace's directory, the newest first: all, or those about one entry by name,
  /// SID or user principal name.
  public static func changes(
    of folder: WorkspaceFolder, about name: String?, limit: Int
  ) throws -> [DirectoryChange] {
    guard FileManager.default.fileExists(atPath: folder.databasePath) else { return [] }
    let store = try folder.questions()
    guard let name else { return try store.directoryChanges(limit: limit) }
    let directory = try folder.directory()
    let host = ComputerName(name).flatMap { directory.computer($0) }
    let entry = directory.entry(sid: name) ?? directory.entry(named: name) ?? host
    // Accounts that are gone are found by their SID, or by the name in what is known of them.
    if let entry { return try store.directoryChanges(sid: entry.sid, limit: limit) }
    let found = try store.directoryChanges(sid: name.uppercased(), limit: limit)
    guard found.isEmpty else { return found }
    let deleted = try store.directoryChanges(limit: limit * 100).first {
      $0.name.lowercased() == name.lowercased()
    }
    guard let deleted else {
      throw Failure("no account, group or computer is called '\(name)' in the directory")
    }
    return try store.directoryChanges(sid: deleted.sid, limit: limit)
  }

  static func table(_ changes: [DirectoryChange]) -> Table {
    var table = Table([
      Table.Column("TIME"), Table.Column("CHANGE"), Table.Column("SOURCE"),
    ])
    for change in changes {
      let time = Quantity.time(change.time)
      table.add([
        Table.Cell(change.notBefore == nil ? time : "until \(time)"),
        Table.Cell(change.summary), Table.Cell(change.source, .dim),
      ])
    }
    return table
  }

  public static func lines(_ changes: [DirectoryChange], usesColour: Bool) -> [String] {
    changes.isEmpty ? ["No changes."] : table(changes).lines(usesColour: usesColour)
  }

  public static func json(_ change: DirectoryChange) -> String {
    var json = JSONWriter()
    json.beginObject()
    json.member("id", change.id)
    json.member("kind", change.kind.rawValue)
    json.member("time", change.time)
    json.member("notBefore", change.notBefore)
    json.member("sid", change.sid)
    json.member("name", change.name)
    json.member("otherSID", change.otherSID)
    json.member("otherName", change.otherName)
    json.member("attribute", change.attribute)
    json.member("old", change.old)
    json.member("new", change.new)
    json.member("summary", change.summary)
    json.member("source", change.source)
    json.endObject()
    return json.text
  }
}
