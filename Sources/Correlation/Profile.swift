public import Evidence

/// One page about an entity, a pure function of its sources.
///
/// It has what monitoring learnt, what the directory says, alerts of both sides, and risk.
public struct Profile: Sendable {
  public var record: EntityRecord
  public var entry: DirectoryEntry?
  /// Groups of the directory, nested ones included.
  public var groups: [DirectoryEntry]
  public var tags: [Tag]
  public var endpoint: EndpointBadge
  /// The computer as the endpoint side knows it, where it is certain which it is.
  public var device: Device?
  /// Alerts of the endpoint side behind the badge, newest first.
  public var endpointAlerts: [EndpointAlert]
  /// Alerts that the entity has a part in, newest first.
  public var alerts: [Risk.Involved]
  public var risk: Risk
  /// When monitoring began: what the directory says is older is hidden (rule R31).
  public var monitoringSince: Instant?

  /// A mark on an entity, and why it has it.
  public struct Tag: Hashable, Sendable {
    public var name: String
    public var reason: String

    public init(name: String, reason: String) {
      self.name = name
      self.reason = reason
    }
  }

  /// What a profile is made of.
  public struct Sources: Sendable {
    public var record: EntityRecord
    public var knowledge: Knowledge
    /// Candidates: those that the entity has no part in are passed over.
    public var alerts: [Alert]
    public var matching: Matching
    public var integration: EndpointBadge.Integration
    public var links: EndpointBadge.Links
    /// Identities of alerts that were closed as false or are suppressed.
    public var dismissed: Set<String>
    /// The moment it is made for.
    public var moment: Instant
    public var monitoringSince: Instant?

    public init(
      record: EntityRecord, knowledge: Knowledge, alerts: [Alert], matching: Matching,
      integration: EndpointBadge.Integration
    ) {
      self.record = record
      self.knowledge = knowledge
      self.alerts = alerts
      self.matching = matching
      self.integration = integration
      links = EndpointBadge.Links()
      dismissed = []
      moment = record.lastSeen
    }
  }

  public init(_ sources: Sources) {
    record = sources.record
    monitoringSince = sources.monitoringSince
    let knowledge = sources.knowledge
    entry = Profile.entry(of: record, knowledge)
    groups = entry.map { knowledge.directory.groups(of: $0) } ?? []
    alerts = Profile.alerts(sources, entry)
    tags = Profile.tags(record, entry, knowledge, at: sources.moment)
    device = nil
    switch record.kind {
    case .computer:
      let match = sources.matching.device(for: record, entry: entry)
      endpoint = .computer(
        match, sources.matching, integration: sources.integration, links: sources.links)
      let isShown = endpoint.state == .integrated
      endpointAlerts = isShown ? EndpointBadge.alerts(of: match, sources.matching) : []
      device = isShown ? match.devices.first : nil
    case .user:
      let match = sources.matching.user(for: record, entry: entry)
      endpoint = .user(match, integration: sources.integration, links: sources.links)
      endpointAlerts = endpoint.state == .integrated ? match.alerts : []
    case .group, .address, .domain:
      endpoint = .other(sources.integration)
      endpointAlerts = []
    }
    var circumstances = Risk.Circumstances()
    circumstances.isSensitive = tags.contains { $0.name == "sensitive" }
    circumstances.isTierZero =
      tags.contains { $0.name == "controller" } || entry?.rid == 502 && record.kind == .user
    circumstances.entry = entry
    circumstances.traits = record.traits
    circumstances.deviceRisk = device?.risk
    circumstances.dismissed = sources.dismissed
    risk = Risk(alerts, circumstances, at: sources.moment)
  }

  /// The directory's entry of an entity: by SID, otherwise by name within its domain.
  public static func entry(of record: EntityRecord, _ knowledge: Knowledge) -> DirectoryEntry? {
    if let sid = record.sid, let entry = knowledge.directory.entry(sid: sid) { return entry }
    switch record.kind {
    case .user:
      return knowledge.entry(
        for: AccountName(name: record.name, domain: record.domain ?? ""))
    case .computer:
      let names = Matching.names(of: record, nil)
      for var name in names {
        name.domain = record.domain
        if let entry = knowledge.directory.computer(name) { return entry }
      }
      return nil
    case .group: return knowledge.directory.entry(named: record.name)
    case .address, .domain: return nil
    }
  }

  private static func alerts(_ sources: Sources, _ entry: DirectoryEntry?) -> [Risk.Involved] {
    let involved = sources.alerts.compactMap { alert -> Risk.Involved? in
      let part = Involvement.of(
        sources.record, in: alert, entry: entry, domains: sources.knowledge.domains)
      return part.map { Risk.Involved(alert: alert, part: $0) }
    }
    return involved.sorted { left, right in
      left.alert.lastSeen == right.alert.lastSeen
        ? left.alert.id < right.alert.id : left.alert.lastSeen > right.alert.lastSeen
    }
  }
}

extension EndpointBadge {
  /// The badge of what the endpoint side has no documents about.
  static func other(_ integration: Integration) -> EndpointBadge {
    switch integration {
    case .incomplete(let reason): EndpointBadge(.absent, reason: reason)
    case .complete:
      EndpointBadge(.grey, reason: "the endpoint product knows computers and users only")
    }
  }
}
