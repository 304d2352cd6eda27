import Evidence
import Wire

/// A request to a controller that waits for its answer, or an answer whose request was not seen.
struct KerberosRequest {
  let type: Kerberos.MessageType
  let nonce: UInt32
  /// Who asked.
  let side: Side
  private var activity: Activity

  init(
    _ request: Kerberos.KDCRequest, from side: Side, at moment: Moment, _ parties: Parties
  ) {
    type = request.type
    nonce = request.nonce
    self.side = side
    activity = Activity(
      kerberos: request.type == .asRequest
        ? .kerberosAS(KerberosASExchange(request)) : .kerberosTGS(KerberosTGSExchange(request)),
      asked: moment, from: side, parties)
    if request.type == .asRequest {
      activity.account = request.client.map { AccountName($0, realm: request.realm) }
    }
  }

  /// The request that `reply` must have answered.
  init(unseenBefore reply: Kerberos.KDCReply, side: Side, at moment: Moment, _ parties: Parties) {
    type = reply.type == .asReply ? .asRequest : .tgsRequest
    nonce = 0
    self.side = side
    activity = Activity(
      kerberos: Self.unseen(
        type, realm: reply.ticket.realm, client: reply.client.text,
        service: reply.ticket.server.text),
      asked: moment, from: side, parties)
    activity.proof.request = 0
  }

  /// The request that `error` must have answered.
  ///
  /// An error that names the client, or is about its key or existence, or about the service `krbtgt`,
  /// is of an AS exchange.
  init(unseenBefore error: Kerberos.KRBError, side: Side, at moment: Moment, _ parties: Parties) {
    let service = error.server?.text ?? ""
    let ofClient: [Kerberos.ErrorCode] = [
      .clientPrincipalUnknown, .clientRevoked, .keyExpired, .preauthFailed, .preauthRequired,
    ]
    let isAuthentication =
      error.client != nil || ofClient.contains(error.code)
      || service.prefix(7).lowercased() == "krbtgt/"
    type = isAuthentication ? .asRequest : .tgsRequest
    nonce = 0
    self.side = side
    activity = Activity(
      kerberos: Self.unseen(
        type, realm: error.realm, client: error.client?.text ?? "", service: service),
      asked: moment, from: side, parties)
    activity.proof.request = 0
    if isAuthentication {
      activity.account = error.client.map {
        AccountName($0, realm: error.clientRealm ?? error.realm)
      }
    }
  }

  private static func unseen(
    _ type: Kerberos.MessageType, realm: String, client: String, service: String
  ) -> Activity.Detail {
    guard type == .asRequest else {
      var exchange = KerberosTGSExchange(realm: realm, service: service)
      exchange.requestWasSeen = false
      return .kerberosTGS(exchange)
    }
    var exchange = KerberosASExchange(realm: realm, client: client, service: service)
    exchange.requestWasSeen = false
    return .kerberosAS(exchange)
  }

  /// Without an answer.
  consuming func unanswered() -> Activity { activity }

  /// With the ticket that was issued.
  consuming func answered(by reply: Kerberos.KDCReply, at moment: Moment) -> Activity {
    // A FAST request may hide its client: the reply then names nobody (RFC 6113 section 5.4.2).
    let isNamed = !reply.client.isAnonymous
    let client = isNamed ? AccountName(reply.client, realm: reply.clientRealm) : nil
    activity.account = client ?? activity.account
    switch activity.detail {
    case .kerberosAS(var exchange):
      exchange.issued = Ticket(reply.ticket)
      exchange.replyEtype = reply.sealed.encryption.rawValue
      exchange.answeredClient = isNamed ? reply.client.text : nil
      exchange.offeredEtypes = reply.preauthentication.etypeInfo2.map(\.rawValue)
      activity.detail = .kerberosAS(exchange)
    case .kerberosTGS(var exchange):
      exchange.issued = Ticket(reply.ticket)
      exchange.replyEtype = reply.sealed.encryption.rawValue
      exchange.client = client
      activity.detail = .kerberosTGS(exchange)
    default: break
    }
    return ended(.success, at: moment)
  }

  /// With the refusal.
  consuming func answered(by error: Kerberos.KRBError, at moment: Moment) -> Activity {
    if case .kerberosAS(var exchange) = activity.detail {
      exchange.offeredEtypes = error.preauthentication.etypeInfo2.map(\.rawValue)
      activity.detail = .kerberosAS(exchange)
    }
    return ended(.failure(code: UInt32(bitPattern: error.code.rawValue)), at: moment)
  }

  private consuming func ended(_ outcome: Activity.Outcome, at moment: Moment) -> Activity {
    activity.outcome = outcome
    activity.end = moment.time
    activity.proof.answer = moment.packet
    return activity
  }
}

extension Activity {
  /// What was asked of a controller, not answered yet.
  fileprivate init(
    kerberos detail: Detail, asked moment: Moment, from side: Side, _ parties: Parties
  ) {
    let (source, target) = parties.route(from: side)
    self.init(
      time: moment.time, end: moment.time, source: source, target: target,
      transport: parties.transport, outcome: .unanswered,
      proof: Proof(capture: moment.capture, request: moment.packet), detail: detail)
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
