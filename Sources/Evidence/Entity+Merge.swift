extension EntityRecord {
  /// Adds what another run learnt about the same entity; adding the same again changes nothing.
  public mutating func merge(_ other: EntityRecord) {
    let isNewer = other.lastSeen >= lastSeen
    firstSeen = min(firstSeen, other.firstSeen)
    lastSeen = max(lastSeen, other.lastSeen)
    if isNewer {
      name = other.name
      domain = other.domain ?? domain
    }
    if let otherSID = other.sid, sid == nil {
      if id != other.id { formerIDs.append(id) }
      sid = otherSID
      id = other.id
    }
    formerIDs = Array(Set(formerIDs + other.formerIDs).subtracting([id])).sorted()
    mergeNames(other.names)
    mergeAddresses(other.addresses)
    peers = EntityRecord.united(peers, other.peers)
    resources = EntityRecord.united(resources, other.resources)
    mergeHours(other.hours)
    traits = Array(Set(traits + other.traits)).sorted()
  }

  /// Puts lists that were filled in any order into the one order and within their limits.
  ///
  /// Each entity may be linked once only.
  public mutating func putInOrder() {
    mergeNames([])
    mergeAddresses([])
    mergeHours([])
    peers = EntityRecord.newest(peers)
    resources = EntityRecord.newest(resources)
    traits.sort()
  }

  private mutating func mergeNames(_ others: [NameInterval]) {
    struct Key: Hashable {
      var name: String
      var kind: NameInterval.Kind
    }
    var spans: [Key: NameInterval] = [:]
    for name in names + others {
      let key = Key(name: name.name.lowercased(), kind: name.kind)
      guard var known = spans[key] else {
        spans[key] = name
        continue
      }
      if name.to > known.to { known.name = name.name }
      if name.to == known.to { known.name = min(known.name, name.name) }
      known.from = min(known.from, name.from)
      known.to = max(known.to, name.to)
      spans[key] = known
    }
    names = spans.values.sorted(by: EntityRecord.isListedBefore)
    if names.count > EntityRecord.namesLimit {
      names = newest(names, EntityRecord.namesLimit) { $0.to }
        .sorted(by: EntityRecord.isListedBefore)
    }
  }

  /// Intervals of one address by one method are united where they touch or nearly do.
  private mutating func mergeAddresses(_ others: [AddressInterval]) {
    var united: [AddressInterval] = []
    for interval in (addresses + others).sorted(by: EntityRecord.isGroupedBefore) {
      if let last = united.last, last.address == interval.address,
        last.method == interval.method, interval.from <= last.to.advanced(by: NameClaims.nearness)
      {
        united[united.count - 1].to = max(last.to, interval.to)
        united[united.count - 1].certainty = max(last.certainty, interval.certainty)
      } else {
        united.append(interval)
      }
    }
    if united.count > EntityRecord.addressesLimit {
      united = newest(united, EntityRecord.addressesLimit) { $0.to }
    }
    addresses = united.sorted(by: EntityRecord.isListedBefore)
  }

  private mutating func mergeHours(_ others: [HourCount]) {
    var byHour: [Int32: HourCount] = [:]
    for count in hours + others {
      var known = byHour[count.hour] ?? HourCount(hour: count.hour)
      known.logons = max(known.logons, count.logons)
      known.failures = max(known.failures, count.failures)
      byHour[count.hour] = known
    }
    hours = Array(byHour.values.sorted { $0.hour < $1.hour }.suffix(EntityRecord.hoursLimit))
  }

  /// Links of both, one for each entity or service, newest kept.
  public static func united(_ left: [Link], _ right: [Link]) -> [Link] {
    var links: [String: Link] = [:]
    for link in left + right {
      let key = link.id ?? link.name.lowercased()
      guard var known = links[key] else {
        links[key] = link
        continue
      }
      if link.to > known.to { known.name = link.name }
      if link.to == known.to { known.name = min(known.name, link.name) }
      known.from = min(known.from, link.from)
      known.to = max(known.to, link.to)
      links[key] = known
    }
    return newest(Array(links.values))
  }

  /// The newest links within their limit.
  private static func newest(_ links: [Link]) -> [Link] {
    guard links.count > 1 else { return links }
    let sorted = links.sorted { left, right in
      if left.to != right.to { return left.to > right.to }
      return left.name == right.name ? (left.id ?? "") < (right.id ?? "") : left.name < right.name
    }
    return Array(sorted.prefix(linksLimit))
  }

  private func newest<Element>(
    _ elements: [Element], _ limit: Int, _ end: (Element) -> Instant
  ) -> [Element] {
    // Stable: elements with one end keep their order, so that merging again drops the same ones.
    let ranked = elements.enumerated().sorted { left, right in
      let ends = (end(left.element), end(right.element))
      return ends.0 == ends.1 ? left.offset < right.offset : ends.0 > ends.1
    }
    return ranked.prefix(limit).map(\.element)
  }

  static func isListedBefore(_ left: NameInterval, _ right: NameInterval) -> Bool {
    if left.from != right.from { return left.from < right.from }
    if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
    return left.name < right.name
  }

  static func isListedBefore(_ left: AddressInterval, _ right: AddressInterval) -> Bool {
    left.from == right.from ? isGroupedBefore(left, right) : left.from < right.from
  }

  private static func isGroupedBefore(_ left: AddressInterval, _ right: AddressInterval) -> Bool {
    if left.address != right.address { return left.address < right.address }
    if left.method != right.method { return left.method.rawValue < right.method.rawValue }
    return left.from == right.from ? left.to < right.to : left.from < right.from
  }
}
