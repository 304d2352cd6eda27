public import Evidence

/// Puts alerts together that belong together: those that share a source, an acting account, or where
/// one acts from what another was done to, within a day.
public enum Incidents {
  /// How far apart two alerts of one incident may lie.
  public static let window = Instant.Span.hours(24)

  /// Alerts of hygiene describe a state and join nothing.
  private static func joins(_ alert: Alert) -> Bool { alert.phase != .hygiene }

  /// The incidents of alerts, ordered by their beginning; an alert alone is one too.
  ///
  /// Alerts are taken in the order of their beginning, so an incident that grows keeps its identity.
  public static func of(_ alerts: [Alert]) -> [Incident] {
    let sorted = alerts.sorted(by: Alert.isListedBefore)
    var groups = DisjointGroups(count: sorted.count)
    var lastByKey: [String: (index: Int, end: Instant)] = [:]
    for (index, alert) in sorted.enumerated() where joins(alert) {
      for key in keys(alert) {
        if let last = lastByKey[key], alert.firstSeen.since(last.end) <= window {
          groups.join(last.index, index)
        }
        let end = max(alert.lastSeen, lastByKey[key]?.end ?? alert.lastSeen)
        lastByKey[key] = (index, end)
      }
    }
    var members: [Int: [Alert]] = [:]
    for (index, alert) in sorted.enumerated() {
      members[groups.root(index), default: []].append(alert)
    }
    return members.values.compactMap(incident).sorted { left, right in
      left.firstSeen == right.firstSeen ? left.id < right.id : left.firstSeen < right.firstSeen
    }
  }

  /// What an alert can share with others: who did it, and from where.
  ///
  /// Targets are no keys: every attack on a domain has the same controllers as targets. Of alerts
  /// that name many accounts these are the victims.
  private static func keys(_ alert: Alert) -> Set<String> {
    var keys: Set<String> = []
    for source in alert.sources {
      let computer = source.computer.flatMap { ComputerName($0) }
      keys.insert(computer.map { "computer \($0.short)" } ?? "address \(source.address)")
    }
    let targets = Set(
      alert.targets.filter { $0.kind == .account }.map { $0.name.lowercased() })
    for account in alert.accounts where !targets.contains(account.name.lowercased()) {
      let domain = account.domain?.lowercased().prefix { $0 != "." } ?? ""
      keys.insert(account.sid ?? "account \(domain)\\\(account.name.lowercased())")
    }
    return keys
  }

  private static func incident(_ alerts: [Alert]) -> Incident? {
    guard let first = alerts.first else { return nil }
    let severity = alerts.map(\.severity).max() ?? first.severity
    let end = alerts.map(\.lastSeen).max() ?? first.lastSeen
    var hash = StableHash()
    hash.add("incident")
    hash.add(first.id)
    var incident = Incident(
      id: "in_" + hash.text(), title: title(alerts, severity), severity: severity,
      firstSeen: first.firstSeen, lastSeen: end)
    incident.alerts = alerts.map(\.id)
    incident.phases = Alert.Phase.allCases.filter { phase in
      alerts.contains { $0.phase == phase }
    }
    var entities: Set<String> = []
    for alert in alerts {
      for source in alert.sources {
        entities.insert(source.computer ?? source.address.description)
      }
      for account in alert.accounts { entities.insert(account.name) }
    }
    incident.entities = entities.sorted()
    return incident
  }

  /// The gravest alert's title, and where it came from.
  private static func title(_ alerts: [Alert], _ severity: Alert.Severity) -> String {
    guard let gravest = alerts.first(where: { $0.severity == severity }) else { return "" }
    let source = gravest.sources.first.map { $0.computer ?? $0.address.description }
    let origin = source.map { " from \($0)" } ?? ""
    let others = alerts.count - 1
    guard others > 0 else { return gravest.title + origin }
    return "\(gravest.title)\(origin), with \(others) other alert\(others == 1 ? "" : "s")"
  }
}

/// Groups that are joined pairwise; the root of a group is its first member.
private struct DisjointGroups {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  mutating func root(_ index: Int) -> Int {
    var root = index
    while parents[root] != root { root = parents[root] }
    var step = index
    while parents[step] != root {
      let next = parents[step]
      parents[step] = root
      step = next
    }
    return root
  }

  mutating func join(_ left: Int, _ right: Int) {
    let (first, second) = (root(left), root(right))
    parents[max(first, second)] = min(first, second)
  }
}
