import Evidence
import Wire

/// A request to a controller that waits for its answer, or an answer whose request was not seen.
struct KerberosRequest {
  let type: Kerberos.MessageType
  let nonce: UInt32
  /// Who asked.
  let side: Side
  let moment: Moment
  private var detail: Detail
  private var account: AccountName?

  private enum Detail {
    case authentication(KerberosASExchange)
    case ticketGranting(KerberosTGSExchange)
  }

  init(_ request: Kerberos.KDCRequest, from side: Side, at moment: Moment) {
    type = request.type
    nonce = request.nonce
    self.side = side
    self.moment = moment
    if request.type == .asRequest {
      detail = .authentication(KerberosASExchange(request))
      account = request.client.map { AccountName($0, realm: request.realm) }
    } else {
      detail = .ticketGranting(KerberosTGSExchange(request))
    }
  }

  /// The request that `reply` must have answered.
  init(unseenBefore reply: Kerberos.KDCReply, side: Side, at moment: Moment) {
    self.init(
      type: reply.type == .asReply ? .asRequest : .tgsRequest, side: side, moment: moment,
      realm: reply.ticket.realm, client: reply.client.text, service: reply.ticket.server.text)
  }

  /// The request that `error` must have answered: an error that names the client, or is about its
  /// key or its existence, or a service `krbtgt` asks for no other ticket, is of an AS exchange.
  init(unseenBefore error: Kerberos.KRBError, side: Side, at moment: Moment) {
    let service = error.server?.text ?? ""
    let ofClient: [Kerberos.ErrorCode] = [
      .clientPrincipalUnknown, .clientRevoked, .keyExpired, .preauthFailed, .preauthRequired,
    ]
    let isAuthentication =
      error.client != nil || ofClient.contains(error.code)
      || service.prefix(7).lowercased() == "krbtgt/"
    self.init(
      type: isAuthentication ? .asRequest : .tgsRequest, side: side, moment: moment,
      realm: error.realm, client: error.client?.text ?? "", service: service)
    if isAuthentication {
      account = error.client.map { AccountName($0, realm: error.clientRealm ?? error.realm) }
    }
  }

  private init(
    type: Kerberos.MessageType, side: Side, moment: Moment, realm: String, client: String = "",
    service: String
  ) {
    self.type = type
    nonce = 0
    self.side = side
    self.moment = moment
    if type == .asRequest {
      var exchange = KerberosASExchange(realm: realm, client: client, service: service)
      exchange.requestWasSeen = false
      detail = .authentication(exchange)
    } else {
      var exchange = KerberosTGSExchange(realm: realm, service: service)
      exchange.requestWasSeen = false
      detail = .ticketGranting(exchange)
    }
  }

  /// Adds what the answer says.
  mutating func answer(_ reply: Kerberos.KDCReply) {
    let client = AccountName(reply.client, realm: reply.clientRealm)
    account = client
    switch detail {
    case .authentication(var exchange):
      exchange.issued = Ticket(reply.ticket)
      exchange.replyEtype = reply.sealed.encryption.rawValue
      exchange.answeredClient = reply.client.text
      exchange.offeredEtypes = reply.preauthentication.etypeInfo2.map(\.rawValue)
      detail = .authentication(exchange)
    case .ticketGranting(var exchange):
      exchange.issued = Ticket(reply.ticket)
      exchange.replyEtype = reply.sealed.encryption.rawValue
      exchange.client = client
      detail = .ticketGranting(exchange)
    }
  }

  mutating func answer(_ error: Kerberos.KRBError) {
    guard case .authentication(var exchange) = detail else { return }
    exchange.offeredEtypes = error.preauthentication.etypeInfo2.map(\.rawValue)
    detail = .authentication(exchange)
  }

  func activity(
    _ parties: Parties, outcome: Activity.Outcome = .unanswered, answeredAt answer: Moment? = nil
  ) -> Activity {
    let (source, target) = parties.route(from: side)
    let wasSeen: Bool
    let typed: Activity.Detail
    switch detail {
    case .authentication(let exchange):
      wasSeen = exchange.requestWasSeen
      typed = .kerberosAS(exchange)
    case .ticketGranting(let exchange):
      wasSeen = exchange.requestWasSeen
      typed = .kerberosTGS(exchange)
    }
    return Activity(
      time: moment.time, end: answer?.time ?? moment.time, source: source, target: target,
      transport: parties.transport, account: account, outcome: outcome,
      proof: Activity.Proof(
        capture: moment.capture, request: wasSeen ? moment.packet : 0,
        answer: answer?.packet ?? 0),
      detail: typed)
  }
}

// MARK: - From messages to evidence

extension AccountName {
  /// A principal as an account: all components, of which a user or computer has one.
  init(_ principal: Kerberos.PrincipalName, realm: String) {
    self.init(name: principal.text, domain: realm)
  }
}

extension Ticket {
  init(_ ticket: Kerberos.Ticket) {
    self.init(
      fingerprint: ticket.sealed.fingerprint.value, realm: ticket.realm,
      service: ticket.server.text, etype: ticket.sealed.encryption.rawValue,
      kvno: ticket.sealed.keyVersion, byteCount: ticket.sealed.byteCount)
  }
}

extension KerberosASExchange {
  fileprivate init(_ request: Kerberos.KDCRequest) {
    self.init(
      realm: request.realm, client: request.client?.text ?? "",
      service: request.server?.text ?? "")
    options = request.options.rawValue
    etypes = request.encryptions.map(\.rawValue)
    padata = request.preauthentication.types.map(\.rawValue)
    preauthEtype = request.preauthentication.timestampEncryption?.rawValue
    includesPAC = request.preauthentication.includesPAC
    hostAddresses = request.addresses.compactMap(\.text)
  }
}

extension KerberosTGSExchange {
  fileprivate init(_ request: Kerberos.KDCRequest) {
    let preauthentication = request.preauthentication
    self.init(realm: request.realm, service: request.server?.text ?? "")
    serviceNameType = request.server?.type.rawValue
    options = request.options.rawValue
    etypes = request.encryptions.map(\.rawValue)
    padata = preauthentication.types.map(\.rawValue)
    presented = preauthentication.tgsRequest.map { Ticket($0.ticket) }
    onBehalfOf = preauthentication.impersonated
    additional = request.additionalTickets.map { Ticket($0) }
  }
}

extension Kerberos.PreauthenticationData {
  /// The user for whom a service asks by S4U2self: PA-FOR-USER's, or else PA-FOR-X509-USER's.
  var impersonated: AccountName? {
    if let forUser { return AccountName(forUser, realm: forUserRealm ?? "") }
    return forX509User.map { AccountName($0, realm: forX509UserRealm ?? "") }
  }
}

extension Kerberos.HostAddress {
  /// The address as people write it; nil where its type has no text.
  var text: String? {
    switch (type, octets.count) {
    case (Self.netBIOS, _): netBIOSName
    // RFC 4120 section 7.5.3: 2 is IPv4, 24 IPv6.
    case (2, 4): Address(ipv4: octets.reduce(0) { $0 << 8 | UInt32($1) }).description
    case (24, 16):
      Address(
        high: octets.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
        low: octets.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
      ).description
    default: nil
    }
  }
}
