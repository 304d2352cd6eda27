public import Evidence

/// What an entity did and what was done to it, from all sides, in the order of time (rule R42).
public struct Timeline: Sendable {
  /// One thing that happened.
  public struct Event: Hashable, Sendable {
    public var time: Instant
    /// Of what lasted; nil for a moment.
    public var end: Instant?
    public var side: Side
    /// The activity's kind, `alert`, `endpoint-alert`, `name`, `address` or `directory-change`.
    public var kind: String
    public var summary: String
    public var outcome: String?
    /// As its side names it, in lower case.
    public var severity: String?
    /// Identity of the alert that it is.
    public var id: String?
    public var part: Involvement?
    /// Sentences about it: the evidence of an endpoint alert, one each (rule R35).
    public var details: [String]

    public init(time: Instant, side: Side, kind: String, summary: String) {
      self.time = time
      self.side = side
      self.kind = kind
      self.summary = summary
      details = []
    }
  }

  /// Who tells it.
  public enum Side: String, CaseIterable, Sendable {
    case identity, endpoint, directory
  }

  /// In the order of time.
  public private(set) var events: [Event]
  /// Events before these that were left out, as far as they were read.
  public private(set) var olderCount: Int

  /// The last `limit` of these events between two moments, both included.
  public init(_ events: [Event], from: Instant, to: Instant, limit: Int) {
    let inside = events.filter { ($0.end ?? $0.time) >= from && $0.time <= to }
    let sorted = inside.sorted(by: Timeline.isBefore)
    self.events = Array(sorted.suffix(max(0, limit)))
    olderCount = sorted.count - self.events.count
  }

  /// Equal moments are told identity first, so that the order is always the same.
  private static func isBefore(_ left: Event, _ right: Event) -> Bool {
    if left.time != right.time { return left.time < right.time }
    if left.side != right.side { return left.side.rank < right.side.rank }
    return (left.kind, left.summary, left.id ?? "") < (right.kind, right.summary, right.id ?? "")
  }
}

extension Timeline.Side {
  fileprivate var rank: Int {
    switch self {
    case .identity: 0
    case .endpoint: 1
    case .directory: 2
    }
  }
}

extension Profile {
  /// The events that the profile itself knows: alerts of both sides, names and addresses it got.
  public var events: [Timeline.Event] {
    alerts.map(Profile.event) + endpointAlerts.compactMap(Profile.event) + changes
  }

  private static func event(_ involved: Risk.Involved) -> Timeline.Event {
    let alert = involved.alert
    var event = Timeline.Event(
      time: alert.firstSeen, side: .identity, kind: "alert",
      summary: "\(alert.title) (\(alert.detection))")
    if alert.lastSeen > alert.firstSeen { event.end = alert.lastSeen }
    event.severity = alert.severity.name
    event.id = alert.id
    event.part = involved.part
    event.details = [alert.explanation]
    return event
  }

  /// An endpoint alert that has no time at all is on no timeline.
  private static func event(_ alert: EndpointAlert) -> Timeline.Event? {
    guard let time = alert.firstEvent ?? alert.time else { return nil }
    var event = Timeline.Event(
      time: time, side: .endpoint, kind: "endpoint-alert", summary: alert.title)
    if let last = alert.lastEvent, last > time { event.end = last }
    event.outcome = alert.status
    event.severity = alert.severity.lowercased()
    event.id = alert.id
    event.details = alert.evidence
    return event
  }

  /// The first name and address are what the entity was met with; those after are changes.
  private var changes: [Timeline.Event] {
    record.names.map { name in
      Timeline.Event(
        time: name.from, side: .identity, kind: "name",
        summary: "seen under the \(name.kind.rawValue) name \(name.name)")
    }
      + record.addresses.map { place in
        Timeline.Event(
          time: place.from, side: .identity, kind: "address",
          summary: "had address \(place.address) by \(place.method.rawValue), certainty "
            + place.certainty.rawValue)
      }
  }
}

extension Timeline.Event {
  /// Writes the event as one JSON object.
  public func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("time", time)
    if let end { json.member("end", end) }
    json.member("side", side.rawValue)
    json.member("kind", kind)
    json.member("summary", summary)
    json.member("outcome", outcome)
    json.member("severity", severity)
    json.member("id", id)
    json.member("part", part?.rawValue)
    if !details.isEmpty { json.member("details", details) }
    json.endObject()
  }
}
