import Connectors
import Evidence
import Foundation

/// `crosswatch directory import`: a snapshot becomes the workspace's `directory.ldif`.
public struct DirectoryImport {
  private let folder: WorkspaceFolder

  /// What the snapshot holds.
  public struct Result: Sendable {
    public var users = 0
    public var computers = 0
    public var groups = 0
    public var controllers = 0
    public var sensitive = 0
  }

  public init(_ folder: WorkspaceFolder) { self.folder = folder }

  /// Reads the file whole, then puts a copy into its place by rename: a bad file changes nothing.
  public func run(_ file: String) throws -> Result {
    let snapshot = try DirectorySnapshot.load(file: file)
    do {
      try Data(snapshot.bytes).write(
        to: URL(fileURLWithPath: folder.directoryPath), options: .atomic)
    } catch {
      throw Failure("\(folder.directoryPath): cannot be written: \(error.localizedDescription)")
    }
    var result = Result()
    for entry in snapshot.directory.entries {
      switch entry.kind {
      case .user, .managedServiceAccount: result.users += 1
      case .computer: result.computers += 1
      case .group: result.groups += 1
      }
      if entry.isController { result.controllers += 1 }
      if snapshot.directory.sensitivityReason(sid: entry.sid) != nil { result.sensitive += 1 }
    }
    return result
  }
}
