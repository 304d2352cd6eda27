import Evidence

extension Ticket {
  /// A ticket whose fingerprint is made of its service and owner.
  static func made(for service: String, _ etype: Int32, owner: String = "") -> Ticket {
    var hash = StableHash()
    hash.add(service)
    hash.add(owner)
    let (high, low) = hash.finish()
    return Ticket(
      fingerprint: UInt128(high) << 64 | UInt128(low), realm: "ALPINE.TEST", service: service,
      etype: etype, kvno: 2, byteCount: 1000)
  }
}

extension Activity.Detail {
  /// An AS-REQ, with or without an encrypted timestamp.
  static func logon(
    _ client: String, proof: Bool = false, etypes: [Int32] = [18, 17, 23]
  ) -> Activity.Detail {
    var exchange = KerberosASExchange(
      realm: "ALPINE.TEST", client: client, service: "krbtgt/ALPINE.TEST")
    exchange.options = 0x4081_0010
    exchange.etypes = etypes
    exchange.padata = proof ? [2, 128] : [128]
    return .kerberosAS(exchange)
  }

  /// An AS-REQ that got a ticket.
  static func answeredLogon(
    _ client: String, etypes: [Int32], reply: Int32, padata: [Int32] = [128],
    _ options: UInt32 = 0x5080_0000
  ) -> Activity.Detail {
    var exchange = KerberosASExchange(
      realm: "ALPINE.TEST", client: client, service: "krbtgt/ALPINE.TEST")
    exchange.options = options
    exchange.etypes = etypes
    exchange.padata = padata
    exchange.replyEtype = reply
    exchange.issued = .made(for: "krbtgt/ALPINE.TEST", 18, owner: client)
    return .kerberosAS(exchange)
  }

  /// A service ticket asked for, and got.
  static func ticket(
    for service: String, etypes: [Int32], issued: Int32, reply: Int32 = 18,
    client: String = "mallory"
  ) -> Activity.Detail {
    var exchange = KerberosTGSExchange(realm: "ALPINE.TEST", service: service)
    exchange.options = 0x4081_0000
    exchange.etypes = etypes
    exchange.padata = [1]
    exchange.replyEtype = reply
    exchange.client = AccountName(name: client, domain: "ALPINE.TEST")
    exchange.issued = .made(for: service, issued, owner: client)
    return .kerberosTGS(exchange)
  }

  /// A TGS-REQ that presents a ticket.
  static func use(of ticket: Ticket) -> Activity.Detail {
    var exchange = KerberosTGSExchange(realm: "ALPINE.TEST", service: "cifs/dc1.alpine.test")
    exchange.presented = ticket
    exchange.client = AccountName(name: "alice", domain: "ALPINE.TEST")
    return .kerberosTGS(exchange)
  }

  /// An AP-REQ over SMB.
  static func logonWith(_ ticket: Ticket) -> Activity.Detail {
    .kerberosAP(
      KerberosAPExchange(ticket: ticket, options: 0, authenticatorEtype: 18, carrier: .smb2))
  }

  static func ntlm(_ user: String) -> Activity.Detail {
    .ntlm(
      NTLMLogon(
        user: user, domain: "ALPINE", workstation: "", version: .v2, flags: 0, carrier: .smb2))
  }
}
