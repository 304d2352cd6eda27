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
    for between in right.moments where between < moment.nanoseconds {
      if left.moments.contains(where: { start <= $0 && $0 < between }) { return true }
    }
    return false
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
  private static let momentLimit = 16
  private static let personLimit = 4

  /// Nanoseconds since 1970, the oldest first.
  var moments: [Int64] = []
  /// Who logged on there last, the latest last: as sent, and for comparison.
  var people: [(sent: String, name: String, time: Instant)] = []

  mutating func hear(_ moment: Instant, _ person: AccountName?) {
    let isDue = moments.last.map { moment.nanoseconds &- $0 >= Record.spacing } ?? true
    if isDue {
      if moments.count >= Record.momentLimit { moments.removeFirst() }
      moments.append(moment.nanoseconds)
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
