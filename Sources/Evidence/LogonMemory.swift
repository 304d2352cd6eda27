/// Who authenticated in which conversation, so that what follows in it has an account: bounded.
public struct LogonMemory: Sendable {
  /// A conversation by its two endpoints.
  private struct Key: Hashable, Sendable {
    var source: Endpoint
    var target: Endpoint

    /// The ports and low halves of the addresses tell conversations apart well enough; equality
    /// looks at all of it.
    func hash(into hasher: inout Hasher) {
      hasher.combine(
        source.address.low ^ target.address.low &* 0x9e37_79b9_7f4a_7c15
          ^ UInt64(source.port) << 48 ^ UInt64(target.port) << 32)
    }
  }

  private enum Logon: Sendable {
    case account(AccountName)
    /// Several accounts have sessions in it: which one acts is not known here.
    case several
  }

  private var table: BoundedTable<Key, Logon>

  /// Conversations remembered: those that a busy controller has open at once, several times over.
  public static let limit = 65_536

  public init() { self.init(limit: LogonMemory.limit) }

  init(limit: Int) { table = BoundedTable(limit: limit) }

  /// Notes who authenticated.
  ///
  /// A new bind takes the place of the old one; sessions of SMB (`isMultiplexed`) exist side by side.
  public mutating func note(
    _ account: AccountName, from source: Endpoint, to target: Endpoint, isMultiplexed: Bool
  ) {
    let key = Key(source: source, target: target)
    guard let slot = table.find(key) else {
      _ = table.insert(key, .account(account))
      return
    }
    guard isMultiplexed else {
      table[slot] = .account(account)
      return
    }
    if case .account(let known) = table[slot], known.key != account.key { table[slot] = .several }
  }

  /// The account that acts in a conversation; nil where none or several are known.
  public mutating func account(from source: Endpoint, to target: Endpoint) -> AccountName? {
    guard let slot = table.find(Key(source: source, target: target)),
      case .account(let account) = table[slot]
    else { return nil }
    return account
  }

  public var evictions: UInt64 { table.evictions }
}
