/// What each host is known to do, by address: tools that spoke from it, what its own client asks for.
///
/// Correlation fills it; it is kept for the addresses that are in use, the longest unheard forgotten.
public struct HostHabits: Sendable {
  /// One address's habits.
  public struct Habit: Sendable {
    /// The tool heard last, and when.
    public var tool: ClientTool?
    public var toolTime: Instant?
    /// When it last asked for AES at logon, by a full list of types.
    public var strongLogon: Instant?
    /// Who logged on from it last, the latest last: keys of persons' accounts.
    public var people: [String] = []

    public init() {}
  }

  private var table: BoundedTable<Address, Habit>

  /// Addresses remembered: as many as names are kept for.
  public static let limit = 65_536
  /// People remembered of one address.
  public static let peopleLimit = 8
  /// What was heard this lately says who is at work there now.
  public static let recency = Instant.Span.hours(1)

  public init() { table = BoundedTable(limit: HostHabits.limit) }

  public func habit(of address: Address) -> Habit? { table.value(address) }

  /// The tool that spoke from an address lately.
  public func tool(at address: Address, _ moment: Instant) -> ClientTool? {
    guard let habit = table.value(address), let time = habit.toolTime,
      moment.since(time) <= HostHabits.recency
    else { return nil }
    return habit.tool
  }

  /// Whether a person's account is known to have logged on from an address.
  public func hasPerson(_ key: String, at address: Address) -> Bool {
    table.value(address)?.people.contains(key) ?? false
  }

  public mutating func note(_ tool: ClientTool, at address: Address, _ moment: Instant) {
    let slot = table.find(address) ?? table.insert(address, Habit())
    table[slot].tool = tool
    table[slot].toolTime = moment
  }

  public mutating func noteStrongLogon(at address: Address, _ moment: Instant) {
    let slot = table.find(address) ?? table.insert(address, Habit())
    table[slot].strongLogon = moment
  }

  public mutating func note(person key: String, at address: Address) {
    let slot = table.find(address) ?? table.insert(address, Habit())
    guard table[slot].people.last != key else { return }
    table[slot].people.removeAll { $0 == key }
    if table[slot].people.count >= HostHabits.peopleLimit { table[slot].people.removeFirst() }
    table[slot].people.append(key)
  }

  public var evictions: UInt64 { table.evictions }
}
