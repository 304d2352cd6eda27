public import Evidence

/// What the endpoint side has for a user.
public struct UserMatch: Hashable, Sendable {
  public var isMatched: Bool
  public var confidence: Double
  public var agreed: [Matching.Key]
  public var disagreed: [Matching.Key]
  /// Entra object identifier, where a document gives it.
  public var entraID: String?
  /// Alerts whose evidence names the user, newest first.
  public var alerts: [EndpointAlert]

  /// How it was matched, in words.
  public var explanation: String {
    "matched by \(agreed.map(\.rawValue).joined(separator: " and "))"
  }
}

extension Matching {
  /// What the endpoint side's documents say of a user of the directory.
  public func user(for user: EntityRecord, entry: DirectoryEntry? = nil) -> UserMatch {
    var match = UserMatch(
      isMatched: false, confidence: 0, agreed: [], disagreed: [], entraID: nil, alerts: [])
    var agreed: Set<Key> = []
    var disagreed: Set<Key> = []
    var keys = Matching.accountNames(of: user, entry)
    keys.formUnion(
      user.names.filter { $0.kind == .userPrincipalName }.map { $0.name.lowercased() })
    for key in [user.sid, entry?.sid, entry?.userPrincipalName] {
      if let key { keys.insert(key.lowercased()) }
    }
    for alert in alerts(namingUser: keys) {
      var isNamed = false
      for named in alert.users where !Matching.isNobody(named, on: alert.deviceName) {
        let result = compare(named, user, entry)
        if result.confidence > 0 || result.agreed.contains(.accountName) {
          disagreed.formUnion(result.disagreed)
        }
        guard result.confidence >= Matching.threshold else { continue }
        isNamed = true
        agreed.formUnion(result.agreed)
        match.confidence = max(match.confidence, result.confidence)
        if match.entraID == nil { match.entraID = named.entraID }
      }
      if isNamed { match.alerts.append(alert) }
    }
    match.isMatched = match.confidence >= Matching.threshold
    match.agreed = Key.allCases.filter(agreed.contains)
    match.disagreed = Key.allCases.filter(disagreed.contains)
    return match
  }

  private func compare(
    _ named: EndpointUser, _ user: EntityRecord, _ entry: DirectoryEntry?
  ) -> (confidence: Double, agreed: [Key], disagreed: [Key]) {
    var agreed: [Key] = []
    var disagreed: [Key] = []
    var confidence = 0.0
    if let sid = named.sid, let own = user.sid ?? entry?.sid {
      if sid.uppercased() == own.uppercased() {
        agreed.append(.sid)
        confidence = 1
      } else {
        disagreed.append(.sid)
      }
    }
    if let principal = named.principalName?.lowercased(), isPrincipal(principal, user, entry) {
      agreed.append(.principalName)
      confidence = max(confidence, 0.9)
    }
    if let name = named.name?.lowercased(), let domain = named.domain, let own = user.domain,
      Matching.accountNames(of: user, entry).contains(name)
    {
      if domains.canonical(domain) == domains.canonical(own) {
        agreed.append(.accountName)
        confidence = max(confidence, 0.85)
      } else {
        disagreed.append(.domain)
      }
    }
    // Another SID is another account, whatever its name: deleted and made again, or of another domain.
    if disagreed.contains(.sid) { confidence = 0 }
    return (confidence, agreed, disagreed)
  }

  private func isPrincipal(
    _ name: String, _ user: EntityRecord, _ entry: DirectoryEntry?
  ) -> Bool {
    entry?.userPrincipalName?.lowercased() == name
      || user.names.contains { $0.kind == .userPrincipalName && $0.name.lowercased() == name }
  }

  private static func accountNames(
    of user: EntityRecord, _ entry: DirectoryEntry?
  ) -> Set<String> {
    var names = Set(
      user.names.filter { $0.kind == .samAccountName }.map { $0.name.lowercased() })
    names.insert(user.name.lowercased())
    if let entry { names.insert(entry.samAccountName.lowercased()) }
    return names
  }

  /// Whether a named user is no person of the directory: a service's identity, a local account, or an
  /// account that exists in Entra only.
  static func isNobody(_ user: EndpointUser, on deviceName: String?) -> Bool {
    if let sid = user.sid?.uppercased() {
      if sid.hasPrefix("S-1-12-1-") { return true }
      if !sid.hasPrefix("S-1-5-21-"), !sid.isEmpty { return true }
    }
    if let name = user.name, WellKnownAccounts.contains(name, domain: user.domain) { return true }
    guard let domain = user.domain, let deviceName, let device = ComputerName(deviceName),
      let local = ComputerName(domain)
    else { return false }
    // The domain of a local account is the computer itself.
    return local.suffix == nil && local.short == device.short
  }
}

/// Names of services' and sessions' own identities, which are never a person.
enum WellKnownAccounts {
  private static let names: Set<String> = [
    "system", "local service", "network service", "anonymous logon", "iusr", "localsystem",
  ]
  private static let domains: Set<String> = [
    "nt authority", "nt service", "window manager", "font driver host", "iis apppool", "builtin",
    "nt virtual machine",
  ]

  static func contains(_ name: String, domain: String?) -> Bool {
    let lower = name.lowercased()
    if names.contains(lower) || lower.isEmpty { return true }
    if let domain, domains.contains(domain.lowercased()) { return true }
    for prefix in ["dwm-", "umfd-"] where lower.hasPrefix(prefix) {
      return lower.dropFirst(prefix.utf8.count).allSatisfy(\.isNumber)
    }
    return false
  }
}
