import Evidence
import Wire

/// The lines of `decode` for Kerberos messages.
extension Output {
  /// Writes one message; call only where ``wantsLines`` is true.
  mutating func line(
    _ message: Kerberos.Message, carrier: Carrier, _ parties: Parties, from side: Side,
    at moment: Moment
  ) {
    beginLine("kerberos", parties, from: side, at: moment)
    json.member("carrier", carrier.rawValue)
    json.member("msg", message.type.description)
    switch message {
    case .request(let request): json.members(of: request)
    case .reply(let reply): json.members(of: reply)
    case .apRequest(let request): json.members(of: request)
    case .apReply(let reply): json.members(of: reply.sealed)
    case .error(let error): json.members(of: error)
    case .protected(let message): json.members(of: message)
    case .tgtExchange(let exchange): json.members(of: exchange)
    }
    endLine()
  }
}

extension JSONWriter {
  fileprivate mutating func members(of request: Kerberos.KDCRequest) {
    members(of: request.preauthentication)
    member("pa_enc_timestamp", request.preauthentication.types.contains(.encryptedTimestamp))
    key("kdc_options")
    hex(UInt64(request.options.rawValue), digits: 8)
    member("cname", request.client)
    member("realm", nonEmpty: request.realm)
    member("sname", request.server)
    member("till", request.till)
    member("rtime", request.renewTill)
    member("nonce", Int64(request.nonce))
    member("etypes", request.encryptions.map(\.rawValue))
    member("addresses", request.addresses.compactMap(\.text))
    member("additional_tickets", request.additionalTickets)
  }

  fileprivate mutating func members(of reply: Kerberos.KDCReply) {
    members(of: reply.preauthentication)
    member("realm", nonEmpty: reply.clientRealm)
    member("cname", reply.client)
    member("ticket_realm", nonEmpty: reply.ticket.realm)
    members(of: reply.ticket)
    members(of: reply.sealed)
  }

  fileprivate mutating func members(of request: Kerberos.APRequest) {
    key("ap_options")
    hex(UInt64(request.options.rawValue), digits: 8)
    member("realm", nonEmpty: request.ticket.realm)
    members(of: request.ticket)
    member("authenticator_etype", Int(request.authenticator.encryption.rawValue))
  }

  fileprivate mutating func members(of error: Kerberos.KRBError) {
    member("error_code", Int(error.code.rawValue))
    member("realm", nonEmpty: error.realm)
    member("crealm", error.clientRealm)
    member("cname", error.client)
    member("sname", error.server)
    member("stime", error.serverTime)
    member("e_text", error.text)
    members(of: error.preauthentication)
    if let status = error.status {
      key("e_data_status")
      hex(UInt64(status), digits: 8)
    }
  }

  fileprivate mutating func members(of message: Kerberos.ProtectedMessage) {
    if let sealed = message.sealed { members(of: sealed) }
    member("tickets", message.tickets)
  }

  fileprivate mutating func members(of exchange: Kerberos.TGTExchange) {
    member("realm", exchange.realm)
    member("sname", exchange.server)
    if let ticket = exchange.ticket { member("ticket", [ticket]) }
  }

  fileprivate mutating func members(of padata: Kerberos.PreauthenticationData) {
    member("padata", padata.types.map(\.rawValue))
    member("pa_enc_timestamp_etype", padata.timestampEncryption.map { Int($0.rawValue) })
    if let presented = padata.tgsRequest {
      key("tgt")
      value(presented.ticket)
      member("authenticator_etype", Int(presented.authenticator.encryption.rawValue))
    }
    if let armor = padata.armor {
      key("fast_armor")
      value(armor.ticket)
    }
    member("include_pac", padata.includesPAC)
    if let options = padata.pacOptions {
      key("pac_options")
      hex(UInt64(options.rawValue), digits: 8)
    }
    member("s4u2self_user", padata.forUser?.text)
    member("s4u2self_realm", padata.forUserRealm)
    member("s4u_x509_user", padata.forX509User?.text)
    member("etype_info", padata.etypeInfo.map(\.rawValue))
    member("etype_info2", padata.etypeInfo2.map(\.rawValue))
  }

  fileprivate mutating func members(of ticket: Kerberos.Ticket) {
    member("sname", nonEmpty: ticket.server.text)
    member("ticket_etype", Int(ticket.sealed.encryption.rawValue))
    member("ticket_kvno", ticket.sealed.keyVersion.map { Int64($0) })
    member("ticket_cipher_len", ticket.sealed.byteCount)
  }

  /// The encrypted part of a message itself.
  fileprivate mutating func members(of sealed: Kerberos.EncryptedData) {
    member("enc_part_etype", Int(sealed.encryption.rawValue))
  }

  /// A name, and its type under the key with `_type` behind it.
  private mutating func member(_ name: String, _ principal: Kerberos.PrincipalName?) {
    guard let principal else { return }
    member(name, nonEmpty: principal.text)
    member(name + "_type", Int(principal.type.rawValue))
  }

  private mutating func member(_ name: String, nonEmpty text: String) {
    if !text.isEmpty { member(name, text) }
  }

  private mutating func member(_ name: String, _ tickets: [Kerberos.Ticket]) {
    guard !tickets.isEmpty else { return }
    key(name)
    beginArray()
    for ticket in tickets { value(ticket) }
    endArray()
  }

  private mutating func value(_ ticket: Kerberos.Ticket) {
    beginObject()
    member("realm", nonEmpty: ticket.realm)
    member("sname", nonEmpty: ticket.server.text)
    member("etype", Int(ticket.sealed.encryption.rawValue))
    member("kvno", ticket.sealed.keyVersion.map { Int64($0) })
    member("cipher_len", ticket.sealed.byteCount)
    endObject()
  }
}
