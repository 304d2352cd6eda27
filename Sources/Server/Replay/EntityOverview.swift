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
    let index = NameIndex(alerts)
    var profiles: [Profile] = []
    for record in records {
      let entry = record.sid.flatMap { knowledge.directory.entry(sid: $0) }
      let own = index.places(of: record, entry).map { alerts[$0] }
      guard !own.isEmpty || records.count <= EntityOverview.badgeLimit else { continue }
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
}

/// Which alerts name what: of thousands of alerts, an entity is compared with the few that may mean
/// it.
private struct NameIndex {
  /// For each name or address, the places of the alerts that name it, ascending.
  private var places: [String: [Int]] = [:]

  init(_ alerts: [Alert]) {
    for (place, alert) in alerts.enumerated() {
      var names: Set<String> = []
      for source in alert.sources {
        names.insert(source.address.description)
        if let computer = source.computer { names.insert(NameIndex.label(computer)) }
      }
      for account in alert.accounts { names.insert(NameIndex.label(account.name)) }
      for target in alert.targets {
        names.insert(target.name.lowercased())
        names.insert(NameIndex.label(target.name))
      }
      for name in names { places[name, default: []].append(place) }
    }
  }

  /// The alerts that may be about an entity, ascending.
  func places(of record: EntityRecord, _ entry: DirectoryEntry?) -> [Int] {
    var names: Set<String> = [record.name.lowercased(), NameIndex.label(record.name)]
    for name in record.names { names.insert(NameIndex.label(name.name)) }
    for interval in record.addresses { names.insert(interval.address.description) }
    for service in entry?.servicePrincipalNames ?? [] { names.insert(service.lowercased()) }
    return Set(names.flatMap { places[$0] ?? [] }).sorted()
  }

  /// The first label of a host name, an account without its realm, a computer without its `$`.
  private static func label(_ name: String) -> String {
    let lower = name.lowercased()
    guard Address(lower) == nil else { return lower }
    return String(lower.prefix { $0 != "." && $0 != "@" && $0 != "$" })
  }
}
