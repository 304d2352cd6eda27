import Connectors
public import Evidence
import Foundation
import Store
public import Workspaces

/// A workspace on disk: `workspace.yml`, `directory.ldif`, `endpoint/` and its database.
public struct WorkspaceFolder: Sendable {
  public static let databaseName = "crosswatch.sqlite"
  public static let directoryName = "directory.ldif"
  /// The region of a folder without a workspace file.
  private static let unsetRegion = "unset"

  public let path: String
  public let workspace: Workspace

  /// The name of the folder: what commands call the workspace.
  public var name: String { URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent }

  public var databasePath: String { "\(path)/\(WorkspaceFolder.databaseName)" }
  public var directoryPath: String { "\(path)/\(WorkspaceFolder.directoryName)" }
  public var endpointPath: String { "\(path)/endpoint" }

  /// The folder above, which holds the other workspaces and says which is primary.
  public var home: WorkspacesHome {
    WorkspacesHome(
      path: URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent().path)
  }

  public var isPrimary: Bool { get throws { try home.primary() == name } }

  /// Reads a folder; one with a directory snapshot alone is a workspace with default settings.
  public init(path: String) throws {
    self.path = path
    let file = "\(path)/\(WorkspaceFile.name)"
    guard FileManager.default.fileExists(atPath: path + "/.") else {
      throw Failure("\(path): no such workspace folder", code: .configuration)
    }
    if FileManager.default.fileExists(atPath: file) {
      workspace = try WorkspaceFile.read(file, slugs: Catalogue.slugs)
      return
    }
    guard FileManager.default.fileExists(atPath: "\(path)/\(WorkspaceFolder.directoryName)") else {
      throw Failure(
        "\(path): is no workspace: it holds neither \(WorkspaceFile.name) nor "
          + "\(WorkspaceFolder.directoryName); 'crosswatch workspace create' makes one",
        code: .configuration)
    }
    let name = URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
    var plain = Workspace(name: name, region: WorkspaceFolder.unsetRegion)
    plain.licences = Workspace.Licences(identity: true, endpoint: true)
    workspace = plain
  }

  /// The workspace that a command is to use: the one named, `$CROSSWATCH_WORKSPACE`, or the primary
  /// one of the current folder.
  public static func find(_ named: String?) throws -> WorkspaceFolder {
    guard let folder = try findAny(named) else {
      throw Failure(
        "no workspace: name one with -w DIR or $CROSSWATCH_WORKSPACE, or make one primary with "
          + "'crosswatch workspace set-primary NAME'", code: .configuration)
    }
    return folder
  }

  /// The same; nil where none is named and none is primary.
  static func findAny(_ named: String?) throws -> WorkspaceFolder? {
    if let named { return try WorkspaceFolder(path: resolve(named)) }
    let environment = ProcessInfo.processInfo.environment
    if let path = environment["CROSSWATCH_WORKSPACE"], !path.isEmpty {
      return try WorkspaceFolder(path: resolve(path))
    }
    let home = WorkspacesHome()
    return try home.primary().map { try WorkspaceFolder(path: home.folder($0)) }
  }

  /// A folder, or the name of one under `Workspaces/`.
  private static func resolve(_ text: String) -> String {
    let isFolder = FileManager.default.fileExists(atPath: text + "/.")
    let named = WorkspacesHome().folder(text)
    let isName = !text.contains("/") && FileManager.default.fileExists(atPath: named + "/.")
    guard isFolder || !isName else { return named }
    // `Workspaces/alpine/` and `Workspaces/alpine` are one folder, under one name in messages.
    return text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
  }

  /// The directory as it was read last, over LDAP or from the snapshot; empty where it never was.
  public func directory() throws -> Directory {
    try syncedDirectory() ?? snapshot()
  }

  /// The directory's snapshot; empty where there is none.
  func snapshot() throws -> Directory {
    guard FileManager.default.fileExists(atPath: directoryPath) else { return Directory() }
    return try DirectorySnapshot.read(file: directoryPath)
  }

  /// The database, for questions: it must exist.
  func questions() throws -> SQLiteStore { try SQLiteStore(path: databasePath, mustExist: true) }

  /// The database, for writing: made where there is none; a region that was changed after the
  /// creation is refused (rule R9).
  func opened(path: String? = nil) throws -> SQLiteStore {
    let store = try SQLiteStore(path: path ?? databasePath)
    // A folder without a workspace file has no region yet: the file that comes later says it.
    guard workspace.region != WorkspaceFolder.unsetRegion else { return store }
    guard let created = try store.state("region") else {
      try store.write { try $0.set(workspace.region, for: "region") }
      return store
    }
    do {
      try PrimaryRule.keepsRegion(of: workspace.name, created: created, now: workspace.region)
    } catch {
      throw Failure("\(self.path)/\(WorkspaceFile.name): \(error)", code: .configuration)
    }
    return store
  }
}
