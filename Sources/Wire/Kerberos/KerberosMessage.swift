extension Kerberos {
  /// One Kerberos message.
  public indirect enum Message: Sendable {
    /// AS-REQ, TGS-REQ.
    case request(KDCRequest)
    /// AS-REP, TGS-REP.
    case reply(KDCReply)
    case apRequest(APRequest)
    case apReply(APReply)
    case error(KRBError)
    /// KRB-SAFE, KRB-PRIV, KRB-CRED.
    case protected(ProtectedMessage)
    /// The user-to-user exchange for a ticket-granting ticket.
    case tgtExchange(TGTExchange)
  }
}

extension Kerberos.Message {
  public var type: Kerberos.MessageType {
    switch self {
    case .request(let request): request.type
    case .reply(let reply): reply.type
    case .apRequest: .apRequest
    case .apReply: .apReply
    case .error: .error
    case .protected(let message): message.type
    case .tgtExchange(let exchange): exchange.type
    }
  }

  /// Reads one message, without the length that precedes it in a TCP stream; what follows it stays.
  ///
  /// The application tag decides (RFC 4120 section 5.10); one that no message has is `unsupported`.
  /// What cannot be read of a message is left out, and `fault` notes the first such thing.
  public init(
    parsing input: inout ByteReader, _ fault: inout Fault
  ) throws(ParseFailure) {
    let start = input.offset
    if input.isNext(.sequence) {
      guard let exchange = Kerberos.TGTExchange(parsing: &input, &fault) else {
        throw ParseFailure(.malformed, "msg-type", at: start)
      }
      self = .tgtExchange(exchange)
      return
    }
    guard var element = input.next("Kerberos message", &fault) else {
      throw ParseFailure(.truncated, "Kerberos message", at: start)
    }
    guard element.tag.leading == 0x60 else {
      throw ParseFailure(.malformed, "Kerberos message", at: start)
    }
    let type = Kerberos.MessageType(rawValue: element.tag.number)
    switch type {
    case .asRequest, .tgsRequest:
      self = .request(Kerberos.KDCRequest(type, parsing: &element.content, &fault))
    case .asReply, .tgsReply:
      self = .reply(Kerberos.KDCReply(type, parsing: &element.content, &fault))
    case .apRequest: self = .apRequest(Kerberos.APRequest(content: &element.content, &fault))
    case .apReply: self = .apReply(Kerberos.APReply(content: &element.content, &fault))
    case .error: self = .error(Kerberos.KRBError(content: &element.content, &fault))
    case .safe, .priv, .cred:
      self = .protected(Kerberos.ProtectedMessage(type, content: &element.content, &fault))
    default: throw ParseFailure(.unsupported, "Kerberos message", at: start)
    }
  }
}
