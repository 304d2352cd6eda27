import Connectors
public import Evidence
import Foundation
import Store
public import Workspaces

/// What `crosswatch workspace` does: each change under the lock of the folder of workspaces, and by
/// the rules.
public struct WorkspaceAdministration: Sendable {
  private let home: WorkspacesHome
  private let now: @Sendable () -> Instant

  /// The clock is read here, at the edge, and nowhere below.
  public init(
    home: WorkspacesHome = WorkspacesHome(), now: @escaping @Sendable () -> Instant = WallClock.now
  ) {
    self.home = home
    self.now = now
  }

  /// A workspace as it is listed.
  public struct Summary: Sendable {
    public var workspace: Workspace
    public var isPrimary: Bool
    /// Integrations that are on, with what people are told of each.
    public var integrations: [(kind: IntegrationKind, status: IntegrationStatus)]
    public var alertCount: Int
    public var entityCount: Int
    /// Whether the endpoint side's onboarding was completed (rule R12).
    public var isOnboarded = true
  }

  public func list() throws -> [Summary] { try home.names().map(summary) }

  public func show(_ name: String) throws -> Summary { try summary(name) }

  /// Makes a folder with a workspace file; on request it becomes primary.
  public func create(_ name: String, region: String, isPrimary: Bool) throws {
    if let objection = WorkspaceName.objection(to: name) {
      throw Failure(objection, code: .configuration)
    }
    guard !region.isEmpty, region.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" }) else {
      throw Failure("region '\(region)': letters, digits and - only", code: .configuration)
    }
    try home.locked {
      let folder = home.folder(name)
      let file = "\(folder)/\(WorkspaceFile.name)"
      guard !FileManager.default.fileExists(atPath: file) else {
        throw Failure("workspace '\(name)' exists already: \(file)")
      }
      let next = isPrimary ? try PrimaryRule.settingPrimary(name, in: primacy()) : nil
      do {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
        try Data(WorkspaceFile.template(name: name, region: region).utf8)
          .write(to: URL(fileURLWithPath: file), options: .atomic)
      } catch {
        throw Failure("\(file): cannot be written: \(error.localizedDescription)")
      }
      if next != nil { try home.setPrimary(name) }
    }
  }

  public func setPrimary(_ name: String) throws {
    try home.locked {
      _ = try folder(name)
      _ = try PrimaryRule.settingPrimary(name, in: primacy())
      try home.setPrimary(name)
    }
  }

  public func unsetPrimary(_ name: String) throws {
    try home.locked {
      _ = try PrimaryRule.unsettingPrimary(name, in: primacy())
      try home.setPrimary(nil)
    }
  }

  /// The integrations that there are, by name.
  public static let kinds = IntegrationKind.allCases.map(\.rawValue)

  private static func kind(_ name: String) throws -> IntegrationKind {
    guard let kind = IntegrationKind(rawValue: name) else {
      throw Failure("no integration is called '\(name)'", code: .configuration)
    }
    return kind
  }

  /// Switches an integration on; returns what people are told of it.
  public func integrate(
    _ name: String, _ kindName: String, tenant: String?, secretFile: String?
  ) throws -> String {
    let kind = try WorkspaceAdministration.kind(kindName)
    return try home.locked {
      let folder = try folder(name)
      let primacy = try primacy()
      // What is refused stores nothing, so the database is not made before.
      let isOnboarded = try folder.isOnboarded()
      let next = try IntegrationRule.integrating(
        kind, with: folder.workspace, primacy: primacy, isOnboarded: isOnboarded)
      let secret = try secretFile.map(WorkspaceAdministration.checked)
      let state = try folder.opened().change(kind) { state in
        state.switchOn(at: now())
        // What the workspace's file says is read there, each time: it may be edited.
        state.tenant = tenant ?? state.tenant
        state.secretFile = secret ?? state.secretFile
      }
      return IntegrationRule.status(
        of: state, in: folder.workspace, primacy: next, isOnboarded: isOnboarded
      ).text
    }
  }

  /// A secret file's whole path; one that others may read, or that holds none, is refused.
  private static func checked(_ file: String) throws -> String {
    _ = try ClientCredentials(file: file)
    return URL(fileURLWithPath: file).standardizedFileURL.path
  }

  /// Switches an integration off; what it delivered stays as history.
  public func removeIntegration(_ name: String, _ kindName: String) throws {
    let kind = try WorkspaceAdministration.kind(kindName)
    try home.locked {
      let folder = try folder(name)
      var active = try primacy()
      active.integrations[name] = try switchedOn(folder)
      _ = try IntegrationRule.removing(kind, from: name, in: active)
      let store = try folder.opened()
      try store.change(kind) { $0.switchOff(at: now()) }
    }
  }

  /// Deletes a workspace with its database and documents.
  public func delete(_ name: String) throws {
    try home.locked {
      let folder = try folder(name)
      var active = try primacy()
      active.integrations[name] = try switchedOn(folder)
      _ = try PrimaryRule.deleting(name, in: active)
      try home.discard(name)
    }
  }

  // MARK: - What is stored

  private func folder(_ name: String) throws -> WorkspaceFolder {
    if let objection = WorkspaceName.objection(to: name) {
      throw Failure(objection, code: .configuration)
    }
    guard FileManager.default.fileExists(atPath: home.folder(name) + "/.") else {
      throw Failure("no workspace is called '\(name)'; 'crosswatch workspace list' shows them")
    }
    let folder = try WorkspaceFolder(path: home.folder(name))
    guard folder.workspace.name == name else {
      throw Failure(
        "\(folder.path)/\(WorkspaceFile.name): key 'name': is '\(folder.workspace.name)', but the "
          + "folder is '\(name)'", code: .configuration)
    }
    return folder
  }

  private func primacy() throws -> Primacy {
    guard let primary = try home.primary() else { return Primacy() }
    let hasFolder = FileManager.default.fileExists(atPath: home.folder(primary) + "/.")
    guard hasFolder else { return Primacy(primary: primary) }
    return Primacy(
      primary: primary, integrations: [primary: try switchedOn(folder(primary))])
  }

  private func states(_ folder: WorkspaceFolder) throws -> [IntegrationState] {
    guard FileManager.default.fileExists(atPath: folder.databasePath) else { return [] }
    return try folder.questions().integrations()
  }

  private func switchedOn(_ folder: WorkspaceFolder) throws -> Set<IntegrationKind> {
    Set(try states(folder).filter { $0.switchedOn != nil }.map(\.kind))
  }

  private func summary(_ name: String) throws -> Summary {
    let folder = try folder(name)
    let primacy = try primacy()
    var summary = Summary(
      workspace: folder.workspace, isPrimary: primacy.isPrimary(name), integrations: [],
      alertCount: 0, entityCount: 0)
    guard FileManager.default.fileExists(atPath: folder.databasePath) else { return summary }
    let store = try folder.questions()
    summary.isOnboarded = try folder.isOnboarded(store)
    for state in try store.integrations() where state.switchedOn != nil {
      let status = IntegrationRule.status(
        of: state, in: folder.workspace, primacy: primacy, isOnboarded: summary.isOnboarded)
      summary.integrations.append((state.kind, status))
    }
    summary.alertCount = try store.alertCount()
    summary.entityCount = try store.entityCount()
    return summary
  }
}

/// The one clock, read at the edges only.
public enum WallClock {
  @Sendable public static func now() -> Instant {
    let elapsed = Date().timeIntervalSince1970
    let whole = elapsed.rounded(.down)
    return Instant(
      seconds: Int64(whole), nanoseconds: Int64((elapsed - whole) * 1_000_000) * 1000)
  }
}
