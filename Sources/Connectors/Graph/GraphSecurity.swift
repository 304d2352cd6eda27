import Evidence
import Foundation
public import Workspaces

/// Alerts of Microsoft Graph security (`alerts_v2`), put into the shape of Defender for Endpoint.
///
/// Devices come with the alerts that name them, as evidence: there is no list of them here. The
/// original document is kept under `original`.
public enum GraphSecurity: Connector {
  public static let title = "Microsoft Graph security alerts"
  public static let kind: IntegrationKind? = .defenderForEndpoint
  public static let defaultAPI = "https://graph.microsoft.com"

  public static func api(
    _ settings: EndpointSettings, pace: Pace = .real, patience: Patience = Patience()
  ) -> EndpointAPI {
    EndpointAPI(settings: settings, dialect: GraphDialect(), pace: pace, patience: patience)
  }
}

/// How Graph is asked.
struct GraphDialect: EndpointDialect {
  let title = GraphSecurity.title
  let scope = "https://graph.microsoft.com/.default"
  let roles = ["SecurityAlert.Read.All"]

  func first(_ cursor: SyncCursor) -> String {
    "/v1.0/security/alerts_v2?$top=\(EndpointAPI.pageSize)"
      + filter("lastUpdateDateTime", cursor)
  }

  func goesOn(after stage: SyncCursor.Stage) -> Bool { false }

  func add(
    _ document: JSONFields, _ settings: EndpointSettings, to page: inout EndpointPage
  ) throws {
    do {
      try DefenderForEndpoint.refuseOtherTenant(document, settings.tenant)
      let shaped = GraphAlert(document)
      for device in try shaped.devices() {
        page.devices.append(
          DefenderForEndpoint.Document(value: try Device(device), json: try device.json()))
      }
      let alert = try shaped.alert()
      page.alerts.append(
        DefenderForEndpoint.Document(value: try EndpointAlert(alert), json: try alert.json()))
    } catch let failure as ConnectorFailure {
      page.damage.append(failure.description)
    }
  }
}

/// An alert of Graph, read as one of Defender for Endpoint.
struct GraphAlert {
  private let fields: JSONFields

  init(_ fields: JSONFields) { self.fields = fields }

  /// Words that begin with a lower-case letter here and with a capital there.
  private func capitalized(_ text: String?) -> String? {
    guard let text, let first = text.first else { return nil }
    return first.uppercased() + text.dropFirst()
  }

  /// The first of some members that is there.
  private func first(of names: [String]) throws(ConnectorFailure) -> String? {
    for name in names {
      if let text = try fields.text(name) { return text }
    }
    return nil
  }

  func alert() throws(ConnectorFailure) -> JSONFields {
    // The source's own identity: Graph's has a prefix for each product.
    let id = try first(of: ["providerAlertId", "id"])
    let device = try evidence("deviceEvidence").first
    var shaped: [String: Any] = [:]
    shaped["id"] = id
    shaped["title"] = try fields.text("title")
    shaped["severity"] = capitalized(try fields.text("severity")) ?? "Unknown"
    shaped["status"] = capitalized(try fields.text("status")) ?? "Unknown"
    shaped["category"] = try fields.text("category")
    shaped["classification"] = capitalized(try fields.text("classification"))
    shaped["determination"] = try determination()
    shaped["detectionSource"] = try first(of: ["serviceSource", "detectionSource"])
    shaped["alertCreationTime"] = try fields.text("createdDateTime")
    shaped["firstEventTime"] = try fields.text("firstActivityDateTime")
    shaped["lastEventTime"] = try fields.text("lastActivityDateTime")
    shaped["lastUpdateTime"] = try fields.text("lastUpdateDateTime")
    shaped["mitreTechniques"] = try fields.texts("mitreTechniques")
    shaped["aadTenantId"] = try fields.text("tenantId")
    shaped["recommendedAction"] = try fields.text("recommendedActions")
    shaped["actorName"] = try fields.text("actorDisplayName")
    shaped["machineId"] = try device?.text("mdeDeviceId")
    shaped["computerDnsName"] = try device?.text("deviceDnsName")
    shaped["evidence"] = try evidenceOfOthers()
    shaped["original"] = fields.object
    return fields.replaced(shaped)
  }

  /// Two tables of the documentation name the same things differently: both are read.
  private func determination() throws(ConnectorFailure) -> String? {
    let word = try fields.text("determination")
    let twins = [
      "compromisedAccount": "CompromisedUser", "notMalicious": "Clean",
      "notEnoughDataToValidate": "InsufficientData", "confirmedActivity": "ConfirmedUserActivity",
    ]
    return word.flatMap { twins[$0] } ?? capitalized(word)
  }

  func devices() throws(ConnectorFailure) -> [JSONFields] {
    var devices: [JSONFields] = []
    for piece in try evidence("deviceEvidence") {
      guard let id = try piece.text("mdeDeviceId") else { continue }
      var shaped: [String: Any] = ["id": id]
      shaped["computerDnsName"] = try piece.text("deviceDnsName")
      shaped["aadDeviceId"] = try piece.text("azureAdDeviceId")
      shaped["firstSeen"] = try piece.text("firstSeenDateTime")
      // A device is as old as the latest alert that shows it.
      shaped["lastSeen"] = try first(of: ["lastUpdateDateTime", "createdDateTime"])
      shaped["osPlatform"] = try piece.text("osPlatform")
      shaped["version"] = try piece.text("version")
      shaped["healthStatus"] = capitalized(try piece.text("healthStatus"))
      shaped["riskScore"] = capitalized(try piece.text("riskScore"))
      shaped["onboardingStatus"] = capitalized(try piece.text("onboardingStatus"))
      let interfaces = try piece.texts("ipInterfaces")
      shaped["ipAddresses"] = interfaces.map { ["ipAddress": $0] }
      devices.append(fields.replaced(shaped))
    }
    return devices
  }

  private func evidence(_ type: String) throws(ConnectorFailure) -> [JSONFields] {
    var found: [JSONFields] = []
    for piece in try fields.objects("evidence") {
      let name = try piece.text("@odata.type") ?? ""
      if name.hasSuffix(".\(type)") { found.append(piece) }
    }
    return found
  }

  /// Users, processes, files, addresses and the rest, in the shape of the other API.
  private func evidenceOfOthers() throws(ConnectorFailure) -> [[String: Any]] {
    var shaped: [[String: Any]] = []
    for piece in try fields.objects("evidence") {
      let name = try piece.text("@odata.type") ?? ""
      let type = name.split(separator: ".").last.map(String.init) ?? ""
      var one: [String: Any] = [:]
      switch type {
      case "deviceEvidence": continue
      case "userEvidence":
        guard let account = try piece.object("userAccount") else { continue }
        one = ["entityType": "User"]
        one["accountName"] = try account.text("accountName")
        one["domainName"] = try account.text("domainName")
        one["userSid"] = try account.text("userSid")
        one["aadUserId"] = try account.text("azureAdUserId")
        one["userPrincipalName"] = try account.text("userPrincipalName")
      case "ipEvidence":
        one = ["entityType": "Ip"]
        one["ipAddress"] = try piece.text("ipAddress")
      case "processEvidence":
        one = ["entityType": "Process"]
        one["processCommandLine"] = try piece.text("processCommandLine")
      case "fileEvidence":
        one = ["entityType": "File"]
        let details = try piece.object("fileDetails")
        one["fileName"] = try details?.text("fileName")
        one["filePath"] = try details?.text("filePath")
        one["sha256"] = try details?.text("sha256")
      case "registryKeyEvidence":
        one = ["entityType": "Registry"]
        one["registryKey"] = try piece.text("registryKey")
      case "urlEvidence":
        one = ["entityType": "Url"]
        one["url"] = try piece.text("url")
      default: one = ["entityType": type]
      }
      shaped.append(one)
    }
    return shaped
  }
}
