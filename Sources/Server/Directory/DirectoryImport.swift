import Connectors
import Correlation
public import Evidence
import Foundation
import Store

/// `crosswatch directory import`: a snapshot becomes the workspace's `directory.ldif`.
public struct DirectoryImport {
  private let folder: WorkspaceFolder
  private let now: () -> Instant

  /// What the snapshot holds, and how many changes it shows against what was known.
  public struct Result: Sendable {
    public var counts = DirectoryCounts()
    public var changeCount = 0

    /// What people are told.
    public func notes(workspace: String) -> [String] {
      var lines = ["Imported \(counts.text) (workspace '\(workspace)')."]
      if changeCount > 0 {
        lines.append(
          "\(Quantity.count(changeCount, "change")) against what was known; "
            + "'crosswatch directory changes' shows them.")
      }
      return lines
    }
  }

  public init(_ folder: WorkspaceFolder, now: @escaping () -> Instant = WallClock.now) {
    self.folder = folder
    self.now = now
  }

  /// Reads the file whole, then puts a copy into its place by rename: a bad file changes nothing.
  ///
  /// What differs from the directory as it was known is kept as changes. What a sync had read is
  /// forgotten: of import and sync the later one counts.
  public func run(_ file: String) throws -> Result {
    let snapshot = try DirectorySnapshot.load(file: file)
    let old = try folder.directory()
    let moment = now()
    var result = Result()
    result.counts = DirectoryCounts(snapshot.directory)
    let store = try folder.opened()
    let state = try DirectoryState(store)
    var changes: [DirectoryChange] = []
    if !old.isEmpty {
      changes = DirectoryComparison(
        from: old, at: state.synced, to: snapshot.directory, at: moment,
        source: file == "-" ? "standard input" : file
      ).changes()
    }
    result.changeCount = changes.count
    do {
      try Data(snapshot.bytes).write(
        to: URL(fileURLWithPath: folder.directoryPath), options: .atomic)
    } catch {
      throw Failure("\(folder.directoryPath): cannot be written: \(error.localizedDescription)")
    }
    try store.write { batch in
      try batch.add(changes)
      try batch.clearDirectory()
      for key in DirectoryState.keys { try batch.set(nil, for: key) }
    }
    return result
  }
}
