import Evidence
import Foundation
import Workspaces

/// An answer about a fleet, for people and for programs.
public protocol DevicesReport {
  /// One JSON object.
  var json: String { get }
  func lines(usesColour: Bool) -> [String]
}

extension Fleet {
  /// The fleet that a command is to use: a workspace's, a file's, or both joined.
  public static func find(_ named: String?, inventory: String?, at text: String?) throws -> Fleet {
    var now = WallClock.now()
    if let text {
      guard let moment = moment(text) else {
        throw Failure(
          "--at '\(text)': is no UTC time such as 2026-11-21T03:00:00Z", code: .configuration)
      }
      now = moment
    }
    // A file stands alone where no workspace is named or primary.
    let folder =
      inventory == nil ? try WorkspaceFolder.find(named) : try WorkspaceFolder.findAny(named)
    return try Fleet(folder, file: inventory, now: now)
  }

  /// A moment, or a date at its beginning.
  static func moment(_ text: String) -> Instant? {
    Instant(iso8601: text) ?? Instant(iso8601: text + "T00:00:00Z")
  }
}

extension JSONWriter {
  mutating func members(of findings: [FleetFinding]) {
    key("findings")
    beginArray()
    for finding in findings {
      beginObject()
      member("rule", finding.rule)
      member("subject", finding.subject)
      member("text", finding.text)
      endObject()
    }
    endArray()
  }

  mutating func member(_ name: String, _ tile: Tile) {
    key(name)
    beginObject()
    member("count", tile.count)
    member("of", tile.base)
    member("percent", tile.base == 0 ? nil : tile.percent)
    member("base", tile.baseText)
    endObject()
  }

  mutating func member(_ name: String, list: [String]) {
    key(name)
    beginArray()
    for text in list { value(text) }
    endArray()
  }
}

extension Page {
  mutating func findings(_ findings: [FleetFinding]) {
    list("Findings", findings.map { "\($0.subject): \($0.text) (\($0.rule))" })
  }
}

/// `crosswatch devices health`: two tiles, each with its own base (rules R73 to R75, R162, R163).
public struct HealthReport: DevicesReport {
  private let fleet: Fleet
  private let health: FleetHealth

  public init(_ fleet: Fleet) {
    self.fleet = fleet
    health = fleet.inventory.health(at: fleet.now)
  }

  public var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.member("at", fleet.now)
    if let deployment = health.deployment {
      json.member("deployment", deployment)
    } else {
      json.member("message", FleetHealth.nothingDeployed)
    }
    json.key("health")
    json.beginObject()
    for state in health.states { json.member(state.state.rawValue, state.tile) }
    json.endObject()
    json.key("devices")
    json.beginArray()
    for device in fleet.inventory.devices {
      json.beginObject()
      json.member("name", device.name)
      json.member("eligible", fleet.inventory.isEligible(device))
      json.member("onboarded", device.isOnboarded)
      json.member("health", AgentHealth(device, at: fleet.now)?.rawValue)
      json.member("lastData", device.agent?.lastData)
      json.endObject()
    }
    json.endArray()
    json.endObject()
    return json.text
  }

  public func lines(usesColour: Bool) -> [String] {
    var page = Page(usesColour: usesColour)
    page.title("Agents at \(Quantity.time(fleet.now))")
    if let deployment = health.deployment {
      page.fact("deployment", "\(deployment.text), of \(deployment.baseText)")
    } else {
      page.fact("deployment", FleetHealth.nothingDeployed)
    }
    for (state, tile) in health.states {
      page.fact(state.rawValue, "\(tile.text), of \(tile.baseText): \(state.text)")
    }
    var table = Table([.init("Device"), .init("System"), .init("State"), .init("Last data")])
    for device in fleet.inventory.devices {
      guard let state = AgentHealth(device, at: fleet.now), state != .healthy else { continue }
      table.add([
        .init(device.name), .init(device.system.text), .init(state.rawValue, .yellow),
        .init(device.agent?.lastData.map(Quantity.time) ?? "never"),
      ])
    }
    page.table("Not healthy", table)
    return page.lines
  }
}

/// `crosswatch devices readiness`: what is missing before access follows risk (rules R79, R170).
public struct ReadinessReport: DevicesReport {
  private let fleet: Fleet
  private let readiness: Readiness
  private let findings: [FleetFinding]

  public init(_ fleet: Fleet) {
    self.fleet = fleet
    readiness = fleet.inventory.readiness()
    findings =
      fleet.findings + fleet.inventory.classicPolicyFindings() + fleet.inventory.conflicts()
  }

  public var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.member("ready", readiness.isReady)
    json.member("connection", fleet.inventory.connectionText)
    write("prerequisites", readiness.prerequisites, to: &json)
    write("parts", readiness.parts, to: &json)
    json.key("profiles")
    json.beginObject()
    for (kind, names) in fleet.inventory.profilesByKind() where !names.isEmpty {
      json.member(kind.rawValue, names)
    }
    json.endObject()
    json.members(of: findings)
    json.key("links")
    json.beginObject()
    for link in HelpLink.allCases { json.member(link.rawValue, link.address) }
    json.endObject()
    json.endObject()
    return json.text
  }

  private func write(_ name: String, _ checks: [Readiness.Check], to json: inout JSONWriter) {
    json.key(name)
    json.beginArray()
    for check in checks {
      json.beginObject()
      json.member("name", check.name)
      json.member("met", check.isMet)
      json.member("text", check.text)
      json.endObject()
    }
    json.endArray()
  }

  public func lines(usesColour: Bool) -> [String] {
    var page = Page(usesColour: usesColour)
    page.title(readiness.isReady ? "Ready: access follows risk" : "Not ready")
    for (title, checks) in [
      ("Prerequisites", readiness.prerequisites), ("Parts", readiness.parts),
    ] {
      var table = Table([.init(""), .init(""), .init("")])
      for check in checks {
        table.add([
          .init(check.isMet ? "met" : "not met", check.isMet ? .green : .red), .init(check.name),
          .init(check.text),
        ])
      }
      page.table(title, table)
    }
    page.findings(findings)
    page.list("Help", HelpLink.allCases.map { "\($0.text): \($0.address)" })
    return page.lines
  }
}
