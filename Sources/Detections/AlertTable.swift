import Evidence

/// Findings folded into alerts: one for each detection, identity and folding window.
struct AlertTable: Sendable {
  /// Alerts held at once, of some 10 kB each with all parts: 8192 of them stay under 80 MB.
  static let alertLimit = 8192
  /// Parts of one alert: what a person can read through; `count` says how many there were.
  static let evidenceLimit = 64
  static let partyLimit = 64

  private(set) var evictions: UInt64 = 0
  private var alerts: [String: Alert] = [:]
  private var changed: Set<String> = []
  private let workspace: String?

  init(workspace: String?) { self.workspace = workspace }

  var all: [Alert] { alerts.values.sorted(by: Alert.isListedBefore) }

  /// The alerts that were raised or grew since the last call.
  mutating func takeChanged() -> [Alert] {
    let taken = changed.compactMap { alerts[$0] }.sorted(by: Alert.isListedBefore)
    changed.removeAll(keepingCapacity: true)
    return taken
  }

  mutating func fold(
    _ finding: Finding, _ card: Card, _ sensitivity: Sensitivity, _ captures: [String]
  ) {
    let id = AlertTable.identity(of: finding, card)
    if alerts[id] == nil {
      if alerts.count >= AlertTable.alertLimit { evict() }
      alerts[id] = begin(finding, card, sensitivity, id)
    }
    alerts[id]?.add(finding, captures)
    changed.insert(id)
  }

  /// A hash of what the alert is about: never of a file, a packet or a count.
  private static func identity(of finding: Finding, _ card: Card) -> String {
    var hash = StableHash()
    hash.add(card.slug)
    if card.identity.contains(.source), let source = finding.sources.first {
      hash.add("source")
      hash.add(source.address.high)
      hash.add(source.address.low)
    }
    if card.identity.contains(.account), let account = finding.accounts.first {
      hash.add("account")
      hash.add(AccountName(name: account.name, domain: "").key)
    }
    if card.identity.contains(.target), let target = finding.targets.first {
      hash.add("target")
      hash.add(target.kind.rawValue)
      hash.add(target.name.lowercased())
    }
    let length = max(1, card.folding.nanoseconds)
    let time = finding.time.nanoseconds
    let into = time % length
    hash.add((time &- (into < 0 ? into &+ length : into)) as Int64)
    return "al_" + hash.text()
  }

  private func begin(
    _ finding: Finding, _ card: Card, _ sensitivity: Sensitivity, _ id: String
  ) -> Alert {
    var alert = Alert(
      id: id, detection: card.slug, title: card.title, severity: finding.severity,
      confidence: finding.confidence, phase: card.phase, firstSeen: finding.time,
      lastSeen: finding.time)
    alert.count = 0
    alert.techniques = card.techniques
    alert.aliases = card.aliases
    alert.workspace = workspace
    alert.lookalikes = card.lookalikes
    alert.nextSteps = card.nextSteps
    alert.settings = [Alert.Setting(name: "sensitivity", value: sensitivity.rawValue)]
    return alert
  }

  /// Lets the eighth of the alerts go that did not grow for the longest.
  private mutating func evict() {
    let resting = alerts.values.sorted {
      $0.lastSeen == $1.lastSeen ? $0.id < $1.id : $0.lastSeen < $1.lastSeen
    }
    for alert in resting.prefix(AlertTable.alertLimit / 8) {
      alerts[alert.id] = nil
      changed.remove(alert.id)
      evictions += 1
    }
  }
}

extension Alert {
  fileprivate mutating func add(_ finding: Finding, _ captures: [String]) {
    count += finding.count
    severity = max(severity, finding.severity)
    confidence = max(confidence, finding.confidence)
    explanation = finding.explanation
    for piece in finding.pieces where !piece.isBackground { firstSeen = min(firstSeen, piece.time) }
    firstSeen = min(firstSeen, finding.time)
    lastSeen = max(lastSeen, finding.time)
    for source in finding.sources { join(source) }
    for account in finding.accounts { join(account) }
    for target in finding.targets
    where targets.count < AlertTable.partyLimit && !targets.contains(target) {
      targets.append(target)
    }
    for piece in finding.pieces where evidence.count < AlertTable.evidenceLimit {
      let capture = Int(piece.proof.capture)
      evidence.append(
        Piece(
          capture: captures.indices.contains(capture) ? captures[capture] : "",
          packets: piece.proof.packets, time: piece.time, summary: piece.summary))
    }
  }

  /// One entry an address: what is known of its computer later completes it.
  private mutating func join(_ source: Source) {
    if let index = sources.firstIndex(where: { $0.address == source.address }) {
      if (source.certainty?.order ?? 0) > (sources[index].certainty?.order ?? 0) {
        sources[index] = source
      }
    } else if sources.count < AlertTable.partyLimit {
      sources.append(source)
    }
  }

  /// One entry an account: a SID or a domain that is known later completes it.
  private mutating func join(_ account: Account) {
    let key = AccountName(name: account.name, domain: "").key
    if let index = accounts.firstIndex(where: { AccountName(name: $0.name, domain: "").key == key })
    {
      accounts[index].domain = accounts[index].domain ?? account.domain
      accounts[index].sid = accounts[index].sid ?? account.sid
    } else if accounts.count < AlertTable.partyLimit {
      accounts.append(account)
    }
  }
}

extension Certainty {
  fileprivate var order: Int {
    switch self {
    case .low: 1
    case .medium: 2
    case .high: 3
    }
  }
}
