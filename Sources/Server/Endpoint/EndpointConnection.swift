import Connectors
import Evidence
import Foundation
import Store
import Workspaces

/// How a workspace reaches its endpoint side: what its file says, and what `integrate` was told.
struct EndpointConnection {
  private let folder: WorkspaceFolder
  private let written: Workspace.IntegrationSettings
  let tenant: String?
  private let secretFile: String?

  init(_ folder: WorkspaceFolder, _ state: IntegrationState) {
    self.folder = folder
    written =
      folder.workspace.integrations.first { $0.kind == .defenderForEndpoint }
      ?? Workspace.IntegrationSettings(kind: .defenderForEndpoint)
    tenant = state.tenant ?? written.tenant
    // What the command was told is relative to where it ran, and kept as a whole path.
    secretFile = state.secretFile ?? written.secretFile.map(folder.resolved)
  }

  /// The source that documents are fetched from.
  func source(pace: Pace, patience: Patience) throws -> any EndpointSource {
    if written.source == .folder {
      let mapping = try written.mapping.map { try FieldMapping(file: folder.resolved($0)) }
      let path = written.folder.map(folder.resolved) ?? folder.endpointPath
      return WatchedFolder(path: path, tenant: tenant, mapping: mapping)
    }
    guard let tenant, let secretFile else {
      throw Failure(
        "workspace '\(folder.name)': the endpoint side's tenant and secret file are not set; run "
          + "'crosswatch workspace integrate \(folder.name) defender-for-endpoint --tenant ID "
          + "--secret-file FILE'", code: .configuration)
    }
    let isGraph = written.source == .graph
    let usual = isGraph ? GraphSecurity.defaultAPI : DefenderForEndpoint.defaultAPI
    do {
      let settings = try EndpointSettings(
        tenant: tenant, secretFile: secretFile,
        authority: written.authority ?? EndpointSettings.defaultAuthority,
        api: written.api ?? usual, certificates: written.certificates.map(folder.resolved))
      return isGraph
        ? GraphSecurity.api(settings, pace: pace, patience: patience)
        : DefenderForEndpoint.api(settings, pace: pace, patience: patience)
    } catch {
      throw Failure(error.description, code: .configuration)
    }
  }
}

extension WorkspaceFolder {
  /// A path that the workspace's file names: relative ones begin at its folder.
  func resolved(_ name: String) -> String { name.hasPrefix("/") ? name : "\(path)/\(name)" }

  /// The integration's state where documents may be exchanged; otherwise why not (rules R4, R11,
  /// R12, R14).
  func exchanging(_ store: SQLiteStore) throws -> IntegrationState {
    let state = try store.integration(.defenderForEndpoint)
    guard try isPrimary else {
      throw RuleViolation(
        rule: "R4",
        reason: "workspace '\(name)' is not primary: only the primary one exchanges documents "
          + "with the endpoint side")
    }
    guard state.switchedOn != nil else {
      throw RuleViolation(
        rule: "R14",
        reason: "workspace '\(name)' is not integrated: run 'crosswatch workspace integrate "
          + "\(name) \(IntegrationKind.defenderForEndpoint.rawValue)' first")
    }
    let isOnboarded = try isOnboarded(store)
    if let obstacle = IntegrationRule.obstacle(for: workspace, isOnboarded: isOnboarded) {
      throw obstacle
    }
    return state
  }

  /// The same for a workspace that may have no database yet.
  func isOnboarded() throws -> Bool {
    guard FileManager.default.fileExists(atPath: databasePath) else { return true }
    return try isOnboarded(questions())
  }

  /// Whether onboarding was completed (rule R12): it counts as that unless there is an inventory of
  /// devices and none of them is onboarded.
  func isOnboarded(_ store: SQLiteStore) throws -> Bool {
    let devices = try store.devices(limit: WorkspaceFolder.deviceLimit)
    guard !devices.isEmpty else { return true }
    return try devices.contains { document in
      let device = try DefenderForEndpoint.device(json: document.json)
      // Documents that do not say are of sensors that report, which only onboarded ones do.
      return device?.onboarding.map { $0.lowercased() == "onboarded" } ?? true
    }
  }

  /// Devices that are read: ten times a large company's.
  private static let deviceLimit = 1_000_000
}
