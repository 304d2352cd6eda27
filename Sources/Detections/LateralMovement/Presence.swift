import Evidence

/// When addresses were in use as sources, and by whom: what tells one computer that moved from two.
struct Presence: Sendable {
  /// Addresses heard of: as many as names are kept for.
  private static let addressLimit = 65_536
  /// A computer that moves there and back takes longer than this, as a rule.
  static let alternation = Instant.Span.minutes(5)
  /// Who logged on at an address this lately is still there.
  private static let stay = Instant.Span.minutes(15)

  private var records = BoundedTable<Address, Record>(limit: Presence.addressLimit)

  var evictions: UInt64 { records.evictions }

  /// Notes that an address is in use, and by whom where a person is known.
  mutating func hear(_ address: Address, _ moment: Instant, _ person: AccountName?) {
    let slot = records.find(address) ?? records.insert(address, Record())
    records[slot].hear(moment, person)
  }

  /// Whether `returning` was in use, then `other`, and now `returning` again, so shortly after each
  /// other that no computer moved there and back.
  func alternate(_ returning: Address, _ other: Address, at moment: Instant) -> Bool {
    guard let left = records.value(returning), let right = records.value(other) else {
      return false
    }
    let span = Instant.Span(nanoseconds: -Self.alternation.nanoseconds)
    let start = moment.advanced(by: span).nanoseconds
    return right.hasMoment { between in
      between < moment.nanoseconds && left.hasMoment { start <= $0 && $0 < between }
    }
  }

  /// Whether a person other than `account` was at an address shortly before a moment, who was not seen
  /// at `home`: administrators have two accounts at one computer.
  func isOthers(
    _ address: Address, than account: String, of home: Address, at moment: Instant
  ) -> Bool {
    guard let record = records.value(address) else { return false }
    let known = records.value(home)?.people ?? []
    return record.people.contains { person in
      person.name != account && moment.since(person.time) <= Self.stay
        && !known.contains { $0.name == person.name }
    }
  }
}

/// When one address was in use, and by whom.
private struct Record: Sendable {
  /// Times remembered are this far apart, so that few of them reach back minutes.
  private static let spacing: Int64 = 10_000_000_000
  private static let personLimit = 4

  /// Nanoseconds since 1970, in a ring: kept in place, since there is one for each address.
  private var ring = InlineArray<16, Int64>(repeating: 0)
  private var momentCount = 0
  private var lastMoment = Int64.min
  /// Who logged on there last, the latest last: as sent, and for comparison.
  var people: [(sent: String, name: String, time: Instant)] = []

  /// Whether it was in use at a time that the condition holds for.
  func hasMoment(where condition: (Int64) -> Bool) -> Bool {
    for index in 0..<min(momentCount, 16) where condition(ring[index]) { return true }
    return false
  }

  mutating func hear(_ moment: Instant, _ person: AccountName?) {
    if momentCount == 0 || moment.nanoseconds &- lastMoment >= Record.spacing {
      ring[momentCount & 15] = moment.nanoseconds
      momentCount += 1
      lastMoment = moment.nanoseconds
    }
    guard let person else { return }
    if let last = people.indices.last, people[last].sent == person.name {
      people[last].time = moment
      return
    }
    let key = person.key
    if let index = people.firstIndex(where: { $0.name == key }) { people.remove(at: index) }
    if people.count >= Record.personLimit { people.removeFirst() }
    people.append((person.name, key, moment))
  }
}
