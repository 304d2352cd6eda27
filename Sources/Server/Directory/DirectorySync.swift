import Connectors
import Correlation
public import Evidence
import Foundation
import Store
import Workspaces

/// `crosswatch directory sync`: the workspace's database is brought up to the directory, and what
/// changed since the last time is kept with its time.
public struct DirectorySync: Sendable {
  private let folder: WorkspaceFolder
  private let settings: DirectorySettings
  private let now: @Sendable () -> Instant

  /// Entries that are kept of one directory.
  static let maximumEntryCount = 4_000_000

  /// In a directory of that size nobody deletes half of it: the account lost its rights instead.
  private static let manyEntries = 100

  /// What a sync did.
  public struct Result: Sendable {
    public var controller = ""
    public var method = ""
    public var isComplete = false
    /// Entries that were read, and those that are gone.
    public var readCount = 0
    public var removedCount = 0
    /// Whether there was nothing to compare with: everything is new then, and nothing changed.
    public var isFirst = false
    public var counts = DirectoryCounts()
    public var changes: [DirectoryChange] = []
    public var references: [String] = []
    var notes: [String] = []

    /// What people are told besides the changes.
    public func notes(workspace: String) -> [String] {
      var lines = [
        "Synced workspace '\(workspace)' with \(controller) (\(method)): "
          + "\(Quantity.count(readCount, "entry", "entries")) read, "
          + "\(Quantity.count(removedCount)) gone.",
        "The directory holds \(counts.text).",
      ]
      lines += notes.map { "note: \($0)" }
      if !references.isEmpty {
        lines.append("Not followed: \(references.joined(separator: ", "))")
      }
      if isFirst { lines.append("It is read for the first time: changes are told from now on.") }
      return lines
    }
  }

  public init(
    _ folder: WorkspaceFolder, now: @escaping @Sendable () -> Instant = WallClock.now
  ) throws {
    guard let settings = folder.workspace.directory else {
      throw Failure(
        "\(folder.path)/\(WorkspaceFile.name): key 'directory': is missing; it says where the "
          + "directory is: 'crosswatch directory sync --help' has an example", code: .configuration)
    }
    self.folder = folder
    self.settings = settings.relative(to: folder.path)
    self.now = now
  }

  /// Reads what changed, or all of it, and stores it: all or nothing.
  ///
  /// `report` is told of controllers that fail before another is tried.
  public func run(
    isFull: Bool, report: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> Result {
    let password = try DirectoryPassword.read(settings.password)
    let lock = try DirectoryLock(folder)
    let result = try await run(isFull: isFull, password: password, report: report)
    lock.release()
    return result
  }

  private func run(
    isFull: Bool, password: [UInt8]?, report: @escaping @Sendable (String) -> Void
  ) async throws -> Result {
    let store = try folder.opened()
    let state = try DirectoryState(store)
    let hasEntries = state.cursor != nil
    let known = hasEntries ? try DirectoryState.mirror(store) : DirectoryMirror()
    let old = hasEntries ? known.directory : try folder.snapshot()
    let delivery = try await DirectoryReader(settings, password: password)
      .read(since: isFull ? nil : state.cursor, report: report)
    // What was read is as of before the reading's end: the clock is read after it.
    let moment = now()
    var mirror = known
    mirror.take(delivery)
    guard delivery.extent == .nothing || !mirror.records.isEmpty else {
      throw Failure(
        "\(delivery.controller): no account, group or computer below '\(delivery.cursor.base)': "
          + "check 'base', and what the account may read")
    }
    let isThinned =
      known.records.count >= DirectorySync.manyEntries
      && mirror.removed.count * 2 > known.records.count
    guard !isThinned || isFull else {
      throw Failure(
        "\(delivery.controller): \(mirror.removed.count) of \(known.records.count) entries are "
          + "gone; check what the account may read, or sync with --full if it is so")
    }
    let directory = mirror.directory
    var result = Result()
    result.isFirst = old.isEmpty
    if !old.isEmpty {
      result.changes = DirectoryComparison(
        from: old, at: state.synced, to: directory, at: moment, source: delivery.controller,
        deletionTimes: mirror.deletionTimes
      ).changes()
    }
    result.controller = delivery.controller
    result.method = delivery.method
    result.isComplete = delivery.extent == .complete
    result.readCount = delivery.records.count
    result.removedCount = mirror.removed.count
    result.counts = DirectoryCounts(directory)
    result.references = delivery.references
    result.notes = delivery.notes
    if directory.isEmpty {
      result.notes.append(
        "\(delivery.records.count) entries were read, but none has objectSid and sAMAccountName")
    }
    try write(mirror, result.changes, state.following(delivery, at: moment), to: store)
    return result
  }

  private func write(
    _ mirror: DirectoryMirror, _ changes: [DirectoryChange], _ state: DirectoryState,
    to store: SQLiteStore
  ) throws {
    let rows = mirror.changed.sorted().compactMap { key in
      mirror.records[key].map { DirectoryRow(key: key, ldif: $0.ldif) }
    }
    let values = try state.values
    try store.write { batch in
      try batch.remove(directory: mirror.removed.sorted())
      try batch.put(directory: rows)
      try batch.add(changes)
      for (key, value) in values { try batch.set(value, for: key) }
    }
  }
}

/// What a directory holds.
public struct DirectoryCounts: Hashable, Sendable {
  public var users = 0
  public var managed = 0
  public var computers = 0
  public var controllers = 0
  public var groups = 0
  public var units = 0
  public var sensitive = 0

  public init() {}

  public init(_ directory: Directory) {
    for entry in directory.entries {
      switch entry.kind {
      case .user: users += 1
      case .managedServiceAccount: managed += 1
      case .computer: computers += 1
      case .group: groups += 1
      }
      if entry.isController { controllers += 1 }
      if directory.sensitivityReason(sid: entry.sid) != nil { sensitive += 1 }
    }
    units = directory.units.count
  }

  /// In one sentence.
  public var text: String {
    "\(Quantity.count(users, "user")), \(Quantity.count(managed, "managed account")), "
      + "\(Quantity.count(computers, "computer")) (\(Quantity.count(controllers, "controller"))), "
      + "\(Quantity.count(groups, "group")) and \(Quantity.count(units, "organizational unit")); "
      + "\(sensitive) of them are sensitive"
  }

  /// Adds the counts to an object.
  func write(_ json: inout JSONWriter) {
    json.member("users", users)
    json.member("managedServiceAccounts", managed)
    json.member("computers", computers)
    json.member("controllers", controllers)
    json.member("groups", groups)
    json.member("organizationalUnits", units)
    json.member("sensitive", sensitive)
  }
}

/// One sync of a workspace at a time.
private struct DirectoryLock {
  private let handle: FileHandle

  init(_ folder: WorkspaceFolder) throws {
    let path = "\(folder.path)/.directory.lock"
    if !FileManager.default.fileExists(atPath: path) {
      guard FileManager.default.createFile(atPath: path, contents: nil) else {
        throw Failure("\(path): cannot be made; check the rights of \(folder.path)")
      }
    }
    guard let handle = FileHandle(forUpdatingAtPath: path) else {
      throw Failure("\(path): cannot be opened; check its rights")
    }
    guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw Failure("\(folder.path): another sync of the directory is running; try again later")
    }
    self.handle = handle
  }

  /// The lock ends with the handle, however a sync ends.
  func release() { _ = flock(handle.fileDescriptor, LOCK_UN) }
}
