import Correlation
import Evidence
import Store

/// The entities of a replay, those that matter first: each with its alerts, badge and risk.
struct EntityOverview {
  let profiles: [Profile]
  /// Entities by kind, in the order of the kinds.
  let counts: [(kind: EntityRecord.Kind, count: Int)]

  /// Entities whose badge is looked for: beyond it, only those that alerts name.
  private static let badgeLimit = 5000

  init(
    _ records: [EntityRecord], alerts: [Alert], folder: WorkspaceFolder?, store: SQLiteStore?
  ) throws {
    counts = EntityRecord.Kind.allCases.map { kind in
      (kind: kind, count: records.count { $0.kind == kind })
    }
    let query: ProfileQuery? =
      if let folder, let store { try ProfileQuery(folder, store) } else { nil }
    let knowledge = try folder.map { try $0.knowledge() } ?? Knowledge()
    let named = EntityOverview.names(in: alerts)
    var profiles: [Profile] = []
    for record in records {
      let isNamed = EntityOverview.isNamed(record, in: named)
      guard isNamed || records.count <= EntityOverview.badgeLimit else { continue }
      let own = isNamed ? alerts : []
      if let query {
        profiles.append(query.profile(of: record, alerts: own))
      } else {
        profiles.append(
          Profile(
            Profile.Sources(
              record: record, knowledge: knowledge, alerts: own,
              matching: Matching(devices: [], alerts: []),
              integration: .incomplete("no database"))))
      }
    }
    self.profiles = profiles.sorted(by: EntityOverview.isListedBefore)
  }

  /// Entities with alerts of either side, or a risk.
  var remarkable: [Profile] {
    profiles.filter { !$0.alerts.isEmpty || $0.endpoint.count > 0 || $0.risk.score > 0 }
  }

  private static func isListedBefore(_ left: Profile, _ right: Profile) -> Bool {
    if left.risk.score != right.risk.score { return left.risk.score > right.risk.score }
    if left.endpoint.count != right.endpoint.count {
      return left.endpoint.count > right.endpoint.count
    }
    if left.alerts.count != right.alerts.count { return left.alerts.count > right.alerts.count }
    let names = (left.record.name.lowercased(), right.record.name.lowercased())
    return names.0 == names.1 ? left.record.id < right.record.id : names.0 < names.1
  }

  private static func names(in alerts: [Alert]) -> Set<String> {
    var names: Set<String> = []
    for alert in alerts {
      for source in alert.sources {
        names.insert(source.address.description)
        if let computer = source.computer { names.insert(label(computer)) }
      }
      for account in alert.accounts { names.insert(label(account.name)) }
      for target in alert.targets {
        names.insert(target.name.lowercased())
        names.insert(label(target.name))
      }
    }
    return names
  }

  private static func isNamed(_ record: EntityRecord, in names: Set<String>) -> Bool {
    if names.contains(record.name.lowercased()) || names.contains(label(record.name)) {
      return true
    }
    return record.names.contains { names.contains(label($0.name)) }
      || record.addresses.contains { names.contains($0.address.description) }
  }

  /// The first label of a host name, an account without its realm, a computer without its `$`.
  private static func label(_ name: String) -> String {
    let lower = name.lowercased()
    guard Address(lower) == nil else { return lower }
    return String(lower.prefix { $0 != "." && $0 != "@" && $0 != "$" })
  }
}
