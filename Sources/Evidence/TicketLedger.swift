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

  private var issues: [UInt128: Issue] = [:]

  public init() {}

  public func issue(of fingerprint: UInt128) -> Issue? { issues[fingerprint] }

  /// Notes an issue; the first of a fingerprint stays.
  public mutating func add(_ issue: Issue) {
    if issues[issue.ticket.fingerprint] == nil { issues[issue.ticket.fingerprint] = issue }
  }
}
