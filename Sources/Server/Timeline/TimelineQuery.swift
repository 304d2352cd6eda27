public import Correlation
import Evidence
import Store

/// `crosswatch timeline`: what an entity did and what was done to it.
public struct TimelineQuery {
  /// Which part of a timeline is asked for.
  public struct Part: Sendable {
    var from: Instant
    var to: Instant
    /// The newest so many.
    var limit: Int

    /// Moments in ISO 8601; what is none is wrong usage.
    public init(from: String?, to: String?, limit: Int) throws {
      self.from = try Part.moment(from, "--from") ?? Instant(nanoseconds: .min)
      self.to = try Part.moment(to, "--to") ?? Instant(nanoseconds: .max)
      self.limit = limit
    }

    private static func moment(_ text: String?, _ option: String) throws -> Instant? {
      guard let text else { return nil }
      guard let moment = Instant(iso8601: text) else {
        throw Failure(
          "\(option) '\(text)' is no moment; write it like 2026-11-20T23:10:00Z",
          code: .configuration)
      }
      return moment
    }
  }

  /// More than anybody reads; a program asks for parts by time.
  private static let maximum = 1_000_000

  private let query: ProfileQuery

  public init(_ folder: WorkspaceFolder) throws { query = try ProfileQuery(folder) }

  /// The timeline of the one entity that a name, SID, address or identity stands for.
  public func timeline(_ text: String, _ part: Part) throws -> (
    profile: Profile, timeline: Timeline
  ) {
    let profile = try query.profile(text)
    let events =
      profile.events + (try activities(of: profile, part)) + (try directoryChanges(of: profile))
    return (profile, Timeline(events, from: part.from, to: part.to, limit: part.limit))
  }

  private func activities(of profile: Profile, _ part: Part) throws -> [Timeline.Event] {
    let record = profile.record
    // One more than is shown, so that it is known whether there are older ones.
    let question = ActivityQuestion(
      accounts: accounts(of: profile), places: places(of: record), from: part.from, to: part.to,
      limit: min(part.limit, TimelineQuery.maximum) + 1)
    let own = Set(question.places.map(\.address))
    return try query.store.activities(question).filter { isOf(record, $0, own) }.map { activity in
      var event = Timeline.Event(
        time: activity.time, side: .identity, kind: activity.kind, summary: activity.summary)
      if activity.end > activity.time { event.end = activity.end }
      event.outcome = activity.outcome
      event.part = isSource(record, activity, own) ? .source : .target
      return event
    }
  }

  /// What changed about it in the directory, memberships of both sides included.
  private func directoryChanges(of profile: Profile) throws -> [Timeline.Event] {
    guard let sid = profile.record.sid ?? profile.entry?.sid else { return [] }
    let changes = try query.store.directoryChanges(sid: sid, limit: TimelineQuery.maximum)
    return changes.map { change in
      var event = Timeline.Event(
        time: change.time, side: .directory, kind: "directory-change", summary: change.summary)
      event.details = ["read from \(change.source)"]
      if let earliest = change.notBefore { event.details.append("written after \(earliest)") }
      return event
    }
  }

  /// Account names under which the entity acts; none for what has no account.
  private func accounts(of profile: Profile) -> [String] {
    let record = profile.record
    guard record.kind == .user || record.kind == .computer else { return [] }
    var names = Set(
      record.names.filter { $0.kind == .samAccountName || $0.kind == .userPrincipalName }
        .map { AccountName(name: $0.name, domain: "").key })
    if record.kind == .user { names.insert(AccountName(name: record.name, domain: "").key) }
    if let entry = profile.entry {
      names.insert(AccountName(name: entry.samAccountName, domain: "").key)
    }
    return names.sorted()
  }

  /// Addresses while they were the entity's; an address is its own for ever.
  private func places(of record: EntityRecord) -> [ActivityQuestion.Place] {
    if record.kind == .address, let address = Address(record.name) {
      return [
        ActivityQuestion.Place(
          address: address, from: Instant(nanoseconds: .min), to: Instant(nanoseconds: .max))
      ]
    }
    guard record.kind == .computer else { return [] }
    let earlier = Instant.Span(nanoseconds: -NameClaims.nearness.nanoseconds)
    return record.addresses.filter { $0.certainty > .low }.map {
      ActivityQuestion.Place(
        address: $0.address, from: $0.from.advanced(by: earlier),
        to: $0.to.advanced(by: NameClaims.nearness))
    }
  }

  /// Equal account names exist in many domains.
  private func isOf(
    _ record: EntityRecord, _ activity: ActivityRecord, _ own: Set<Address>
  ) -> Bool {
    if own.contains(activity.source.address) || own.contains(activity.target.address) {
      return true
    }
    guard let domain = activity.domain, let home = record.domain else { return true }
    return query.knowledge.domains.canonical(domain) == query.knowledge.domains.canonical(home)
  }

  private func isSource(
    _ record: EntityRecord, _ activity: ActivityRecord, _ own: Set<Address>
  ) -> Bool {
    record.kind == .user || own.contains(activity.source.address)
      || !own.contains(activity.target.address)
  }
}
