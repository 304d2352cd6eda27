import Evidence

extension Activity.Detail {
  static func search(
    _ filter: String, base: String = "DC=alpine,DC=test", scope: LDAPSearch.Scope = .sub,
    attributes: [String] = [], objects: [String] = [], count: Int? = nil, flags: Int64? = nil
  ) -> Activity.Detail {
    var search = LDAPSearch(
      base: base, scope: scope, filter: filter, attributes: attributes,
      entryCount: count ?? objects.count, isConnectionless: false)
    search.objects = objects
    search.securityFlags = flags
    return .ldapSearch(search)
  }

  /// A netlogon ping for an account, and its answer.
  static func ping(_ user: String, exists: Bool = false) -> Activity.Detail {
    var search = LDAPSearch(
      base: "", scope: .base, filter: "(&(DnsDomain=alpine.test)(User=\(user))(NtVer=\\06\\00))",
      attributes: ["Netlogon"], entryCount: 1, isConnectionless: true)
    var answer = NetlogonAnswer(
      dnsDomain: "alpine.test", dnsHost: "dc1.alpine.test", netbiosDomain: "ALPINE",
      netbiosHost: "DC1")
    answer.operation = exists ? 23 : 25
    search.netlogon = answer
    return .ldapSearch(search)
  }

  static func bind(
    _ name: String, password: UInt64?, method: LDAPBind.Method = .simple
  ) -> Activity.Detail {
    var bind = LDAPBind(
      method: method, name: name, mechanism: nil, resultCode: nil, diagnostic: nil)
    bind.passwordMark = password
    return .ldapBind(bind)
  }

  static func change(
    _ object: String, _ attribute: String, _ action: LDAPChange.Action = .replace,
    _ text: String? = nil
  ) -> Activity.Detail {
    var change = LDAPChange(operation: .modify, object: object, attributes: [attribute])
    change.values = [
      LDAPChange.Value(attribute: attribute, action: action, text: text, byteCount: 64)
    ]
    return .ldapChange(change)
  }

  static func file(
    _ action: SMBFile.Action, _ path: String, tree: String = "\\\\dc1\\ADMIN$"
  ) -> Activity.Detail {
    .smbFile(SMBFile(action: action, tree: tree, path: path))
  }

  static func tree(_ path: String) -> Activity.Detail { .smbTree(SMBTree(path: path)) }

  static var session: Activity.Detail {
    .smbSession(SMBSession(dialect: 0x311, sessionID: 1, isEncrypted: false, isGuest: false))
  }

  static func time(_ number: UInt32, isSigned: Bool = true, former: Bool = false)
    -> Activity.Detail
  {
    .timeRequest(
      TimeRequest(
        relativeID: number, usesFormerKey: former, isExtended: false, isSigned: isSigned))
  }

  static func lookUp(_ rids: some Sequence<Int>) -> Activity.Detail {
    .rpc(
      .lsarpc, 15, pipe: "lsarpc",
      .lookup(LSALookup(names: [], sids: rids.map { "S-1-5-21-1-2-3-\($0)" })))
  }

  static func registry(
    _ opnum: UInt16, _ action: RegistryOperation.Action, _ key: String?, value: String? = nil
  ) -> Activity.Detail {
    .rpc(
      .winreg, opnum, pipe: "winreg",
      .registry(RegistryOperation(action: action, key: key, value: value)))
  }

  /// A logon by a certificate.
  static func certificateLogon(
    _ client: String, subject: String, issuer: String? = nil,
    _ change: (inout ClientCertificate) -> Void = { _ in }
  ) -> Activity.Detail {
    var exchange = KerberosASExchange(
      realm: "ALPINE.TEST", client: client, service: "krbtgt/ALPINE.TEST")
    exchange.padata = [16, 128]
    var certificate = ClientCertificate(
      serialNumber: "01", issuer: issuer ?? subject, subject: subject)
    change(&certificate)
    exchange.certificates = [certificate]
    exchange.issued = .made(for: "krbtgt/ALPINE.TEST", 18, owner: client)
    return .kerberosAS(exchange)
  }

  /// A ticket encrypted with a session key, asked for with the client's ticket-granting ticket.
  static func userToUser(
    _ service: String, by client: String, for user: String? = nil
  ) -> Activity.Detail {
    var exchange = KerberosTGSExchange(realm: "ALPINE.TEST", service: service)
    exchange.options = 0x4081_0008
    exchange.client = AccountName(name: client, domain: "ALPINE.TEST")
    exchange.presented = .made(for: "krbtgt/ALPINE.TEST", 18, owner: client)
    exchange.onBehalfOf = user.map { AccountName(name: $0, domain: "ALPINE.TEST") }
    return .kerberosTGS(exchange)
  }
}

extension Activity.Outcome {
  static let invalidCredentials = Activity.Outcome.failure(code: 49)
  static let logonFailure = Activity.Outcome.failure(code: 0xC000_006D)
}

extension AccountName {
  static let anonymous = AccountName(name: "", domain: "")
}
