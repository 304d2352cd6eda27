public import Evidence

/// What part an entity has in an alert.
public enum Involvement: String, Sendable {
  /// It was done from it, or in its name.
  case source
  /// It was done to it.
  case target

  /// The part of an entity in an alert; nil where it has none.
  ///
  /// One that is both is the source, but an account that is also named as a target is the target:
  /// alerts about guessed passwords name the accounts whose passwords were guessed.
  public static func of(
    _ record: EntityRecord, in alert: Alert, entry: DirectoryEntry? = nil,
    domains: DomainNames = DomainNames()
  ) -> Involvement? {
    let names = EntityNames(record, entry, domains)
    if alert.sources.contains(where: { names.isSource($0, at: alert.lastSeen) }) { return .source }
    if alert.targets.contains(where: { names.isTarget($0, at: alert.lastSeen) }) { return .target }
    return alert.accounts.contains(where: names.isAccount) ? .source : nil
  }
}

/// The names of one entity, ready to be compared with those of alerts.
private struct EntityNames {
  let record: EntityRecord
  let entry: DirectoryEntry?
  let domains: DomainNames
  let computers: [ComputerName]
  let accounts: Set<String>
  let services: Set<String>

  init(_ record: EntityRecord, _ entry: DirectoryEntry?, _ domains: DomainNames) {
    self.record = record
    self.entry = entry
    self.domains = domains
    computers = record.kind == .computer ? Matching.names(of: record, entry) : []
    var accounts: Set<String> = []
    if record.kind == .user || record.kind == .computer {
      accounts = Set(
        record.names.filter { $0.kind == .samAccountName }.map { $0.name.lowercased() })
      if let entry { accounts.insert(entry.samAccountName.lowercased()) }
      if record.kind == .user { accounts.insert(record.name.lowercased()) }
    }
    self.accounts = accounts
    services = Set((entry?.servicePrincipalNames ?? []).map { $0.lowercased() })
  }

  func isSource(_ source: Alert.Source, at moment: Instant) -> Bool {
    // An address is a source whoever had it; a computer named as the source is no other computer.
    if record.kind != .address, let computer = source.computer { return isComputer(computer) }
    // What several had at once is nobody's: a wrong join is worse than none.
    if record.kind != .address, source.isAmbiguous { return false }
    return isAddress(source.address, at: moment)
  }

  func isAccount(_ account: Alert.Account) -> Bool {
    if let sid = account.sid, let own = record.sid { return sid.uppercased() == own.uppercased() }
    guard accounts.contains(account.name.lowercased()) else { return false }
    guard let domain = account.domain, let own = record.domain else { return true }
    return domains.canonical(domain) == domains.canonical(own)
  }

  func isTarget(_ target: Alert.Target, at moment: Instant) -> Bool {
    switch target.kind {
    case .computer: isComputer(target.name)
    case .account: accounts.contains(target.name.lowercased())
    case .group:
      record.kind == .group && record.name.lowercased() == target.name.lowercased()
    case .address: Address(target.name).map { isAddress($0, at: moment) } ?? false
    case .domain:
      record.kind == .domain
        && domains.canonical(record.name) == domains.canonical(target.name)
    case .service: services.contains(target.name.lowercased())
    }
  }

  private func isComputer(_ text: String) -> Bool {
    guard let name = ComputerName(text) else { return false }
    return computers.contains { $0.isSame(as: name) }
  }

  private func isAddress(_ address: Address, at moment: Instant) -> Bool {
    switch record.kind {
    case .address: record.name == address.description
    case .computer:
      record.addresses.contains { interval in
        interval.address == address && interval.certainty > .low
          && interval.from <= moment.advanced(by: NameClaims.nearness)
          && moment <= interval.to.advanced(by: NameClaims.nearness)
      }
    case .user, .group, .domain: false
    }
  }
}
