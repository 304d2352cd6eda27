import Evidence

extension EntityBook {
  /// Records of all entities, sorted by identity: the same activities give the same records.
  func records(_ knowledge: Knowledge) -> [EntityRecord] {
    guard let first, let last else { return [] }
    var assembly = RecordAssembly(knowledge)
    assembly.addComputers(accounts.slots.lazy.map(\.key).filter(\.isMachine))
    var entities: [UInt32: Int] = [:]
    entities.reserveCapacity(accounts.count)
    for slot in accounts.slots {
      entities[slot.value.serial] = assembly.add(slot.key, slot.value)
    }
    for slot in places.slots { assembly.add(slot.key, slot.value) }
    for slot in uses.slots {
      if let entity = entities[slot.key.account] { assembly.add(slot.value, by: entity) }
    }
    for slot in requests.slots {
      if let entity = entities[slot.key.account] { assembly.add(slot.value, by: entity) }
    }
    assembly.addDomains(first, last)
    return assembly.finish()
  }
}

/// Makes records of what a book and the claims hold; entities are numbers until the end.
private struct RecordAssembly {
  let knowledge: Knowledge
  private var records: [EntityRecord] = []
  private var numbers: [String: Int] = [:]
  /// Computers by short name, ascending.
  private var computers: [String: [Int]] = [:]
  /// Computers by all that a claim says of their name.
  private var named: [ComputerName: Int] = [:]
  private var addresses: [Address: Int] = [:]
  private var links: [UInt64: Span] = [:]
  private var services: [String: Int] = [:]
  private var serviceNames: [String] = []
  private var resources: [UInt64: Span] = [:]

  private struct Span {
    var from: Instant
    var to: Instant
  }

  init(_ knowledge: Knowledge) { self.knowledge = knowledge }

  mutating func finish() -> [EntityRecord] {
    for (pair, span) in links {
      let (left, right) = RecordAssembly.numbers(of: pair)
      append(right, to: left, span)
      append(left, to: right, span)
    }
    for (pair, span) in resources {
      let (entity, service) = RecordAssembly.numbers(of: pair)
      records[entity].resources.append(
        EntityRecord.Link(id: nil, name: serviceNames[service], from: span.from, to: span.to))
    }
    // A computer that only a service's name mentions was not seen.
    records.removeAll { $0.firstSeen > $0.lastSeen }
    for index in records.indices { records[index].putInOrder() }
    return records.sorted { $0.id < $1.id }
  }

  private mutating func append(_ other: Int, to number: Int, _ span: Span) {
    records[number].peers.append(
      EntityRecord.Link(
        id: records[other].id, name: records[other].name, from: span.from, to: span.to))
  }

  private static func pair(_ left: Int, _ right: Int) -> UInt64 {
    UInt64(UInt32(truncatingIfNeeded: left)) << 32 | UInt64(UInt32(truncatingIfNeeded: right))
  }

  private static func numbers(of pair: UInt64) -> (Int, Int) {
    (Int(pair >> 32), Int(pair & 0xFFFF_FFFF))
  }

  private static func widen(
    _ table: inout [UInt64: Span], _ pair: UInt64, _ from: Instant, _ to: Instant
  ) {
    let known = table[pair] ?? Span(from: from, to: to)
    table[pair] = Span(from: min(known.from, from), to: max(known.to, to))
  }

  // MARK: - Computers

  /// Computers of machine accounts and of claims that are more than a client's own word.
  mutating func addComputers(_ machines: some Sequence<AccountName>) {
    for account in machines where knowledge.isComputer(account) {
      let domain = knowledge.domains.canonical(account.domain)
      if let name = ComputerName(account.name, domain: domain) { _ = computer(name) }
    }
    // A bare name joins the computer that a full one made, so those come last.
    var bare: [(ComputerName, NameClaim)] = []
    for address in knowledge.names.addresses {
      let claims = knowledge.names.all(address).filter { $0.certainty > .low }
      let siblings = claims.compactMap(name)
      for claim in claims {
        guard let name = name(claim).map({ completed($0, siblings) }) else { continue }
        if name.domain == nil, name.suffix == nil {
          bare.append((name, claim))
        } else {
          add(claim, to: computer(name))
        }
      }
    }
    for (name, claim) in bare { add(claim, to: computer(name)) }
  }

  private func name(_ claim: NameClaim) -> ComputerName? {
    let domain = knowledge.names.domain(of: claim).map { knowledge.domains.canonical($0) }
    return ComputerName(claim.name, domain: domain)
  }

  /// The name with the domain that other evidence gives it at the same address.
  private func completed(_ name: ComputerName, _ siblings: [ComputerName]) -> ComputerName {
    guard name.domain == nil else { return name }
    var completed = name
    completed.domain = siblings.first { $0.domain != nil && $0.isSame(as: name) }?.domain
    return completed
  }

  /// The number of a computer, whose record is made where there is none.
  private mutating func computer(_ name: ComputerName) -> Int {
    if let known = named[name] { return known }
    let number = make(name)
    named[name] = number
    if computers[name.short]?.contains(number) != true {
      computers[name.short, default: []].append(number)
    }
    return number
  }

  private mutating func make(_ name: ComputerName) -> Int {
    if let entry = knowledge.directory.computer(name) {
      let former = EntityRecord.id(kind: .computer, domain: entry.dnsDomain, name: name.short)
      return make(
        EntityRecord.id(sid: entry.sid), .computer, domain: entry.dnsDomain,
        name: entry.dnsHostName ?? name.label, sid: entry.sid, former: former)
    }
    let domain = name.domain ?? name.suffix
    if domain == nil, let known = computers[name.short], known.count == 1 { return known[0] }
    let number = make(
      EntityRecord.id(kind: .computer, domain: domain, name: name.short), .computer,
      domain: domain, name: name.suffix == nil ? name.label : name.hostName)
    if name.suffix != nil { records[number].name = name.hostName }
    return number
  }

  private mutating func add(_ claim: NameClaim, to number: Int) {
    widen(number, claim.from, claim.to)
    let hasSuffix = claim.name.utf8.contains(UInt8(ascii: "."))
    records[number].names.append(
      EntityRecord.NameInterval(
        name: claim.name, kind: hasSuffix ? .dns : .netbios, from: claim.from, to: claim.to))
    records[number].addresses.append(
      EntityRecord.AddressInterval(
        address: claim.address, method: claim.method, certainty: claim.certainty,
        from: claim.from, to: claim.to))
    if knowledge.isController(claim.address) { mark(number, "controller") }
  }

  // MARK: - Accounts

  /// The number of an account's entity: a user, or the computer of a machine account.
  private mutating func entity(of account: AccountName) -> Int? {
    let domain = knowledge.domains.canonical(account.domain)
    let entry = knowledge.entry(for: account)
    if knowledge.isComputer(account) {
      return ComputerName(account.name, domain: domain).map { computer($0) }
    }
    guard let entry else {
      return make(
        EntityRecord.id(kind: .user, domain: domain, name: account.key), .user,
        domain: domain.isEmpty ? nil : domain, name: account.name)
    }
    let former = EntityRecord.id(
      kind: .user, domain: entry.dnsDomain, name: entry.samAccountName)
    return make(
      EntityRecord.id(sid: entry.sid), .user, domain: entry.dnsDomain,
      name: entry.samAccountName, sid: entry.sid, former: former)
  }

  mutating func add(_ name: AccountName, _ account: EntityBook.Account) -> Int? {
    guard let number = entity(of: name) else { return nil }
    widen(number, account.first, account.last)
    let isPrincipal = name.name.utf8.contains(UInt8(ascii: "@"))
    records[number].names.append(
      EntityRecord.NameInterval(
        name: name.name, kind: isPrincipal ? .userPrincipalName : .samAccountName,
        from: account.first, to: account.last))
    if account.traits.contains(.ntlmv1) { mark(number, "ntlmv1") }
    if account.traits.contains(.cleartextBind) { mark(number, "cleartext-bind") }
    // Several spellings of one account add up within a run.
    for hour in account.hours {
      if let index = records[number].hours.firstIndex(where: { $0.hour == hour.hour }) {
        records[number].hours[index].logons &+= hour.logons
        records[number].hours[index].failures &+= hour.failures
      } else {
        records[number].hours.append(hour)
      }
    }
    return number
  }

  mutating func add(_ request: EntityBook.Request, by entity: Int) {
    let key = request.service.lowercased()
    let service = services[key] ?? serviceNames.count
    if service == serviceNames.count {
      services[key] = service
      serviceNames.append(request.service)
    }
    RecordAssembly.widen(
      &resources, RecordAssembly.pair(entity, service), request.first, request.last)
  }

  mutating func add(_ use: EntityBook.Use, by entity: Int) {
    let place = self.entity(at: use.address, use.last)
    // A machine's own address is no user of it.
    guard place != entity else { return }
    widen(place, use.first, use.last)
    RecordAssembly.widen(&links, RecordAssembly.pair(entity, place), use.first, use.last)
  }

  // MARK: - Addresses and domains

  /// The computer at an address at a moment, by more than a client's own word; otherwise the address.
  private mutating func entity(at address: Address, _ moment: Instant) -> Int {
    if case .resolved(let claim) = knowledge.names.resolve(address, at: moment),
      claim.certainty > .low, let name = name(claim)
    {
      guard name.domain == nil else { return computer(name) }
      return computer(completed(name, knowledge.names.all(address).compactMap(self.name)))
    }
    if let known = addresses[address] { return known }
    let text = address.description
    let number = make(
      EntityRecord.id(kind: .address, domain: nil, name: text), .address, domain: nil, name: text)
    addresses[address] = number
    return number
  }

  mutating func add(_ address: Address, _ place: EntityBook.Place) {
    let number = entity(at: address, place.last)
    guard records[number].kind == .address else {
      records[number].lastSeen = max(records[number].lastSeen, place.last)
      return
    }
    widen(number, place.first, place.last)
    if knowledge.isController(address) { mark(number, "controller") }
    if knowledge.names.isShared(address, at: place.last) { mark(number, "shared-address") }
    for claim in knowledge.names.all(address) where claim.certainty == .low {
      records[number].names.append(
        EntityRecord.NameInterval(
          name: claim.name, kind: .netbios, from: claim.from, to: claim.to))
    }
  }

  mutating func addDomains(_ first: Instant, _ last: Instant) {
    for domain in knowledge.domains.dnsNames {
      let number = make(
        EntityRecord.id(kind: .domain, domain: nil, name: domain), .domain, domain: domain,
        name: domain)
      widen(number, first, last)
      records[number].names = [
        EntityRecord.NameInterval(name: domain, kind: .dns, from: first, to: last)
      ]
      for name in knowledge.domains.netbiosNames(of: domain) {
        records[number].names.append(
          EntityRecord.NameInterval(name: name, kind: .netbios, from: first, to: last))
      }
      if let own = knowledge.directory.dnsDomain, own != domain { mark(number, "external") }
    }
  }

  // MARK: - Records

  private mutating func make(
    _ id: String, _ kind: EntityRecord.Kind, domain: String?, name: String, sid: String? = nil,
    former: String? = nil
  ) -> Int {
    if let known = numbers[id] { return known }
    var record = EntityRecord(
      id: id, kind: kind, domain: domain, name: name,
      firstSeen: Instant(nanoseconds: Int64.max), lastSeen: Instant(nanoseconds: Int64.min))
    record.sid = sid
    if let former { record.formerIDs = [former] }
    numbers[id] = records.count
    records.append(record)
    return records.count - 1
  }

  private mutating func widen(_ number: Int, _ first: Instant, _ last: Instant) {
    records[number].firstSeen = min(records[number].firstSeen, first)
    records[number].lastSeen = max(records[number].lastSeen, last)
  }

  private mutating func mark(_ number: Int, _ trait: String) {
    if !records[number].traits.contains(trait) { records[number].traits.append(trait) }
  }
}
