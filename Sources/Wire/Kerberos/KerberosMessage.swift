extension Kerberos {
  /// One Kerberos message.
  public enum Message: Sendable {
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
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    let start = input.offset
    if input.isNext(.sequence) {
      self = .tgtExchange(try Kerberos.TGTExchange(parsing: &input))
      return
    }
    var element = try input.element("Kerberos message")
    guard element.tag.leading == 0x60 else {
      throw ParseFailure(.malformed, "Kerberos message", at: start)
    }
    let type = Kerberos.MessageType(rawValue: element.tag.number)
    switch type {
    case .asRequest, .tgsRequest:
      self = .request(try Kerberos.KDCRequest(type, parsing: &element.content))
    case .asReply, .tgsReply:
      self = .reply(try Kerberos.KDCReply(type, parsing: &element.content))
    case .apRequest: self = .apRequest(try Kerberos.APRequest(content: &element.content))
    case .apReply: self = .apReply(try Kerberos.APReply(content: &element.content))
    case .error: self = .error(try Kerberos.KRBError(content: &element.content))
    case .safe, .priv, .cred:
      self = .protected(try Kerberos.ProtectedMessage(type, content: &element.content))
    default: throw ParseFailure(.unsupported, "Kerberos message", at: start)
    }
  }
}
