/// What each account is known to do: where it logged on, which encryption it was offered and used.
public struct AccountHabits: Sendable {
  /// One account's habits.
  public struct Habit: Sendable {
    /// The address of its last logon with a ticket, and when.
    public var home: Address?
    public var homeTime: Instant?
    /// When a controller last offered it AES, or gave it a reply under AES.
    public var strongOffer: Instant?
    /// When it was seen to be created, where it was.
    public var created: Instant?
    /// By whom and from where.
    public var creator: AccountName?
    public var creatorAddress: Address?

    public init() {}
  }

  private var table: BoundedTable<String, Habit>

  /// Accounts remembered: those of a large domain that are at work.
  public static let limit = 65_536

  public init() { table = BoundedTable(limit: AccountHabits.limit) }

  /// By the account's key: two domains of one forest may share it.
  public func habit(of key: String) -> Habit? { table.value(key) }

  /// Changes an account's habits.
  public mutating func change(_ key: String, _ body: (inout Habit) -> Void) {
    let slot = table.find(key) ?? table.insert(key, Habit())
    body(&table[slot])
  }

  public var evictions: UInt64 { table.evictions }
}
