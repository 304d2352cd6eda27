import Evidence
import Workspaces

/// `crosswatch devices compliance`: which devices are at or under the risk that policies allow.
public struct ComplianceReport: DevicesReport {
  private let fleet: Fleet
  private let rows: [(device: FleetDevice, compliance: Compliance)]

  public init(_ fleet: Fleet) {
    self.fleet = fleet
    rows = fleet.inventory.devices.map { ($0, fleet.inventory.compliance(of: $0)) }
  }

  public var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.key("devices")
    json.beginArray()
    for (device, compliance) in rows {
      json.beginObject()
      json.member("name", device.name)
      json.member("user", device.user)
      json.member("risk", device.risk?.rawValue)
      json.member("compliance", compliance.name)
      json.member("reason", compliance.reason)
      if case .notEvaluated(let rule, _, _) = compliance { json.member("rule", rule) }
      json.endObject()
    }
    json.endArray()
    json.key("policies")
    json.beginArray()
    for policy in fleet.inventory.complianceByPolicy() {
      json.beginObject()
      json.member("name", policy.policy)
      json.member("compliant", list: policy.compliant)
      json.member("nonCompliant", list: policy.nonCompliant)
      json.endObject()
    }
    json.endArray()
    json.endObject()
    return json.text
  }

  public func lines(usesColour: Bool) -> [String] {
    var table = Table([
      .init("Device"), .init("User"), .init("Risk"), .init("Compliance"), .init("Why"),
    ])
    for (device, compliance) in rows {
      table.add([
        .init(device.name), .init(device.user ?? ""), .init(device.risk?.rawValue ?? "-"),
        .init(compliance.name, ComplianceReport.style(compliance)), .init(compliance.reason),
      ])
    }
    return table.lines(usesColour: usesColour)
  }

  static func style(_ compliance: Compliance) -> Style {
    switch compliance {
    case .compliant: .green
    case .nonCompliant: .red
    case .notEvaluated: .dim
    }
  }
}
