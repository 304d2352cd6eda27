import Correlation
import Evidence
import Store

/// The entities of a replay: how many, and those with alerts of either side or a risk.
struct EntityOverview {
  /// Those that matter first.
  let remarkable: [Profile]
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
      // Without a workspace nothing but an alert makes an entity remarkable.
      guard !own.isEmpty || (folder != nil && records.count <= EntityOverview.badgeLimit) else {
        continue
      }
      let profile =
        query.map { $0.profile(of: record, alerts: own) }
        ?? Profile(
          Profile.Sources(
            record: record, knowledge: knowledge, alerts: own,
            matching: Matching(devices: [], alerts: []),
            integration: .incomplete("no database")))
      guard !profile.alerts.isEmpty || profile.endpoint.count > 0 || profile.risk.score > 0 else {
        continue
      }
      profiles.append(profile)
    }
    remarkable = profiles.sorted(by: EntityOverview.isListedBefore)
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
