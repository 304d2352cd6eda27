import Evidence
import Wire

/// What Kerberos messages say, as evidence.
extension Ticket {
  /// Nil for a ticket that the capture does not have whole: it could not be known again.
  init?(_ ticket: Kerberos.Ticket) {
    guard let sealed = ticket.sealed, let fingerprint = sealed.fingerprint,
      let byteCount = sealed.byteCount
    else { return nil }
    self.init(
      fingerprint: fingerprint.value, realm: ticket.realm, service: ticket.server?.text ?? "",
      etype: sealed.encryption?.rawValue ?? 0, kvno: sealed.keyVersion, byteCount: byteCount)
  }
}

extension KerberosASExchange {
  init(_ request: Kerberos.KDCRequest) {
    let preauthentication = request.preauthentication
    self.init(
      realm: request.realm, client: request.client?.text ?? "",
      service: request.server?.text ?? "")
    clientNameType = request.client?.type.rawValue
    options = request.options?.rawValue ?? 0
    etypes = request.encryptions.map(\.rawValue)
    padata = preauthentication.types.map(\.rawValue)
    validity = RequestedValidity(request)
    nonce = request.nonce
    preauthEtype = preauthentication.timestampEncryption?.rawValue
    includesPAC = preauthentication.includesPAC
    pacOptions = preauthentication.pacOptions?.rawValue
    if preauthentication.hasRareValues, let publicKey = preauthentication.rare.publicKeyRequest {
      certificates = publicKey.certificates.map { ClientCertificate($0) }
      usesDiffieHellman = publicKey.usesDiffieHellman
    }
    armor = preauthentication.armor?.ticket.flatMap { Ticket($0) }
    hostAddresses = request.addresses.compactMap(\.text)
  }

  /// Takes over what the padata of the answer offers.
  mutating func take(answer padata: Kerberos.PreauthenticationData) {
    offeredEtypes = padata.etypeInfo2.map(\.rawValue)
    if offeredEtypes.isEmpty { offeredEtypes = padata.etypeInfo.map(\.rawValue) }
    salt = padata.salt
    answerPadata = padata.types.map(\.rawValue)
  }
}

extension KerberosTGSExchange {
  init(_ request: Kerberos.KDCRequest) {
    let preauthentication = request.preauthentication
    self.init(realm: request.realm, service: request.server?.text ?? "")
    serviceNameType = request.server?.type.rawValue
    options = request.options?.rawValue ?? 0
    etypes = request.encryptions.map(\.rawValue)
    padata = preauthentication.types.map(\.rawValue)
    validity = RequestedValidity(request)
    nonce = request.nonce
    pacOptions = preauthentication.pacOptions?.rawValue
    hasAuthorizationData = request.authorization != nil
    armor = preauthentication.armor?.ticket.flatMap { Ticket($0) }
    hostAddresses = request.addresses.compactMap(\.text)
    presented = preauthentication.tgsRequest?.ticket.flatMap { Ticket($0) }
    additional = request.additionalTickets.compactMap { Ticket($0) }
    guard preauthentication.hasRareValues else { return }
    let rare = preauthentication.rare
    keyList = rare.keyList.map(\.rawValue)
    onBehalfOf = rare.impersonated
    onBehalfOfCertificates = rare.forX509Certificates.map { ClientCertificate($0) }
  }
}

extension KerberosAPExchange {
  /// Nil without a whole ticket.
  init?(_ request: Kerberos.APRequest, carrier: Carrier, mechanisms: [String]) {
    guard let ticket = request.ticket.flatMap({ Ticket($0) }) else { return nil }
    self.init(
      ticket: ticket, options: request.options?.rawValue ?? 0,
      authenticatorEtype: request.authenticator?.encryption?.rawValue ?? 0, carrier: carrier)
    authenticatorFingerprint = request.authenticator?.fingerprint?.value
    self.mechanisms = mechanisms
  }
}

extension RequestedValidity {
  fileprivate init(_ request: Kerberos.KDCRequest) {
    self.init(from: request.from, till: request.till, renewTill: request.renewTill)
  }
}

extension Kerberos.RareValues {
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

extension ClientCertificate {
  init(_ certificate: X509.Certificate) {
    self.init(
      serialNumber: certificate.serialNumber, issuer: certificate.issuer,
      subject: certificate.subject)
    notBefore = Instant(generalizedTime: certificate.notBefore)
    notAfter = Instant(generalizedTime: certificate.notAfter)
    userPrincipalNames = certificate.userPrincipalNames
    dnsNames = certificate.dnsNames
    uris = certificate.uris
    sid = certificate.sid
    purposes = certificate.purposes
    applicationPolicies = certificate.applicationPolicies
    template = certificate.template
    keyBitCount = certificate.keyBitCount
  }
}
