import Connectors
import Evidence
import Foundation
import Store
import Workspaces

/// `crosswatch endpoint status`: the state of the integration, and which workspace has it (rules R16
/// to R18).
public struct EndpointStatus {
  private let workspace: String
  private let isPrimary: Bool
  /// The workspace whose integration is on, whichever was asked about; nil for none.
  private let integrated: String?
  private let status: IntegrationStatus
  private let state: IntegrationState
  private let tenant: String?
  private let deviceCount: Int
  private let alertCount: Int
  private let openCount: Int

  /// Documents that are counted.
  private static let limit = 1_000_000

  public init(_ folder: WorkspaceFolder) throws {
    workspace = folder.workspace.name
    isPrimary = try folder.isPrimary
    integrated = try EndpointStatus.integrated(folder.home)
    let primacy = Primacy(primary: isPrimary ? workspace : nil)
    guard FileManager.default.fileExists(atPath: folder.databasePath) else {
      state = IntegrationState(kind: .defenderForEndpoint)
      status = IntegrationRule.status(
        of: state, in: folder.workspace, primacy: primacy, isOnboarded: true)
      tenant = EndpointConnection(folder, state).tenant
      deviceCount = 0
      alertCount = 0
      openCount = 0
      return
    }
    let store = try folder.questions()
    state = try store.integration(.defenderForEndpoint)
    status = IntegrationRule.status(
      of: state, in: folder.workspace, primacy: primacy,
      isOnboarded: try folder.isOnboarded(store))
    tenant = EndpointConnection(folder, state).tenant
    deviceCount = try store.devices(limit: EndpointStatus.limit).count
    let alerts = try store.endpointAlerts(limit: EndpointStatus.limit)
      .compactMap { try DefenderForEndpoint.alert(json: $0.json) }
    alertCount = alerts.count
    openCount = alerts.count { $0.isOpen }
  }

  /// The primary workspace, where its integration is on.
  private static func integrated(_ home: WorkspacesHome) throws -> String? {
    guard let primary = try home.primary() else { return nil }
    let path = "\(home.folder(primary))/\(WorkspaceFolder.databaseName)"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let store = try SQLiteStore(path: path, mustExist: true)
    return try store.integration(.defenderForEndpoint).switchedOn == nil ? nil : primary
  }

  public var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.member("workspace", workspace)
    json.member("primary", isPrimary)
    json.member("integratedWorkspace", integrated)
    json.member("kind", state.kind.rawValue)
    json.member("state", status.name)
    json.member("message", status.text)
    json.member("switchedOn", state.switchedOn)
    json.member("lastSuccess", state.lastDelivery)
    json.member("removed", state.removed)
    json.member("tenant", tenant)
    if case .failed(let failure) = status {
      json.member("error", failure.reason.rawValue)
      json.member("errorSince", failure.since)
      json.member("errorDetail", failure.detail)
    }
    json.member("devices", deviceCount)
    json.member("alerts", alertCount)
    json.member("openAlerts", openCount)
    json.endObject()
    return json.text
  }

  public func lines(usesColour: Bool) -> [String] {
    var page = Page(usesColour: usesColour)
    page.title(DefenderForEndpoint.title)
    page.fact("workspace", workspace + (isPrimary ? " (primary)" : " (not primary)"))
    page.fact("integrated", integrated ?? "no workspace")
    page.fact("state", status.text)
    if case .failed(let failure) = status { page.fact("detail", failure.detail) }
    page.fact("since", state.switchedOn.map(Quantity.time))
    page.fact("last success", state.lastDelivery.map(Quantity.time) ?? "never")
    page.fact("removed", state.removed.map(Quantity.time))
    page.fact("tenant", tenant)
    page.fact("devices", Quantity.count(deviceCount))
    page.fact("alerts", "\(Quantity.count(alertCount)), \(Quantity.count(openCount)) open")
    return page.lines
  }
}
