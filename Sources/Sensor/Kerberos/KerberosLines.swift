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
    flags("kdc_options", request.options?.rawValue)
    member("cname", request.client)
    member("realm", nonEmpty: request.realm)
    member("sname", request.server)
    member("from", request.from)
    member("till", request.till)
    member("rtime", request.renewTill)
    member("nonce", request.nonce.map { Int64($0) })
    member("etypes", request.encryptions.map(\.rawValue))
    member("addresses", request.addresses.compactMap(\.text))
    member("additional_tickets", request.additionalTickets)
  }

  fileprivate mutating func members(of reply: Kerberos.KDCReply) {
    members(of: reply.preauthentication)
    member("realm", nonEmpty: reply.clientRealm)
    member("cname", reply.client)
    if let ticket = reply.ticket {
      member("ticket_realm", nonEmpty: ticket.realm)
      members(of: ticket)
    }
    members(of: reply.sealed)
  }

  fileprivate mutating func members(of request: Kerberos.APRequest) {
    flags("ap_options", request.options?.rawValue)
    if let ticket = request.ticket {
      member("realm", nonEmpty: ticket.realm)
      members(of: ticket)
    }
    member("authenticator_etype", request.authenticator?.encryption)
  }

  fileprivate mutating func members(of error: Kerberos.KRBError) {
    member("error_code", error.code.map { Int($0.rawValue) })
    member("realm", nonEmpty: error.realm)
    member("crealm", error.clientRealm)
    member("cname", error.client)
    member("sname", error.server)
    member("stime", error.serverTime)
    member("e_text", error.text)
    members(of: error.preauthentication)
    flags("e_data_status", error.status)
    member("typed_data", error.typedData)
    member("password_result", error.passwordResult.map { Int($0) })
    if let ticket = error.ticket { member("ticket", [ticket]) }
  }

  fileprivate mutating func members(of message: Kerberos.ProtectedMessage) {
    members(of: message.sealed)
    member("tickets", message.tickets)
  }

  fileprivate mutating func members(of exchange: Kerberos.TGTExchange) {
    member("realm", exchange.realm)
    member("sname", exchange.server)
    if let ticket = exchange.ticket { member("ticket", [ticket]) }
  }

  fileprivate mutating func members(of padata: Kerberos.PreauthenticationData) {
    member("padata", padata.types.map(\.rawValue))
    member("pa_enc_timestamp_etype", padata.timestampEncryption)
    if let presented = padata.tgsRequest {
      if let ticket = presented.ticket {
        key("tgt")
        value(ticket)
      }
      member("authenticator_etype", presented.authenticator?.encryption)
    }
    member("include_pac", padata.includesPAC)
    flags("pac_options", padata.pacOptions?.rawValue)
    member("etype_info", padata.etypeInfo.map(\.rawValue))
    member("etype_info2", padata.etypeInfo2.map(\.rawValue))
    member("salt", padata.salt)
    if padata.hasRareValues { members(of: padata.rare) }
  }

  private mutating func members(of padata: Kerberos.RareValues) {
    member("encrypted_challenge_etype", padata.challengeEncryption)
    if let ticket = padata.fast?.armor?.ticket {
      key("fast_armor")
      value(ticket)
    }
    member("fast_etype", padata.fast?.sealed?.encryption)
    member("s4u2self_user", padata.forUser?.text)
    member("s4u2self_realm", padata.forUserRealm)
    member("s4u_x509_user", padata.forX509User?.text)
    flags("supported_enctypes", padata.supportedEncryptions)
    member("key_list", padata.keyList.map(\.rawValue))
    members(of: padata.publicKeyRequest, padata.publicKeyReply)
  }

  private mutating func members(
    of request: Kerberos.PublicKeyRequest?, _ reply: Kerberos.PublicKeyReply?
  ) {
    guard request != nil || reply != nil else { return }
    let usesDiffieHellman = request?.usesDiffieHellman ?? reply?.usesDiffieHellman ?? false
    member("pkinit_key", usesDiffieHellman ? "diffie-hellman" : "rsa")
    guard let certificate = request?.certificates.first ?? reply?.certificates.first else { return }
    key("certificate")
    beginObject()
    member("serial", certificate.serialNumber)
    member("issuer", certificate.issuer)
    member("subject", certificate.subject)
    member("not_before", certificate.notBefore)
    member("not_after", certificate.notAfter)
    member("upn", certificate.userPrincipalNames)
    member("dns", certificate.dnsNames)
    member("email", certificate.emailAddresses)
    member("uri", certificate.uris)
    member("sid", certificate.sid)
    member("eku", certificate.purposes)
    member("application_policies", certificate.applicationPolicies)
    member("template", certificate.template)
    member("key_bits", certificate.keyBitCount)
    endObject()
  }

  fileprivate mutating func members(of ticket: Kerberos.Ticket) {
    member("sname", nonEmpty: ticket.server?.text ?? "")
    member("ticket_etype", ticket.sealed?.encryption)
    member("ticket_kvno", ticket.sealed?.keyVersion.map { Int64($0) })
    member("ticket_cipher_len", ticket.sealed?.byteCount)
  }

  /// The encrypted part of a message itself.
  fileprivate mutating func members(of sealed: Kerberos.EncryptedData?) {
    member("enc_part_etype", sealed?.encryption)
  }

  private mutating func member(_ name: String, _ encryption: Kerberos.EncryptionType?) {
    member(name, encryption.map { Int($0.rawValue) })
  }

  private mutating func flags(_ name: String, _ value: UInt32?) {
    guard let value else { return }
    key(name)
    hex(UInt64(value), digits: 8)
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
    member("sname", nonEmpty: ticket.server?.text ?? "")
    member("etype", ticket.sealed?.encryption)
    member("kvno", ticket.sealed?.keyVersion.map { Int64($0) })
    member("cipher_len", ticket.sealed?.byteCount)
    endObject()
  }
}
