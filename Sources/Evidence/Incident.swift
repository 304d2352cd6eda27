/// Alerts that belong together: they share a source, an account or a target within a time.
public struct Incident: Hashable, Sendable {
  /// `in_` and a hash of the alert that began it, so that a growing incident keeps its identity.
  public var id: String
  public var title: String
  public var severity: Alert.Severity
  public var firstSeen: Instant
  public var lastSeen: Instant
  /// Identities of its alerts in the order of their beginning.
  public var alerts: [String]
  /// Phases in the order of the attack.
  public var phases: [Alert.Phase]
  /// What its alerts share, as text for people: addresses, computers, accounts.
  public var entities: [String]

  public init(
    id: String, title: String, severity: Alert.Severity, firstSeen: Instant, lastSeen: Instant
  ) {
    self.id = id
    self.title = title
    self.severity = severity
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    alerts = []
    phases = []
    entities = []
  }
}
