import Evidence

/// Lifetimes and weights of what names computers; the reasons are in the reference on entities.
enum NameWeight {
  /// A machine account proved its key from there: until another does, or the lifetime of its ticket.
  static let machineLogon: UInt8 = 95
  static let machineTicket: UInt8 = 85
  static let ntlmServer: UInt8 = 95
  static let netlogonPing: UInt8 = 95
  /// A host that registered its own address, signed.
  static let ownUpdate: UInt8 = 95
  static let otherUpdate: UInt8 = 60
  static let hostAddress: UInt8 = 80
  static let serviceTicket: UInt8 = 60
  static let boundMachineID: UInt8 = 60
  static let dnsAnswer: UInt8 = 50
  static let ntlmWorkstation: UInt8 = 40
  /// A lease with the name that its client gave: anybody may give any, but few do.
  static let granted: UInt8 = 60
  static let announced: UInt8 = 40

  static let machineLifetime = Instant.Span.hours(10)
  static let hour = Instant.Span.hours(1)
  static let day = Instant.Span.hours(24)
  static let quarter = Instant.Span.minutes(15)
}

extension Correlator {
  static let kerberosPort: UInt16 = 88

  mutating func learnAS(_ exchange: KerberosASExchange, _ activity: borrowing Activity) {
    noteKeyDistributionCentre(activity)
    guard case .success = activity.outcome, let issued = exchange.issued else { return }
    noteRealm(exchange.realm)
    let client = exchange.answeredClient ?? exchange.client
    let account = activity.account ?? AccountName(name: client, domain: exchange.realm)
    if !knowledge.tickets.knows(issued.fingerprint) {
      knowledge.tickets.add(
        TicketLedger.Issue(
          account: account, address: activity.source.address, time: activity.end, ticket: issued,
          proof: activity.proof))
    }
    if knowledge.isComputer(account) {
      hear(
        NameEvidence(
          name: account.name, domain: account.domain, method: .machineLogon,
          weight: NameWeight.machineLogon, lifetime: NameWeight.machineLifetime),
        at: activity.source.address, activity.time)
      noteController(account, at: activity.source.address, activity.time)
    }
    for name in exchange.hostAddresses where Address(name) == nil {
      hear(
        NameEvidence(
          name: trimmed(name), method: .hostAddress, weight: NameWeight.hostAddress,
          lifetime: NameWeight.hour),
        at: activity.source.address, activity.time)
    }
  }

  mutating func learnTGS(_ exchange: KerberosTGSExchange, _ activity: borrowing Activity) {
    noteKeyDistributionCentre(activity)
    guard case .success = activity.outcome, let issued = exchange.issued,
      let account = exchange.client ?? activity.account
    else { return }
    noteRealm(exchange.realm)
    if !knowledge.tickets.knows(issued.fingerprint) {
      knowledge.tickets.add(
        TicketLedger.Issue(
          account: account, address: activity.source.address, time: activity.end, ticket: issued,
          proof: activity.proof))
    }
    // A service that asks on behalf of a user gets the user's name in the answer.
    guard knowledge.isComputer(account), exchange.onBehalfOf == nil, exchange.additional.isEmpty,
      isAtHome(exchange.presented, activity.source.address)
    else { return }
    hear(
      NameEvidence(
        name: account.name, domain: account.domain, method: .machineLogon,
        weight: NameWeight.machineTicket, lifetime: NameWeight.machineLifetime),
      at: activity.source.address, activity.time)
    noteController(account, at: activity.source.address, activity.time)
  }

  mutating func learnAP(_ exchange: KerberosAPExchange, _ activity: borrowing Activity) {
    guard case .success = activity.outcome else { return }
    if let host = serviceHost(exchange.ticket.service) {
      hear(
        NameEvidence(
          name: host, method: .serviceTicket, weight: NameWeight.serviceTicket,
          lifetime: NameWeight.quarter),
        at: activity.target.address, activity.time)
    }
    guard let account = activity.account, knowledge.isComputer(account),
      isAtHome(exchange.ticket, activity.source.address)
    else { return }
    noteController(account, at: activity.source.address, activity.time)
  }

  /// Whether a ticket is used where it was issued to, as far as that was seen.
  private func isAtHome(_ ticket: Ticket?, _ address: Address) -> Bool {
    guard let ticket, let issue = knowledge.tickets.issue(of: ticket.fingerprint) else {
      return true
    }
    return issue.address == address
  }

  /// Whoever answers on port 88, with a ticket or an error, is a key distribution centre.
  private mutating func noteKeyDistributionCentre(_ activity: borrowing Activity) {
    guard activity.target.port == Correlator.kerberosPort else { return }
    switch activity.outcome {
    case .success, .failure: break
    case .unanswered, .unknown: return
    }
    addController(activity.target.address, .answeredKerberos)
  }

  /// The host of a service principal: `cifs/fs1.alpine.test`, `MSSQLSvc/fs1:1433`.
  private mutating func serviceHost(_ service: String) -> String? {
    if let slot = serviceHosts.find(service) { return serviceHosts[slot] }
    let host = Correlator.host(service: service).flatMap { host in
      knowledge.domains.isKnown(host) ? nil : host
    }
    _ = serviceHosts.insert(service, host)
    return host
  }

  private static func host(service: String) -> String? {
    let octets = service.utf8
    guard octets.count <= EntityBook.serviceNameLimit, !Failures.isTicketGranting(service),
      let slash = octets.firstIndex(of: UInt8(ascii: "/"))
    else { return nil }
    let rest = octets[octets.index(after: slash)...]
    let end =
      rest.firstIndex {
        $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "@")
      } ?? rest.endIndex
    let host = String(service[rest.startIndex..<end])
    return host.isEmpty || Address(host) != nil ? nil : host
  }

  /// NetBIOS names are padded with blanks to 15 characters (RFC 1001 section 14).
  private func trimmed(_ name: String) -> String {
    var bare = name[...]
    while bare.last == " " { bare = bare.dropLast() }
    return String(bare)
  }
}
