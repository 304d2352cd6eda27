/// Who authenticated in which conversation, so that what follows in it has an account: bounded.
public struct LogonMemory: Sendable {
  /// A conversation by its two endpoints.
  private struct Key: TableKey {
    var source: Endpoint
    var target: Endpoint

    func tableHash(_ seed: UInt64) -> UInt64 {
      let ports = UInt64(source.port) << 16 | UInt64(target.port)
      return TableHash.mixed(
        source.address.tableHash(seed), target.address.tableHash(seed ^ ports), seed)
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
    guard case .account(let known) = table[slot], known.name != account.name else { return }
    if known.key != account.key { table[slot] = .several }
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
