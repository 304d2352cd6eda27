public import Evidence

/// Puts alerts together that belong together: those that share a source, an acting account, or the
/// computer or user that the endpoint side saw, within a day (rule R41).
public enum Incidents {
  /// How far apart two alerts of one incident may lie.
  public static let window = Instant.Span.hours(24)

  /// The incidents of alerts, ordered by their beginning; an alert alone is one too.
  ///
  /// Alerts are taken in the order of their beginning, so an incident that grows keeps its identity.
  /// Of the endpoint side only alerts that name a computer or user are taken: alone they are no
  /// incident of ours, as that side has its own list.
  public static func of(_ alerts: [Alert], endpoint: [EndpointAlert] = []) -> [Incident] {
    let members = (alerts.map(Member.init) + endpoint.compactMap(Member.init))
      .sorted(by: Member.isBefore)
    var groups = DisjointGroups(count: members.count)
    var lastByKey: [String: (index: Int, end: Instant)] = [:]
    for (index, member) in members.enumerated() {
      for key in member.keys {
        if let last = lastByKey[key], member.firstSeen.since(last.end) <= window {
          groups.join(last.index, index)
        }
        let end = max(member.lastSeen, lastByKey[key]?.end ?? member.lastSeen)
        lastByKey[key] = (index, end)
      }
    }
    var grouped: [Int: [Member]] = [:]
    for (index, member) in members.enumerated() {
      grouped[groups.root(index), default: []].append(member)
    }
    return grouped.values.compactMap(incident).sorted { left, right in
      left.firstSeen == right.firstSeen ? left.id < right.id : left.firstSeen < right.firstSeen
    }
  }

  /// Nil for what the endpoint side alone saw.
  private static func incident(_ members: [Member]) -> Incident? {
    guard let first = members.first, let own = members.first(where: { $0.side == .identity })
    else { return nil }
    let (severity, reason) = severity(members)
    let end = members.map(\.lastSeen).max() ?? first.lastSeen
    var hash = StableHash()
    hash.add("incident")
    // The first of our own alerts: the other side's may come days later.
    hash.add(own.id)
    var incident = Incident(
      id: "in_" + hash.text(), title: title(members), severity: severity,
      firstSeen: first.firstSeen, lastSeen: end)
    incident.severityReason = reason
    incident.phases = Alert.Phase.allCases.filter { phase in
      members.contains { $0.phase == phase }
    }
    incident.entities = Set(members.flatMap(\.actors)).sorted()
    var told: Set<String> = []
    incident.story = members.map { member in
      var step = Incident.Step(
        alert: member.id, side: member.side, time: member.firstSeen,
        severity: member.severityWord, title: member.title)
      step.actors = member.actors
      step.joinedBy = member.keys.intersection(told).sorted()
      told.formUnion(member.keys)
      return step
    }
    return incident
  }

  /// The gravest one's; weak signs of both sides that agree are more than either.
  private static func severity(_ members: [Member]) -> (Alert.Severity, String?) {
    let gravest = members.map(\.severity).max() ?? .informational
    let isBothSided = Set(members.map(\.side)).count > 1
    guard isBothSided, gravest < .medium else { return (gravest, nil) }
    return (.medium, "weak signs of the identity and of the endpoint side agree")
  }

  /// The gravest alert's title, and where it came from.
  private static func title(_ members: [Member]) -> String {
    let severity = members.map(\.severity).max()
    guard let gravest = members.first(where: { $0.severity == severity }) else { return "" }
    let origin = gravest.actors.first.map { " from \($0)" } ?? ""
    let others = members.count - 1
    guard others > 0 else { return gravest.title + origin }
    return "\(gravest.title)\(origin), with \(others) other alert\(others == 1 ? "" : "s")"
  }
}

/// An alert of either side, and what it can share with others.
private struct Member {
  let id: String
  let side: Incident.Side
  let title: String
  let severity: Alert.Severity
  let severityWord: String
  let phase: Alert.Phase?
  let firstSeen: Instant
  let lastSeen: Instant
  /// Where it was done from, then in whose name, as people call them.
  let actors: [String]
  /// What alerts of one incident share.
  let keys: Set<String>

  // Targets are no keys: every attack on a domain has the same controllers as targets. Of alerts
  // that name many accounts these are the victims. Alerts of hygiene describe a state and join
  // nothing.
  init(_ alert: Alert) {
    id = alert.id
    side = .identity
    title = alert.title
    severity = alert.severity
    severityWord = alert.severity.name
    phase = alert.phase
    firstSeen = alert.firstSeen
    lastSeen = alert.lastSeen
    actors =
      alert.sources.map { $0.computer ?? $0.address.description } + alert.accounts.map(\.name)
    guard alert.phase != .hygiene else {
      keys = []
      return
    }
    let computers = alert.sources.map { source in
      source.computer.flatMap { Member.key(computer: $0) } ?? "address \(source.address)"
    }
    let victims = Set(
      alert.targets.filter { $0.kind == .account }.map { $0.name.lowercased() })
    let accounts = alert.accounts.filter { !victims.contains($0.name.lowercased()) }.flatMap {
      Member.keys(sid: $0.sid, name: $0.name, domain: $0.domain)
    }
    keys = Set(computers + accounts)
  }

  /// Nil where nothing says when or where it was.
  init?(_ alert: EndpointAlert) {
    guard let time = alert.firstEvent ?? alert.time, !alert.isFalsePositive else { return nil }
    id = alert.id
    side = .endpoint
    title = alert.title
    severity = Alert.Severity(name: alert.severity.lowercased()) ?? .informational
    severityWord = alert.severity.lowercased()
    phase = nil
    firstSeen = time
    lastSeen = max(time, alert.lastEvent ?? time)
    let users = alert.users.filter { !Member.isWellKnown($0) }
    actors = (alert.deviceName.map { [$0] } ?? []) + users.compactMap(\.name)
    let computer = alert.deviceName.flatMap { Member.key(computer: $0) }
    keys = Set(
      (computer.map { [$0] } ?? [])
        + users.flatMap { Member.keys(sid: $0.sid, name: $0.name, domain: $0.domain) })
    guard !keys.isEmpty else { return nil }
  }

  static func isBefore(_ left: Member, _ right: Member) -> Bool {
    left.firstSeen == right.firstSeen ? left.id < right.id : left.firstSeen < right.firstSeen
  }

  private static func key(computer name: String) -> String? {
    ComputerName(name).map { "computer \($0.short)" }
  }

  /// By SID and by domain and name, as one side may know only one of them.
  ///
  /// A name without a domain joins only others without one (pitfall P12).
  private static func keys(sid: String?, name: String?, domain: String?) -> [String] {
    var keys = sid.map { ["account \($0.uppercased())"] } ?? []
    if let name {
      let short = (domain ?? "").lowercased().prefix { $0 != "." }
      keys.append("account \(short)\\\(name.lowercased())")
    }
    return keys
  }

  /// The system's own accounts are on every computer (pitfall P17).
  private static func isWellKnown(_ user: EndpointUser) -> Bool {
    if let sid = user.sid {
      return ["S-1-5-18", "S-1-5-19", "S-1-5-20"].contains(sid.uppercased())
    }
    return user.domain?.lowercased() == "nt authority"
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
