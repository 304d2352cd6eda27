/// Claims about which computer an address was, over time.
///
/// An address has intervals of evidence. Asked for a moment, the claims that hold then are grouped by
/// computer: one computer is the answer; of several with strong evidence, those with evidence near
/// the moment disagree, and without any near it the latest before it holds (addresses are given to
/// another computer). Weak claims answer only where there is no strong one.
public struct NameClaims: Sendable {
  struct Record: Sendable {
    var claim: NameClaim
    /// The name as the evidence spelled it: compared on the way of each packet, before any parsing.
    var sent: String
    var computer: ComputerName
    var weight: UInt8
    var validUntil: Instant

    var isStrong: Bool { weight >= NameEvidence.strong }
  }

  private var table: BoundedTable<Address, [Record]>
  /// Addresses that evidence above low certainty gave to a computer, by its short name.
  private var homes: BoundedTable<String, [Address]>

  /// How many addresses have claims: those of a large site; the longest unused gives way.
  public static let addressLimit = 65_536
  /// How many claims an address has: several times what marks it as shared; the oldest gives way.
  public static let claimLimit = 24
  /// How many addresses of one short name are held: those of a server with many interfaces; the
  /// oldest gives way.
  public static let homeLimit = 32
  /// Evidence this near a moment speaks for it: the window of the endpoint API's `findbyip`.
  public static let nearness = Instant.Span.minutes(15)
  /// More computers than this within ``sharingWindow`` make an address shared.
  public static let sharingLimit = 5
  public static let sharingWindow = Instant.Span.hours(1)

  /// Counts changes of what is claimed (not of how long), so that a reader may keep an answer.
  public private(set) var revision: UInt64 = 0

  public init() { self.init(limit: NameClaims.addressLimit) }

  init(limit: Int) {
    table = BoundedTable(limit: limit)
    homes = BoundedTable(limit: limit)
  }

  /// All claims about an address, oldest first.
  public func all(_ address: Address) -> [NameClaim] {
    (table.value(address) ?? []).map(\.claim).sorted { left, right in
      if left.from != right.from { return left.from < right.from }
      return left.name == right.name
        ? left.method.rawValue < right.method.rawValue : left.name < right.name
    }
  }

  /// The domain that the evidence of a claim named, where it did.
  public func domain(of claim: NameClaim) -> String? {
    table.value(claim.address)?.first { $0.claim == claim && $0.computer.domain != nil }?
      .computer.domain
  }

  /// Addresses with a claim, ascending.
  public var addresses: [Address] { table.slots.map(\.key).sorted() }

  /// Addresses that were forgotten because the table was full.
  public var evictions: UInt64 { table.evictions &+ homes.evictions }

  /// Adds a claim, or prolongs the same claim.
  public mutating func add(_ claim: NameClaim) {
    let evidence = NameEvidence(
      name: claim.name, method: claim.method, weight: NameEvidence.weight(claim.certainty),
      lifetime: NameClaims.nearness)
    hear(evidence, at: claim.address, claim.from)
    if claim.to > claim.from { hear(evidence, at: claim.address, claim.to, since: claim.from) }
  }

  /// Notes evidence and returns whether it says something new.
  ///
  /// New is a computer or a method that nothing said of that address at that time.
  @discardableResult
  public mutating func hear(
    _ evidence: NameEvidence, at address: Address, _ moment: Instant, since start: Instant? = nil
  ) -> Bool {
    guard let slot = table.find(address) else {
      guard let record = NameClaims.record(evidence, address, moment) else { return false }
      _ = table.insert(address, [record])
      noteHome(address, record)
      revision += 1
      return true
    }
    if NameClaims.prolong(&table[slot], evidence, moment, since: start) { return false }
    guard let record = NameClaims.record(evidence, address, moment) else { return false }
    if table[slot].count >= NameClaims.claimLimit { NameClaims.removeOldest(&table[slot]) }
    table[slot].append(record)
    noteHome(address, record)
    revision += 1
    return true
  }

  /// Addresses that may be those of a computer, the latest heard of last: what `resolve` says of each
  /// decides.
  public func homes(of computer: ComputerName) -> [Address] { homes.value(computer.short) ?? [] }

  private mutating func noteHome(_ address: Address, _ record: Record) {
    guard record.claim.certainty > .low else { return }
    let name = record.computer.short
    guard let slot = homes.find(name) else {
      _ = homes.insert(name, [address])
      return
    }
    guard !homes[slot].contains(address) else { return }
    if homes[slot].count >= NameClaims.homeLimit { homes[slot].removeFirst() }
    homes[slot].append(address)
  }

  /// The computer at an address at a moment.
  public func resolve(_ address: Address, at moment: Instant) -> Resolution {
    guard let records = table.value(address) else {
      return .unresolved("no evidence names it")
    }
    var first: Int?
    var count = 0
    for index in records.indices where NameClaims.holds(records[index], moment) {
      first = first ?? index
      count += 1
    }
    guard let first else { return .unresolved("no evidence names it at that time") }
    if NameClaims.isShared(records, moment) {
      return .unresolved("several computers share the address")
    }
    guard count > 1 else { return .resolved(records[first].claim) }
    let valid = records[first...].filter { NameClaims.holds($0, moment) }
    let strong = NameClaims.groups(valid.filter(\.isStrong))
    guard let first = strong.first else {
      return NameClaims.weakest(NameClaims.groups(valid), moment)
    }
    guard strong.count > 1 else { return .resolved(NameClaims.best(first, all: valid)) }
    let near = strong.filter { group in group.contains { NameClaims.isNear($0, moment) } }
    if near.count > 1 { return .conflict(near.map { NameClaims.best($0, all: $0) }) }
    let holder = near.first ?? NameClaims.latest(strong, before: moment)
    return .resolved(NameClaims.best(holder, all: valid))
  }

  /// Whether several computers use the address at once: NAT, a terminal server, a proxy.
  public func isShared(_ address: Address, at moment: Instant) -> Bool {
    guard let records = table.value(address) else { return false }
    return NameClaims.isShared(records, moment)
  }

  /// The addresses that strong evidence gave to a computer, ascending, whatever the time.
  public func addresses(of computer: ComputerName) -> [Address] {
    table.slots
      .filter { slot in slot.value.contains { $0.isStrong && $0.computer.isSame(as: computer) } }
      .map(\.key).sorted()
  }
}

// MARK: - Hearing

extension NameClaims {
  /// Prolongs the claim that the evidence repeats; false where there is none.
  ///
  /// A claim goes on over a pause only where no other computer had the address meanwhile.
  private static func prolong(
    _ records: inout [Record], _ evidence: borrowing NameEvidence, _ moment: Instant,
    since start: Instant?
  ) -> Bool {
    for index in records.indices.reversed() {
      guard records[index].claim.method == evidence.method,
        records[index].weight == evidence.weight, records[index].sent == evidence.name
      else { continue }
      let last = records[index].claim.to
      guard moment > last else {
        // Packets of several captures may be out of order: what lies within is known already.
        return moment >= records[index].claim.from
      }
      let isContinued = start.map { $0 <= last } ?? false
      if moment.since(last) > nearness, !isContinued {
        guard moment <= records[index].validUntil, !wasTaken(records, index, since: last) else {
          return false
        }
      }
      records[index].claim.to = moment
      let end = moment.advanced(by: evidence.lifetime)
      if end > records[index].validUntil { records[index].validUntil = end }
      return true
    }
    return false
  }

  /// Whether strong evidence gave the address to another computer after a moment.
  private static func wasTaken(_ records: [Record], _ index: Int, since last: Instant) -> Bool {
    let computer = records[index].computer
    return records.contains { other in
      other.isStrong && other.claim.to > last && !other.computer.isSame(as: computer)
    }
  }

  private static func removeOldest(_ records: inout [Record]) {
    let oldest = records.indices.min { records[$0].claim.to < records[$1].claim.to }
    if let oldest { records.remove(at: oldest) }
  }

  private static func record(
    _ evidence: NameEvidence, _ address: Address, _ moment: Instant
  ) -> Record? {
    guard let computer = ComputerName(evidence.name, domain: evidence.domain) else { return nil }
    var shown = evidence.name[...]
    while shown.utf8.last == UInt8(ascii: "$") || shown.utf8.last == UInt8(ascii: ".") {
      shown = shown.dropLast()
    }
    return Record(
      claim: NameClaim(
        name: String(shown), address: address, method: evidence.method,
        certainty: NameEvidence.certainty(evidence.weight), from: moment, to: moment),
      sent: evidence.name, computer: computer, weight: evidence.weight,
      validUntil: moment.advanced(by: evidence.lifetime))
  }
}

// MARK: - Resolving

extension NameClaims {
  /// A claim holds from its first evidence, and a little before it, until it expires.
  private static func holds(_ record: Record, _ moment: Instant) -> Bool {
    record.claim.from <= moment.advanced(by: nearness) && moment <= record.validUntil
  }

  private static func isNear(_ record: Record, _ moment: Instant) -> Bool {
    record.claim.from <= moment.advanced(by: nearness)
      && moment <= record.claim.to.advanced(by: nearness)
  }

  private static func groups(_ records: [Record]) -> [[Record]] {
    var groups: [[Record]] = []
    // Full names first: a bare name may agree with two of them, two full names never with each other.
    let sorted = records.enumerated().sorted { left, right in
      let isLeftFull = left.element.computer.suffix != nil
      let isRightFull = right.element.computer.suffix != nil
      return isLeftFull == isRightFull ? left.offset < right.offset : isLeftFull
    }
    for (_, record) in sorted {
      let known = groups.firstIndex { group in
        group.contains { $0.computer.isSame(as: record.computer) }
      }
      if let known { groups[known].append(record) } else { groups.append([record]) }
    }
    return groups
  }

  /// The strongest claim of a computer, under its fullest name.
  private static func best(_ group: [Record], all valid: [Record]) -> NameClaim {
    var best = group[0]
    for record in group.dropFirst() {
      let isBetter =
        record.weight == best.weight
        ? record.claim.to > best.claim.to : record.weight > best.weight
      if isBetter { best = record }
    }
    var claim = best.claim
    guard best.computer.suffix == nil else { return claim }
    let full = valid.filter { $0.computer.suffix != nil && $0.computer.isSame(as: best.computer) }
    let fullest = full.max { left, right in
      left.weight == right.weight
        ? left.claim.to < right.claim.to : left.weight < right.weight
    }
    if let fullest { claim.name = fullest.claim.name }
    return claim
  }

  /// The group whose evidence at or before the moment is the latest.
  private static func latest(_ groups: [[Record]], before moment: Instant) -> [Record] {
    func last(_ group: [Record]) -> Instant {
      group.map { min($0.claim.to, moment) }.max() ?? moment
    }
    var holder = groups[0]
    for group in groups.dropFirst() where last(group) > last(holder) { holder = group }
    return holder
  }

  /// Without strong evidence the heaviest claim answers; two of one weight that disagree do not.
  private static func weakest(_ groups: [[Record]], _ moment: Instant) -> Resolution {
    let heaviest = groups.compactMap { $0.map(\.weight).max() }.max() ?? 0
    let leading = groups.filter { group in group.contains { $0.weight == heaviest } }
    guard leading.count > 1 else { return .resolved(best(leading[0], all: leading[0])) }
    let near = leading.filter { group in group.contains { isNear($0, moment) } }
    if near.count == 1 { return .resolved(best(near[0], all: near[0])) }
    return .conflict((near.isEmpty ? leading : near).map { best($0, all: $0) })
  }

  private static func isShared(_ records: [Record], _ moment: Instant) -> Bool {
    guard records.count > sharingLimit else { return false }
    let since = moment.advanced(by: Instant.Span(nanoseconds: -sharingWindow.nanoseconds))
    func isRecent(_ record: Record) -> Bool {
      record.isStrong && record.claim.to >= since
        && record.claim.from <= moment.advanced(by: nearness)
    }
    var count = 0
    for index in records.indices where isRecent(records[index]) { count += 1 }
    return count > sharingLimit && groups(records.filter(isRecent)).count > sharingLimit
  }
}
