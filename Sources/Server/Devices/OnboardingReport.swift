import Evidence
import Workspaces

/// `crosswatch devices onboarding`: which devices are not covered, and why.
public struct OnboardingReport: DevicesReport {
  private let fleet: Fleet
  private let rows: [(device: FleetDevice, coverage: DeviceCoverage)]
  private let forecasts: [CollectionForecast]
  private let findings: [FleetFinding]
  private let counts: [(state: DeviceCoverage.State, count: Int)]

  public init(_ fleet: Fleet, onlyMissing: Bool = false) {
    self.fleet = fleet
    let all = fleet.inventory.devices.map { ($0, fleet.inventory.coverage(of: $0)) }
    rows = all.filter { !onlyMissing || $0.1.state != .onboarded }
    counts = DeviceCoverage.State.allCases.map { state in
      (state, all.count { $0.1.state == state })
    }
    forecasts = fleet.inventory.forecasts()
    findings =
      fleet.findings + fleet.inventory.conflicts() + fleet.inventory.offboardingWarnings()
      + fleet.inventory.unassigned()
  }

  public var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.member("at", fleet.now)
    json.member("deployed", fleet.inventory.isOnboardingDeployed)
    json.key("counts")
    json.beginObject()
    for (state, count) in counts { json.member(state.rawValue, count) }
    json.endObject()
    json.key("devices")
    json.beginArray()
    for (device, coverage) in rows { write(device, coverage, to: &json) }
    json.endArray()
    json.key("collections")
    json.beginArray()
    for forecast in forecasts { write(forecast, to: &json) }
    json.endArray()
    json.member("onboardableInTotal", fleet.inventory.onboardableInTotal().count)
    json.key("policies")
    json.beginArray()
    for policy in fleet.inventory.policies {
      json.beginObject()
      json.member("name", policy.name)
      json.member("type", policy.kind.rawValue)
      json.member("status", policy.isDeployed ? "deployed" : "not deployed")
      json.member("samples", policy.samples?.rawValue)
      json.endObject()
    }
    json.endArray()
    json.members(of: findings)
    json.endObject()
    return json.text
  }

  private func write(_ device: FleetDevice, _ coverage: DeviceCoverage, to json: inout JSONWriter) {
    json.beginObject()
    json.member("name", device.name)
    json.member("system", device.system.text)
    json.member("class", OnboardingClass(device.system).name)
    let managers = DeviceManager.allCases.filter(device.managers.contains)
    json.member("managedBy", managers.map(\.rawValue))
    json.member("state", coverage.state.rawValue)
    json.member("by", coverage.by)
    json.member("source", coverage.source?.rawValue)
    json.key("reasons")
    json.beginArray()
    for reason in coverage.reasons {
      json.beginObject()
      json.member("rule", reason.rule)
      json.member("text", reason.text)
      json.endObject()
    }
    json.endArray()
    let checks = PackageChecks(device)
    json.key("checks")
    json.beginObject()
    json.member("communicates", checks.communicates)
    json.member("scans", checks.scans)
    json.member("reportsRisk", checks.reportsRisk)
    json.endObject()
    json.endObject()
  }

  private func write(_ forecast: CollectionForecast, to json: inout JSONWriter) {
    json.beginObject()
    json.member("collection", forecast.collection)
    json.member("policy", forecast.policy)
    json.member("upLevel", forecast.upLevelCount)
    json.member("downLevel", forecast.downLevelCount)
    json.member("unsupported", forecast.unsupportedCount)
    json.member("onboardable", list: forecast.onboardable)
    json.member("notOnboarded", list: forecast.left.map(\.device))
    json.endObject()
  }

  public func lines(usesColour: Bool) -> [String] {
    var page = Page(usesColour: usesColour)
    page.title("Onboarding at \(Quantity.time(fleet.now))")
    for (state, count) in counts where count > 0 {
      page.fact("devices", "\(Quantity.count(count)) \(state.rawValue)")
    }
    var table = Table([
      .init("Device"), .init("System"), .init("Class"), .init("State"), .init("Why"),
    ])
    for (device, coverage) in rows {
      table.add([
        .init(device.name), .init(device.system.text),
        .init(OnboardingClass(device.system).name),
        .init(coverage.state.rawValue, coverage.state == .onboarded ? .green : .yellow),
        .init(coverage.by.joined(separator: ", ")),
      ])
    }
    page.table("Devices", table)
    page.list(
      "Not covered, because",
      rows.flatMap { device, coverage in
        coverage.reasons.map { "\(device.name): \($0.text) (\($0.rule))" }
      })
    var collections = Table([
      .init("Collection"), .init("Policy"), .init("Up-level", .right),
      .init("Down-level", .right), .init("Onboardable", .right), .init("Left out", .right),
    ])
    for forecast in forecasts {
      collections.add([
        .init(forecast.collection), .init(forecast.policy), .init("\(forecast.upLevelCount)"),
        .init("\(forecast.downLevelCount)"), .init("\(forecast.onboardable.count)"),
        .init("\(forecast.left.count)"),
      ])
    }
    page.table("Collections", collections)
    page.findings(findings)
    return page.lines
  }
}
