/// What is known at a moment: the value that detections ask, and that correlation fills.
///
/// It has the past of the traffic, the directory's snapshot and the workspace's words; it never has
/// the future, so an answer about a packet does not change with what follows.
public struct Knowledge: Sendable {
  /// The first packet's time: what came before was not seen.
  public var watchingSince: Instant?
  public var directory: Directory
  public var domains = DomainNames()
  public var controllers = Controllers()
  public var names = NameClaims()
  public var tickets = TicketLedger()
  public var hosts = HostHabits()
  public var accounts = AccountHabits()
  /// Lower-case names, SIDs and host names that the workspace calls sensitive.
  public var sensitive: Set<String> = []
  /// Lower-case names and SIDs of accounts that nobody should use.
  public var honeytokens: Set<String> = []

  public init(directory: Directory = Directory()) {
    self.directory = directory
    if let domain = directory.dnsDomain { domains.add(dns: domain) }
  }

  /// Whether a domain controller was at this address, by evidence; see ``Controllers``.
  public func isController(_ address: Address) -> Bool { controllers.contains(address) }

  /// Which computer had the address then.
  public func computer(at address: Address, _ moment: Instant) -> Resolution {
    let resolution = names.resolve(address, at: moment)
    guard case .resolved(var claim) = resolution, !claim.name.utf8.contains(UInt8(ascii: ".")),
      let name = ComputerName(claim.name), let host = directory.computer(name)?.dnsHostName
    else { return resolution }
    claim.name = host
    return .resolved(claim)
  }

  /// The directory's entry for an account that the traffic named.
  ///
  /// The domain must agree where the traffic says one: equal names exist in many domains. A
  /// principal name (`name@suffix`) is looked up whole, because its first part need not be the
  /// sAMAccountName.
  public func entry(for account: AccountName) -> DirectoryEntry? {
    guard !directory.isEmpty, !account.isAnonymous else { return nil }
    if account.name.utf8.contains(UInt8(ascii: "@")) {
      return entry(forPrincipal: account.name)
    }
    guard !account.domain.isEmpty else { return directory.entry(named: account.name) }
    let domain = domains.canonical(account.domain)
    if let entry = directory.entry(named: account.name, domain: domain) { return entry }
    guard !domain.utf8.contains(UInt8(ascii: ".")), !domains.isKnown(domain) else { return nil }
    // A NetBIOS name that no evidence has translated: accepted where it begins the DNS name.
    guard let own = directory.dnsDomain, own.hasPrefix(domain + ".") else { return nil }
    return directory.entry(named: account.name, domain: own)
  }

  /// Whether an account is a computer's: users and managed accounts may end in `$` too.
  public func isComputer(_ account: AccountName) -> Bool {
    guard account.isMachine else { return false }
    let kind = entry(for: account)?.kind
    return kind != .managedServiceAccount && kind != .user
  }

  private func entry(forPrincipal name: String) -> DirectoryEntry? {
    if let entry = directory.entry(principalName: name) { return entry }
    let parts = name.split(separator: "@", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    return directory.entry(
      named: String(parts[0]), domain: domains.canonical(String(parts[1])))
  }

  /// Why the account is sensitive; nil if it is not, or not known to be.
  public func sensitivityReason(of account: AccountName) -> String? {
    if sensitive.contains(account.key) { return "named sensitive by the workspace" }
    guard let entry = entry(for: account) else { return nil }
    return sensitivityReason(of: entry)
  }

  /// Why an entry of the directory is sensitive; the workspace's word on a group holds for all in it.
  public func sensitivityReason(of entry: DirectoryEntry) -> String? {
    guard !sensitive.isEmpty else { return directory.sensitivityReason(sid: entry.sid) }
    if isNamed(entry, in: sensitive) { return "named sensitive by the workspace" }
    if let reason = directory.sensitivityReason(sid: entry.sid) { return reason }
    for group in directory.groups(of: entry) where isNamed(group, in: sensitive) {
      return "member of \(group.samAccountName), named sensitive by the workspace"
    }
    return nil
  }

  public func isHoneytoken(_ account: AccountName) -> Bool {
    guard !honeytokens.isEmpty else { return false }
    if honeytokens.contains(account.key) { return true }
    return entry(for: account).map { isNamed($0, in: honeytokens) } ?? false
  }

  private func isNamed(_ entry: DirectoryEntry, in names: Set<String>) -> Bool {
    names.contains(entry.sid.lowercased()) || names.contains(entry.samAccountName.lowercased())
      || (entry.dnsHostName.map { names.contains($0.lowercased()) } ?? false)
  }

  /// A source of an alert, with the computer that it was at the time.
  public func source(_ address: Address, at moment: Instant) -> Alert.Source {
    switch computer(at: address, moment) {
    case .resolved(let claim):
      Alert.Source(address: address, computer: claim.name, certainty: claim.certainty)
    case .conflict(let names):
      Alert.Source(
        address: address,
        unresolved: "claims disagree: \(names.map(\.name).joined(separator: ", "))")
    case .unresolved(let reason):
      Alert.Source(address: address, unresolved: reason)
    }
  }

  /// An account of an alert, with the SID that the directory gives it.
  public func party(_ account: AccountName) -> Alert.Account {
    let domain = account.domain.isEmpty ? nil : account.domain
    return Alert.Account(name: account.name, domain: domain, sid: entry(for: account)?.sid)
  }

  /// A computer as the target of an alert: its name where known, its address otherwise.
  public func target(_ address: Address, at moment: Instant) -> Alert.Target {
    guard case .resolved(let claim) = computer(at: address, moment) else {
      return Alert.Target(kind: .address, name: address.description)
    }
    return Alert.Target(kind: .computer, name: claim.name)
  }
}
