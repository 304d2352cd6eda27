/// What is known at a moment: the value that detections ask, and that correlation fills.
///
/// It has the past of the traffic, the directory's snapshot and the workspace's words; it never has
/// the future, so an answer about a packet does not change with what follows.
public struct Knowledge: Sendable {
  /// The first packet's time: what came before was not seen.
  public var watchingSince: Instant?
  public var directory: Directory
  public var controllers = Controllers()
  public var names = NameClaims()
  public var tickets = TicketLedger()
  /// Lower-case names, SIDs and host names that the workspace calls sensitive.
  public var sensitive: Set<String> = []
  /// Lower-case names and SIDs of accounts that nobody should use.
  public var honeytokens: Set<String> = []

  public init(directory: Directory = Directory()) { self.directory = directory }

  /// Whether a domain controller was at this address, by evidence; see ``Controllers``.
  public func isController(_ address: Address) -> Bool { controllers.contains(address) }

  /// Which computer had the address then.
  public func computer(at address: Address, _ moment: Instant) -> Resolution {
    names.resolve(address, at: moment)
  }

  /// The directory's entry for an account that the traffic named.
  public func entry(for account: AccountName) -> DirectoryEntry? {
    directory.entry(named: account.key)
  }

  /// Why the account is sensitive; nil if it is not, or not known to be.
  public func sensitivityReason(of account: AccountName) -> String? {
    if sensitive.contains(account.key) { return "named sensitive by the workspace" }
    guard let entry = entry(for: account) else { return nil }
    if sensitive.contains(entry.sid.lowercased()) { return "named sensitive by the workspace" }
    return directory.sensitivityReason(sid: entry.sid)
  }

  public func isHoneytoken(_ account: AccountName) -> Bool {
    if honeytokens.contains(account.key) { return true }
    guard let entry = entry(for: account) else { return false }
    return honeytokens.contains(entry.sid.lowercased())
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
