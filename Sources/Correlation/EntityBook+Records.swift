import Evidence

extension EntityBook {
  /// Records of all entities, sorted by identity: the same activities give the same records.
  func records(_ knowledge: Knowledge) -> [EntityRecord] {
    guard let first, let last else { return [] }
    var assembly = RecordAssembly(knowledge)
    assembly.addComputers(accounts.slots.map(\.key).filter(\.isMachine))
    var bySerial: [UInt32: Int] = [:]
    for (index, slot) in accounts.slots.enumerated() { bySerial[slot.value.serial] = index }
    for slot in accounts.slots { assembly.add(slot.key, slot.value) }
    for slot in places.slots { assembly.add(slot.key, slot.value) }
    for slot in uses.slots {
      guard let index = bySerial[slot.key.account] else { continue }
      assembly.add(slot.value, by: accounts.key(index))
    }
    for slot in requests.slots {
      guard let index = bySerial[slot.key.account] else { continue }
      assembly.add(slot.value, by: accounts.key(index))
    }
    assembly.addDomains(first, last)
    return assembly.finish()
  }
}

/// Makes records of what a book and the claims hold.
private struct RecordAssembly {
  let knowledge: Knowledge
  private var records: [String: EntityRecord] = [:]
  /// Identities of computers by short name.
  private var computers: [String: Set<String>] = [:]
  private var links: [String: [String: EntityRecord.Link]] = [:]
  private var resources: [String: [String: EntityRecord.Link]] = [:]

  init(_ knowledge: Knowledge) { self.knowledge = knowledge }

  func finish() -> [EntityRecord] {
    var all: [EntityRecord] = []
    // A computer that only a service's name mentions was not seen.
    for var record in records.values where record.firstSeen <= record.lastSeen {
      record.peers = EntityRecord.newest(links[record.id])
      record.resources = EntityRecord.newest(resources[record.id])
      // Merging with nothing puts names, intervals and hours in order, within their limits.
      record.merge(
        EntityRecord(
          id: record.id, kind: record.kind, domain: record.domain, name: record.name,
          firstSeen: record.firstSeen, lastSeen: record.lastSeen))
      all.append(record)
    }
    return all.sorted { $0.id < $1.id }
  }

  // MARK: - Computers

  /// Computers of machine accounts and of claims that are more than a client's own word.
  mutating func addComputers(_ machines: [AccountName]) {
    var bare: [(ComputerName, NameClaim)] = []
    for account in machines {
      let domain = knowledge.domains.canonical(account.domain)
      if let name = ComputerName(account.name, domain: domain) { _ = computer(name) }
    }
    for address in knowledge.names.addresses {
      let claims = knowledge.names.all(address).filter { $0.certainty > .low }
      let names = claims.compactMap { claim in named(claim).map { ($0, claim) } }
      for (name, claim) in names {
        var name = name
        if name.domain == nil {
          // A domain that other evidence gives the same name at the same address.
          name.domain =
            names.lazy.map(\.0).first { $0.domain != nil && $0.isSame(as: name) }?.domain
        }
        if name.domain == nil, name.suffix == nil {
          bare.append((name, claim))
        } else {
          add(claim, to: computer(name))
        }
      }
    }
    for (name, claim) in bare { add(claim, to: computer(name)) }
  }

  private func named(_ claim: NameClaim) -> ComputerName? {
    let domain = knowledge.names.domain(of: claim).map { knowledge.domains.canonical($0) }
    return ComputerName(claim.name, domain: domain)
  }

  /// The identity of a computer, whose record is made where there is none.
  private mutating func computer(_ name: ComputerName) -> String {
    if let entry = knowledge.directory.computer(name) {
      let former = EntityRecord.id(kind: .computer, domain: entry.dnsDomain, name: name.short)
      return make(
        EntityRecord.id(sid: entry.sid), .computer, domain: entry.dnsDomain,
        name: entry.dnsHostName ?? name.label, sid: entry.sid, former: former, short: name.short)
    }
    if let known = known(name) {
      if name.suffix != nil, records[known]?.sid == nil { records[known]?.name = name.hostName }
      return known
    }
    let domain = name.domain ?? name.suffix
    return make(
      EntityRecord.id(kind: .computer, domain: domain, name: name.short), .computer,
      domain: domain, name: name.suffix == nil ? name.label : name.hostName, short: name.short)
  }

  /// A computer that was made already: of that domain, or the only one of a bare name.
  private func known(_ name: ComputerName) -> String? {
    let ids = computers[name.short] ?? []
    if let domain = name.domain ?? name.suffix {
      let id = EntityRecord.id(kind: .computer, domain: domain, name: name.short)
      return ids.contains(id) ? id : nil
    }
    return ids.count == 1 ? ids.first : nil
  }

  private mutating func add(_ claim: NameClaim, to id: String) {
    guard var record = records[id] else { return }
    widen(&record, claim.from, claim.to)
    let hasSuffix = claim.name.utf8.contains(UInt8(ascii: "."))
    record.names.append(
      EntityRecord.NameInterval(
        name: claim.name, kind: hasSuffix ? .dns : .netbios, from: claim.from, to: claim.to))
    record.addresses.append(
      EntityRecord.AddressInterval(
        address: claim.address, method: claim.method, certainty: claim.certainty,
        from: claim.from, to: claim.to))
    if knowledge.isController(claim.address) { record.traits.append("controller") }
    records[id] = record
  }

  // MARK: - Accounts

  /// The identity of an account's entity: a user, or the computer of a machine account.
  private mutating func entity(of account: AccountName) -> String? {
    let domain = knowledge.domains.canonical(account.domain)
    let entry = knowledge.entry(for: account)
    if account.isMachine, entry?.kind != .managedServiceAccount, entry?.kind != .user {
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

  mutating func add(_ name: AccountName, _ account: EntityBook.Account) {
    guard let id = entity(of: name), var record = records[id] else { return }
    widen(&record, account.first, account.last)
    let isPrincipal = name.name.utf8.contains(UInt8(ascii: "@"))
    record.names.append(
      EntityRecord.NameInterval(
        name: name.name, kind: isPrincipal ? .userPrincipalName : .samAccountName,
        from: account.first, to: account.last))
    if account.traits.contains(.ntlmv1) { record.traits.append("ntlmv1") }
    if account.traits.contains(.cleartextBind) { record.traits.append("cleartext-bind") }
    // Several spellings of one account add up within a run.
    for hour in account.hours {
      if let index = record.hours.firstIndex(where: { $0.hour == hour.hour }) {
        record.hours[index].logons &+= hour.logons
        record.hours[index].failures &+= hour.failures
      } else {
        record.hours.append(hour)
      }
    }
    records[id] = record
  }

  mutating func add(_ request: EntityBook.Request, by account: AccountName) {
    guard let id = entity(of: account) else { return }
    link(
      &resources, id, request.service.lowercased(),
      EntityRecord.Link(
        id: nil, name: request.service, from: request.first, to: request.last))
  }

  mutating func add(_ use: EntityBook.Use, by account: AccountName) {
    guard let user = entity(of: account) else { return }
    let place = entity(at: use.address, use.last)
    guard place != user, let userName = records[user]?.name, let placeName = records[place]?.name
    else { return }
    // A link to a computer shows on both pages; a machine's own address is no user of it.
    link(
      &links, user, place,
      EntityRecord.Link(id: place, name: placeName, from: use.first, to: use.last))
    link(
      &links, place, user,
      EntityRecord.Link(id: user, name: userName, from: use.first, to: use.last))
    if var record = records[place] {
      widen(&record, use.first, use.last)
      records[place] = record
    }
  }

  private func link(
    _ table: inout [String: [String: EntityRecord.Link]], _ id: String, _ key: String,
    _ link: EntityRecord.Link
  ) {
    guard var known = table[id]?[key] else {
      table[id, default: [:]][key] = link
      return
    }
    known.from = min(known.from, link.from)
    known.to = max(known.to, link.to)
    known.name = min(known.name, link.name)
    table[id]?[key] = known
  }

  // MARK: - Addresses and domains

  /// The computer at an address at a moment, by more than a client's own word; otherwise the address.
  private mutating func entity(at address: Address, _ moment: Instant) -> String {
    if case .resolved(let claim) = knowledge.names.resolve(address, at: moment),
      claim.certainty > .low, var name = named(claim)
    {
      if name.domain == nil {
        let siblings = knowledge.names.all(address).compactMap { named($0) }
        name.domain = siblings.first { $0.domain != nil && $0.isSame(as: name) }?.domain
      }
      return computer(name)
    }
    let text = address.description
    return make(
      EntityRecord.id(kind: .address, domain: nil, name: text), .address, domain: nil, name: text)
  }

  mutating func add(_ address: Address, _ place: EntityBook.Place) {
    let id = entity(at: address, place.last)
    guard var record = records[id] else { return }
    if record.kind == .address {
      widen(&record, place.first, place.last)
      if knowledge.isController(address) { record.traits.append("controller") }
      if knowledge.names.isShared(address, at: place.last) {
        record.traits.append("shared-address")
      }
      for claim in knowledge.names.all(address) where claim.certainty == .low {
        record.names.append(
          EntityRecord.NameInterval(
            name: claim.name, kind: .netbios, from: claim.from, to: claim.to))
      }
    } else {
      record.lastSeen = max(record.lastSeen, place.last)
    }
    records[id] = record
  }

  mutating func addDomains(_ first: Instant, _ last: Instant) {
    for domain in knowledge.domains.dnsNames {
      let id = make(
        EntityRecord.id(kind: .domain, domain: nil, name: domain), .domain, domain: domain,
        name: domain)
      guard var record = records[id] else { continue }
      widen(&record, first, last)
      record.names.append(
        EntityRecord.NameInterval(name: domain, kind: .dns, from: first, to: last))
      for name in knowledge.domains.netbiosNames(of: domain) {
        record.names.append(
          EntityRecord.NameInterval(name: name, kind: .netbios, from: first, to: last))
      }
      if let own = knowledge.directory.dnsDomain, own != domain { record.traits.append("external") }
      records[id] = record
    }
  }

  // MARK: - Records

  private mutating func make(
    _ id: String, _ kind: EntityRecord.Kind, domain: String?, name: String, sid: String? = nil,
    former: String? = nil, short: String? = nil
  ) -> String {
    if records[id] == nil {
      var record = EntityRecord(
        id: id, kind: kind, domain: domain, name: name,
        firstSeen: Instant(nanoseconds: Int64.max), lastSeen: Instant(nanoseconds: Int64.min))
      record.sid = sid
      if let former { record.formerIDs = [former] }
      records[id] = record
    }
    if let short { computers[short, default: []].insert(id) }
    return id
  }

  private func widen(_ record: inout EntityRecord, _ first: Instant, _ last: Instant) {
    record.firstSeen = min(record.firstSeen, first)
    record.lastSeen = max(record.lastSeen, last)
  }
}

extension EntityRecord {
  /// Links of one entity within their limit, the newest first.
  fileprivate static func newest(_ links: [String: Link]?) -> [Link] {
    guard let links else { return [] }
    return united(Array(links.values), [])
  }
}
