/// Who was issued which ticket, and where: keyed by fingerprint, bounded.
public struct TicketLedger: Sendable {
  /// One issue of a ticket, as the reply of a key distribution centre showed it.
  public struct Issue: Sendable {
    public var account: AccountName
    /// Where the reply went.
    public var address: Address
    public var time: Instant
    public var ticket: Ticket
    public var proof: Activity.Proof

    public init(
      account: AccountName, address: Address, time: Instant, ticket: Ticket, proof: Activity.Proof
    ) {
      self.account = account
      self.address = address
      self.time = time
      self.ticket = ticket
      self.proof = proof
    }
  }

  private var table: BoundedTable<UInt128, Issue>

  /// How many issues are held: the tickets of a working day (10 hours, the default lifetime) of some
  /// 10,000 accounts, in about 30 MB; where it is full the oldest that nobody uses gives way.
  public static let limit = 131_072

  public init() { self.init(limit: TicketLedger.limit) }

  init(limit: Int) { table = BoundedTable(limit: limit) }

  public func issue(of fingerprint: UInt128) -> Issue? { table.value(fingerprint) }

  /// The account that a ticket was issued to; nil where its issue was not seen, or is forgotten.
  public func account(for fingerprint: UInt128) -> AccountName? {
    table.value(fingerprint)?.account
  }

  /// Notes an issue; the first of a fingerprint stays.
  public mutating func add(_ issue: Issue) {
    guard table.find(issue.ticket.fingerprint) == nil else { return }
    _ = table.insert(issue.ticket.fingerprint, issue)
  }

  /// Whether an issue is known; it counts as used.
  public mutating func knows(_ fingerprint: UInt128) -> Bool { table.find(fingerprint) != nil }

  public var count: Int { table.count }

  /// Issues that were forgotten because the ledger was full.
  public var evictions: UInt64 { table.evictions }
}
