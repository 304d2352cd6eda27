import Connectors
import Correlation
import Evidence
import Store
import Workspaces

/// `crosswatch endpoint alerts`: the identity alerts of a device, as the endpoint side's page of that
/// device shows them (rules R28 to R30).
public struct DeviceAlerts {
  private let profile: Profile
  private let deviceID: String?
  private let portal: String

  /// Entities that are looked through for a device whose name nobody has.
  private static let entityLimit = 1_000_000

  /// The device by SID, host name, address or the endpoint side's identity; refused while either
  /// side's switch is off.
  public init(_ folder: WorkspaceFolder, device text: String) throws {
    let store = try folder.questions()
    let query = try ProfileQuery(folder, store)
    guard query.isIntegrated else {
      throw RuleViolation(
        rule: "R15",
        reason: "workspace '\(folder.name)' and the endpoint side are not connected: "
          + "'crosswatch endpoint status' says why")
    }
    if let id = DeviceAlerts.identity(text) {
      profile = try DeviceAlerts.profile(ofDevice: id, query, store)
      deviceID = id
    } else {
      profile = try query.profile(text)
      deviceID = query.device(of: profile)
    }
    portal = folder.workspace.portal ?? ""
  }

  /// The endpoint side's identity of a device, 40 hex digits, in lower case; nil for another text.
  private static func identity(_ text: String) -> String? {
    let isIdentity = text.utf8.count == 40 && text.allSatisfy(\.isHexDigit)
    return isIdentity ? text.lowercased() : nil
  }

  /// The entity that a device was found to be.
  private static func profile(
    ofDevice id: String, _ query: ProfileQuery, _ store: SQLiteStore
  ) throws -> Profile {
    for record in try store.entities(limit: entityLimit) where record.kind == .computer {
      guard query.isDevice(id, record) else { continue }
      return try query.profile(record.id)
    }
    throw Failure(
      "'\(id)': no computer that was seen is that device; 'crosswatch endpoint status' counts "
        + "those that are known")
  }

  private var worst: Alert.Severity? { profile.alerts.map(\.alert.severity).max() }

  /// The page of the entity; the alert is highlighted there, not opened in its stead (rule R29).
  private func link(alert: String? = nil) -> String {
    let page = "\(portal)/entities/\(profile.record.id)"
    return alert.map { "\(page)?alert=\($0)" } ?? page
  }

  /// The card and the alerts; without alerts the card has neither severity nor link (rule R30).
  public var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.member("device", deviceID)
    json.member("entity", profile.record.id)
    json.member("name", profile.record.name)
    json.member("sid", profile.record.sid ?? profile.entry?.sid)
    json.member("count", profile.alerts.count)
    if let worst {
      json.member("maxSeverity", worst.name)
      json.member("link", link())
      json.member("riskLevel", profile.risk.level.rawValue)
    }
    json.key("alerts")
    json.beginArray()
    for involved in profile.alerts {
      let alert = involved.alert
      json.beginObject()
      json.member("id", alert.id)
      json.member("detection", alert.detection)
      json.member("title", alert.title)
      json.member("severity", alert.severity.name)
      json.member("part", involved.part.rawValue)
      json.member("firstSeen", alert.firstSeen)
      json.member("lastSeen", alert.lastSeen)
      json.member("link", link(alert: alert.id))
      json.endObject()
    }
    json.endArray()
    json.endObject()
    return json.text
  }

  public func lines(usesColour: Bool) -> [String] {
    var page = Page(usesColour: usesColour)
    page.title(profile.record.name)
    page.fact("device", deviceID)
    page.fact("alerts", Quantity.count(profile.alerts.count))
    if let worst {
      page.fact("worst", worst.name)
      page.fact("page", link())
    }
    var table = Table([
      Table.Column("SEVERITY"), Table.Column("LAST SEEN"), Table.Column("DETECTION"),
      Table.Column("PAGE"),
    ])
    for involved in profile.alerts {
      table.add([
        Badge.cell(involved.alert.severity), Table.Cell(Quantity.time(involved.alert.lastSeen)),
        Table.Cell(involved.alert.detection, .bold), Table.Cell(link(alert: involved.alert.id)),
      ])
    }
    page.table("Identity alerts", table)
    return page.lines
  }
}
