import Evidence

/// What the detections of forged tickets ask of a request that presents one.
struct PresentedTGT {
  let ticket: Ticket
  let client: AccountName?

  /// A request by a ticket-granting ticket of the realm itself, whose issue was not seen; nil for any
  /// other.
  init?(
    _ exchange: KerberosTGSExchange, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge
  ) {
    guard exchange.requestWasSeen, let ticket = exchange.presented,
      knowledge.tickets.issue(of: ticket.fingerprint) == nil, Delegation.isOwnRealm(ticket)
    else { return nil }
    self.ticket = ticket
    client = exchange.client ?? activity.account
  }

  /// How long no ticket that is still good can have been issued unseen: the default lifetime of ten
  /// hours (MS-KILE section 3.3.1).
  static let lifetime = Instant.Span.hours(10)

  /// Whether the traffic has been watched for a ticket's lifetime.
  static func isCovered(_ moment: Instant, _ knowledge: borrowing Knowledge) -> Bool {
    guard let since = knowledge.watchingSince else { return false }
    return moment.since(since) >= lifetime
  }
}
