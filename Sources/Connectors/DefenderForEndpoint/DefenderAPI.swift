import Evidence
import Workspaces

extension DefenderForEndpoint {
  public static let defaultAPI = "https://api.securitycenter.microsoft.com"

  /// The API of Defender for Endpoint: alerts with their evidence, then machines.
  public static func api(
    _ settings: EndpointSettings, pace: Pace = .real, patience: Patience = Patience()
  ) -> EndpointAPI {
    EndpointAPI(settings: settings, dialect: DefenderDialect(), pace: pace, patience: patience)
  }
}

/// How Defender for Endpoint is asked.
struct DefenderDialect: EndpointDialect {
  let title = DefenderForEndpoint.title
  let scope = "https://api.securitycenter.microsoft.com/.default"
  let roles = ["Alert.Read.All", "Machine.Read.All"]

  func first(_ cursor: SyncCursor) -> String {
    switch cursor.stage {
    // Without the expansion evidence is an empty list.
    case .alerts:
      "/api/alerts?$expand=evidence&$top=\(EndpointAPI.pageSize)\(filter("lastUpdateTime", cursor))"
    // All of them: a machine's risk changes without a new report of its own.
    case .devices: "/api/machines?$top=\(EndpointAPI.pageSize)"
    }
  }

  func goesOn(after stage: SyncCursor.Stage) -> Bool { stage == .alerts }

  func add(
    _ document: JSONFields, _ settings: EndpointSettings, to page: inout EndpointPage
  ) throws {
    do {
      switch page.cursor.stage {
      case .alerts:
        try DefenderForEndpoint.refuseOtherTenant(document, settings.tenant)
        page.alerts.append(
          DefenderForEndpoint.Document(
            value: try EndpointAlert(document), json: try document.json()))
      case .devices:
        page.devices.append(
          DefenderForEndpoint.Document(value: try Device(document), json: try document.json()))
      }
    } catch let failure as ConnectorFailure {
      page.damage.append(failure.description)
    }
  }
}

extension DefenderForEndpoint {
  /// Refuses a document that says it is of another tenant (rules R17 and R36).
  static func refuseOtherTenant(_ document: JSONFields, _ tenant: String) throws {
    let named = try document.text("aadTenantId") ?? document.text("tenantId")
    guard let named, named.lowercased() != tenant.lowercased() else { return }
    throw EndpointFailure(
      .wrongTenant, "a document is of tenant \(named.prefix(64)), the integration of \(tenant)")
  }
}
