import Evidence
import Wire

/// A request to a controller that waits for its answer, or an answer whose request was not seen.
struct KerberosRequest {
  let type: Kerberos.MessageType
  let nonce: UInt32?
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
    nonce = nil
    self.side = side
    activity = Activity(
      kerberos: Self.unseen(
        type, realm: reply.ticket?.realm ?? reply.clientRealm, client: reply.client?.text ?? "",
        service: reply.ticket?.server?.text ?? ""),
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
      error.client != nil || error.code.map { ofClient.contains($0) } ?? false
      || service.prefix(7).lowercased() == "krbtgt/"
    type = isAuthentication ? .asRequest : .tgsRequest
    nonce = nil
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
    let named = reply.client.flatMap { $0.isAnonymous ? nil : $0 }
    let client = named.map { AccountName($0, realm: reply.clientRealm) }
    activity.account = client ?? activity.account
    switch activity.detail {
    case .kerberosAS(var exchange):
      exchange.issued = reply.ticket.flatMap { Ticket($0) }
      exchange.replyEtype = reply.sealed?.encryption?.rawValue
      exchange.answeredClient = named?.text
      exchange.take(answer: reply.preauthentication)
      activity.detail = .kerberosAS(exchange)
    case .kerberosTGS(var exchange):
      exchange.issued = reply.ticket.flatMap { Ticket($0) }
      exchange.replyEtype = reply.sealed?.encryption?.rawValue
      exchange.client = client
      exchange.answerPadata = reply.preauthentication.types.map(\.rawValue)
      activity.detail = .kerberosTGS(exchange)
    default: break
    }
    return ended(.success, at: moment)
  }

  /// With the refusal.
  consuming func answered(by error: Kerberos.KRBError, at moment: Moment) -> Activity {
    switch activity.detail {
    case .kerberosAS(var exchange):
      exchange.take(answer: error.preauthentication)
      exchange.status = error.status
      exchange.serverTime = error.serverTime
      activity.detail = .kerberosAS(exchange)
    case .kerberosTGS(var exchange):
      exchange.answerPadata = error.preauthentication.types.map(\.rawValue)
      exchange.status = error.status
      exchange.serverTime = error.serverTime
      activity.detail = .kerberosTGS(exchange)
    default: break
    }
    // Without a readable code it is a refusal all the same: KRB_ERR_GENERIC.
    let code = error.code ?? .generic
    return ended(.failure(code: UInt32(bitPattern: code.rawValue)), at: moment)
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
