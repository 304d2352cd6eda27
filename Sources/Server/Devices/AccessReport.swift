import Connectors
import Evidence
import Foundation
import Store
import Workspaces

/// `crosswatch devices access`: who is let in from which device, and why: risk, compliance, access.
public struct AccessReport: DevicesReport {
  /// What is asked.
  public struct Question: Sendable {
    var device: String?
    var user: String?
    var app: String?
    var client: AccessPolicy.Client?

    public init(device: String?, user: String?, app: String?, client: String?) throws {
      self.device = device
      self.user = user
      self.app = app
      guard let client else { return }
      guard let known = AccessPolicy.Client(rawValue: client) else {
        let all = AccessPolicy.Client.allCases.map(\.rawValue).joined(separator: ", ")
        throw Failure("--client '\(client)': must be one of \(all)", code: .configuration)
      }
      self.client = known
    }
  }

  /// A device with every decision about it.
  private struct Row {
    var device: FleetDevice
    var decisions: [AccessDecision]
    /// The other devices of its user, with the identity alerts that lead there.
    var others: [(device: FleetDevice, alerts: [Alert])] = []
    /// What the endpoint side raised on it, newest first.
    var endpointAlerts: [EndpointAlert] = []

    /// One word for all decisions.
    var verdict: String {
      let verdicts = Set(decisions.map(\.verdict))
      guard let only = verdicts.first, verdicts.count == 1 else { return "partly blocked" }
      return only.rawValue
    }
  }

  private let fleet: Fleet
  private let rows: [Row]
  private let isOne: Bool

  /// Alerts that are looked through.
  private static let limit = 100_000

  public init(_ fleet: Fleet, _ question: Question) throws {
    self.fleet = fleet
    let inventory = fleet.inventory
    isOne = question.device != nil
    var devices = inventory.devices
    if let wanted = question.device {
      guard let found = inventory.device(named: wanted) else {
        throw Failure(
          "no device '\(wanted)' in the inventory; 'crosswatch devices onboarding' lists them")
      }
      devices = [found]
    }
    let apps = question.app.map { [$0] } ?? AccessReport.apps(inventory)
    let clients = question.client.map { [$0] } ?? AccessPolicy.Client.allCases
    var rows = devices.map { device in
      Row(
        device: device,
        decisions: apps.flatMap { app in
          clients.map { client in
            inventory.access(
              AccessRequest(
                user: question.user ?? device.user ?? "", device: device.name, app: app,
                client: client))
          }
        })
    }
    if isOne, let device = devices.first, let folder = fleet.folder,
      FileManager.default.fileExists(atPath: folder.databasePath)
    {
      let store = try folder.questions()
      let alerts = try store.alerts(limit: AccessReport.limit)
      rows[0].others = inventory.otherDevices(ofUserOf: device).map { other in
        (other, alerts.filter { AccessReport.leads($0, to: other, of: device) })
      }
      rows[0].endpointAlerts = try store.endpointAlerts(limit: AccessReport.limit)
        .compactMap { try DefenderForEndpoint.alert(json: $0.json) }
        .filter { $0.deviceID != nil && $0.deviceID?.lowercased() == device.endpointID }
        .sorted { ($0.time ?? fleet.now, $0.id) < ($1.time ?? fleet.now, $1.id) }
    } else if isOne, let device = devices.first {
      rows[0].others = inventory.otherDevices(ofUserOf: device).map { ($0, []) }
    }
    self.rows = rows
  }

  /// The apps that policies name; where they name none, any.
  private static func apps(_ inventory: Inventory) -> [String] {
    var apps: [String] = []
    for app in inventory.accessPolicies.flatMap(\.apps) where !apps.contains(app) {
      apps.append(app)
    }
    return apps.isEmpty ? ["any app"] : apps
  }

  /// Whether an identity alert is the step from a device's user to another of the user's devices: it
  /// comes from there, or aims there, under that account (rule R148).
  private static func leads(_ alert: Alert, to other: FleetDevice, of device: FleetDevice) -> Bool {
    let user = device.user?.lowercased()
    let isUser = alert.accounts.contains { $0.name.lowercased() == user }
    let isSource = alert.sources.contains { source in
      other.addresses.contains(source.address)
        || source.computer.map { isName($0, of: other) } == true
    }
    let isTarget = alert.targets.contains { isName($0.name, of: other) }
    return isUser && isSource || isTarget
  }

  private static func isName(_ name: String, of device: FleetDevice) -> Bool {
    ComputerName(name)?.short == ComputerName(device.name)?.short
  }

  // MARK: - Output

  public var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.key("devices")
    json.beginArray()
    for row in rows { write(row, to: &json) }
    json.endArray()
    json.endObject()
    return json.text
  }

  private func write(_ row: Row, to json: inout JSONWriter) {
    json.beginObject()
    json.member("name", row.device.name)
    json.member("user", row.decisions.first?.request.user)
    json.member("risk", row.device.risk?.rawValue)
    json.member("compliance", row.decisions.first?.compliance.name)
    json.member("complianceReason", row.decisions.first?.compliance.reason)
    json.member("access", row.verdict)
    json.member("report", fleet.links[row.device.name])
    json.key("decisions")
    json.beginArray()
    for decision in row.decisions {
      json.beginObject()
      json.member("app", decision.request.app)
      json.member("client", decision.request.client.rawValue)
      json.member("access", decision.verdict.rawValue)
      json.member("policy", decision.policy)
      json.member("reason", decision.reason)
      json.endObject()
    }
    json.endArray()
    if isOne {
      json.member("endpointAlerts", row.endpointAlerts.map(\.title))
      json.key("otherDevices")
      json.beginArray()
      for (device, alerts) in row.others {
        json.beginObject()
        json.member("name", device.name)
        json.member("risk", device.risk?.rawValue)
        json.key("alerts")
        json.beginArray()
        for alert in alerts { alert.write(to: &json) }
        json.endArray()
        json.endObject()
      }
      json.endArray()
    }
    json.endObject()
  }

  public func lines(usesColour: Bool) -> [String] {
    if isOne, let row = rows.first { return page(row, usesColour: usesColour) }
    var table = Table([
      .init("Device"), .init("User"), .init("Risk"), .init("Compliance"), .init("Access"),
      .init("Why"),
    ])
    for row in rows {
      guard let decision = row.decisions.first else { continue }
      table.add([
        .init(row.device.name), .init(decision.request.user),
        .init(row.device.risk?.rawValue ?? "-"),
        .init(decision.compliance.name, ComplianceReport.style(decision.compliance)),
        .init(row.verdict, row.verdict == "blocked" ? .green : .plain), .init(decision.reason),
      ])
    }
    return table.lines(usesColour: usesColour)
  }

  private func page(_ row: Row, usesColour: Bool) -> [String] {
    var page = Page(usesColour: usesColour)
    page.title(row.device.name)
    page.fact("user", row.decisions.first?.request.user)
    page.fact("1 risk", row.decisions.first?.risk)
    if let compliance = row.decisions.first?.compliance {
      page.fact("2 compliance", "\(compliance.name): \(compliance.reason)")
    }
    page.fact("3 access", row.verdict)
    page.fact("report", fleet.links[row.device.name])
    page.list(
      "Endpoint alerts",
      row.endpointAlerts.map { alert in
        "\(alert.time.map(Quantity.time) ?? "-")  \(alert.severity)  \(alert.title)"
      })
    var table = Table([.init("App"), .init("Client"), .init("Access"), .init("Why")])
    for decision in row.decisions {
      table.add([
        .init(decision.request.app), .init(decision.request.client.rawValue),
        .init(decision.verdict.rawValue), .init(decision.reason),
      ])
    }
    page.table("Access", table)
    page.list(
      "Where it can spread: other devices of \(row.device.user ?? "")",
      row.others.flatMap { device, alerts in
        alerts.isEmpty
          ? ["\(device.name): no identity alert leads there"]
          : alerts.map { alert in
            "\(device.name): \(alert.title) (\(alert.severity.name)), "
              + "\(Quantity.time(alert.firstSeen)), from \(Badge.first(alert.sources.map(Badge.text)))"
              + " to \(Badge.first(alert.targets.map(Badge.text)))"
          }
      })
    return page.lines
  }
}
