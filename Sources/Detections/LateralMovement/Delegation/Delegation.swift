import Evidence

/// A request for a ticket in another's name, as all detections of delegation read it (MS-SFU).
struct Delegation {
  /// cname-in-addl-tkt (MS-SFU section 2.2.3) and enc-tkt-in-skey (RFC 4120 section 5.4.1).
  static let proxyOption: UInt32 = 0x0002_0000
  static let userToUserOption: UInt32 = 0x0000_0008
  /// PA-S4U-X509-USER, which Windows since Vista and MIT always send beside PA-FOR-USER.
  private static let modernPadata: Int32 = 130

  /// The service that asks, where its ticket's issue was seen, or as it names itself.
  let service: AccountName?
  /// For whom, as far as the traffic says.
  let user: AccountName?
  /// Whether it asks for itself (S4U2self) rather than onwards (S4U2proxy).
  let isToSelf: Bool
  /// The signs of a tool or of a stolen account, in words.
  let signs: [String]

  init?(
    _ exchange: KerberosTGSExchange, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge
  ) {
    guard exchange.requestWasSeen else { return nil }
    let isProxy = exchange.options & Self.proxyOption != 0 && !exchange.additional.isEmpty
    guard isProxy || exchange.onBehalfOf != nil,
      exchange.options & Self.userToUserOption == 0
    else { return nil }
    isToSelf = !isProxy
    let owner = exchange.presented.flatMap { knowledge.tickets.account(for: $0.fingerprint) }
    service = owner
    user = exchange.onBehalfOf ?? exchange.client
    var found: [String] = []
    if !isProxy, let presented = exchange.presented, presented.etype.isStrongEtype,
      Self.isOwnRealm(presented), !exchange.padata.contains(Self.modernPadata)
    {
      found.append("the request lacks what Windows sends (PA-S4U-X509-USER)")
    }
    if let owner, owner.isMachine, let own = ComputerName(owner.name),
      let other = Self.otherComputer(than: own, activity, knowledge)
    {
      found.append("\(owner.name) asks from another computer (\(other))")
    }
    if let tool = knowledge.hosts.tool(at: activity.source.address, activity.time) {
      found.append("\(tool.rawValue) spoke from the source")
    }
    signs = found
  }

  /// Another computer at the source: by its own claim, or beside the service's.
  private static func otherComputer(
    than name: ComputerName, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge
  ) -> String? {
    let address = activity.source.address
    if let claim = knowledge.otherComputer(than: name, at: address, activity.time) {
      return claim.name
    }
    guard case .conflict(let claims) = knowledge.computer(at: address, activity.time) else {
      return nil
    }
    return claims.first { ComputerName($0.name).map { !$0.isSame(as: name) } ?? false }?.name
  }

  /// Whether a ticket-granting ticket is for the realm that issued it, rather than a referral.
  static func isOwnRealm(_ ticket: Ticket) -> Bool {
    guard ticket.isTicketGranting else { return false }
    return ticket.service.dropFirst(7).lowercased() == ticket.realm.lowercased()
  }

  /// Why the impersonated user matters; nil where nothing shows it.
  func sensitivity(_ knowledge: borrowing Knowledge) -> String? {
    guard let user else { return nil }
    if let reason = knowledge.sensitivityReason(of: user) { return reason }
    return user.key == "administrator" ? "the built-in administrator" : nil
  }

  /// Since when the service's account exists, if that is a day or less.
  func age(_ moment: Instant, _ knowledge: borrowing Knowledge) -> Instant.Span? {
    guard let service else { return nil }
    let created =
      knowledge.accounts.habit(of: service.key)?.created ?? knowledge.entry(for: service)?.created
    guard let created else { return nil }
    let age = moment.since(created)
    return age >= .seconds(0) && age <= .hours(24) ? age : nil
  }
}
