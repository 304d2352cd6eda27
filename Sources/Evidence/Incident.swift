/// Alerts of both sides that belong together: they share a source or an account within a time.
public struct Incident: Hashable, Sendable {
  /// `in_` and a hash of the alert that began it, so that a growing incident keeps its identity.
  public var id: String
  public var title: String
  public var severity: Alert.Severity
  /// Why the severity is above that of every alert in it.
  public var severityReason: String?
  public var firstSeen: Instant
  public var lastSeen: Instant
  /// What happened, in the order of its beginning.
  public var story: [Step]
  /// Phases in the order of the attack.
  public var phases: [Alert.Phase]
  /// What its alerts share, as text for people: addresses, computers, accounts.
  public var entities: [String]

  /// One alert of an incident.
  public struct Step: Hashable, Sendable {
    public var alert: String
    public var side: Side
    public var time: Instant
    /// As its side names it.
    public var severity: String
    public var title: String
    /// From where, by whom.
    public var actors: [String]
    /// What it shares with earlier steps; empty for the first.
    public var joinedBy: [String]

    public init(alert: String, side: Side, time: Instant, severity: String, title: String) {
      self.alert = alert
      self.side = side
      self.time = time
      self.severity = severity
      self.title = title
      actors = []
      joinedBy = []
    }
  }

  /// Who raised an alert.
  public enum Side: String, Sendable { case identity, endpoint }

  public init(
    id: String, title: String, severity: Alert.Severity, firstSeen: Instant, lastSeen: Instant
  ) {
    self.id = id
    self.title = title
    self.severity = severity
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    story = []
    phases = []
    entities = []
  }

  /// Identities of its alerts in the order of their beginning.
  public var alerts: [String] { story.map(\.alert) }
}

extension Incident {
  /// Writes the incident as one JSON object.
  public func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("id", id)
    json.member("title", title)
    json.member("severity", severity.name)
    json.member("severityReason", severityReason)
    json.member("firstSeen", firstSeen)
    json.member("lastSeen", lastSeen)
    json.member("phases", phases.map(\.rawValue))
    json.member("entities", entities)
    json.list("story", story) { step, json in
      json.member("alert", step.alert)
      json.member("side", step.side.rawValue)
      json.member("time", step.time)
      json.member("severity", step.severity)
      json.member("title", step.title)
      json.member("actors", step.actors)
      if !step.joinedBy.isEmpty { json.member("joinedBy", step.joinedBy) }
    }
    json.endObject()
  }
}
