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
  private let status: IntegrationStatus
  private let state: IntegrationState
  private let deviceCount: Int
  private let alertCount: Int
  private let openCount: Int

  /// Documents that are counted.
  private static let limit = 1_000_000

  public init(_ folder: WorkspaceFolder) throws {
    workspace = folder.workspace.name
    isPrimary = try folder.isPrimary
    let primacy = Primacy(primary: isPrimary ? workspace : nil)
    guard FileManager.default.fileExists(atPath: folder.databasePath) else {
      state = IntegrationState(kind: .defenderForEndpoint)
      status = IntegrationRule.status(
        of: state, in: folder.workspace, primacy: primacy, isOnboarded: true)
      deviceCount = 0
      alertCount = 0
      openCount = 0
      return
    }
    let store = try folder.questions()
    state =
      try store.integrations().first { $0.kind == .defenderForEndpoint }
      ?? IntegrationState(kind: .defenderForEndpoint)
    status = IntegrationRule.status(
      of: state, in: folder.workspace, primacy: primacy, isOnboarded: true)
    deviceCount = try store.devices(limit: EndpointStatus.limit).count
    let alerts = try store.endpointAlerts(limit: EndpointStatus.limit)
      .compactMap { try DefenderForEndpoint.alert(json: $0.json) }
    alertCount = alerts.count
    openCount = alerts.count { $0.isOpen }
  }

  public var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.member("workspace", workspace)
    json.member("primary", isPrimary)
    json.member("kind", state.kind.rawValue)
    json.member("state", status.name)
    json.member("message", status.text)
    json.member("switchedOn", state.switchedOn)
    json.member("lastDelivery", state.lastDelivery)
    json.member("tenant", state.tenant)
    if let failure = state.failure {
      json.member("error", failure.reason.rawValue)
      json.member("errorSince", failure.since)
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
    page.fact("state", status.text)
    page.fact("since", state.switchedOn.map(Quantity.time))
    page.fact("tenant", state.tenant)
    page.fact("devices", Quantity.count(deviceCount))
    page.fact("alerts", "\(Quantity.count(alertCount)), \(Quantity.count(openCount)) open")
    return page.lines
  }
}
