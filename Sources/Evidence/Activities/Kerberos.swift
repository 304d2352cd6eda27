/// What a ticket shows on the wire, without any key: enough to know it again.
public struct Ticket: Hashable, Sendable {
  /// Identifies the ticket: a hash of its ciphertext, which its integrity check protects.
  public var fingerprint: UInt128
  public var realm: String
  /// The service it is for, components joined by `/`.
  public var service: String
  /// Encryption type of the ticket itself (RFC 3961 registry).
  public var etype: Int32
  public var kvno: UInt32?
  /// Octets of the ciphertext.
  public var byteCount: Int

  public init(
    fingerprint: UInt128, realm: String, service: String, etype: Int32, kvno: UInt32?,
    byteCount: Int
  ) {
    self.fingerprint = fingerprint
    self.realm = realm
    self.service = service
    self.etype = etype
    self.kvno = kvno
    self.byteCount = byteCount
  }

  /// Whether it is a ticket-granting ticket: its service is `krbtgt/…`.
  public var isTicketGranting: Bool {
    service.utf8.count >= 7 && service.prefix(7).lowercased() == "krbtgt/"
  }
}

/// AS-REQ with AS-REP or KRB-ERROR (RFC 4120 section 3.1): a logon, or a try at one.
public struct KerberosASExchange: Sendable {
  public var realm: String
  /// Components of cname joined by `/`, as sent.
  public var client: String
  /// Name type of cname (RFC 4120 section 6.2), where sent.
  public var clientNameType: Int32?
  public var service: String
  /// KDC options, bit 0 in the top bit (RFC 4120 section 5.4.1).
  public var options: UInt32 = 0
  /// Encryption types in the order asked for.
  public var etypes: [Int32] = []
  /// Pre-authentication data types in the order sent.
  public var padata: [Int32] = []
  /// Times asked for, as sent (GeneralizedTime): Windows asks for `20370913024805Z`.
  public var validity = RequestedValidity()
  public var nonce: UInt32?
  /// Encryption type of PA-ENC-TIMESTAMP, where sent.
  public var preauthEtype: Int32?
  /// PA-PAC-REQUEST's value, where sent.
  public var includesPAC: Bool?
  /// PA-PAC-OPTIONS, bit 0 in the top bit, where sent (MS-KILE section 2.2.10).
  public var pacOptions: UInt32?
  /// The certificates of PA-PK-AS-REQ: the client's first, then those of authorities.
  public var certificates: [ClientCertificate] = []
  /// With a certificate: whether the reply key is agreed on by Diffie-Hellman, rather than sent
  /// under the certificate's RSA key.
  public var usesDiffieHellman: Bool?
  /// The ticket that armours the request, a computer's (RFC 6113 section 5.4.1).
  public var armor: Ticket?
  /// HostAddresses as text, where sent: NetBIOS names and addresses.
  public var hostAddresses: [String] = []
  /// Encryption types that ETYPE-INFO2 of the answer offers.
  public var offeredEtypes: [Int32] = []
  /// The salt that the answer offers: realm and account name as the directory spells them.
  public var salt: String?
  /// Pre-authentication data types of the answer: what a controller accepts, or sent along.
  public var answerPadata: [Int32] = []
  /// The NTSTATUS that Windows adds to a refusal: locked, expired, disabled (MS-KILE section 2.2.2).
  public var status: UInt32?
  /// The controller's clock in a refusal, GeneralizedTime as sent.
  public var serverTime: String?
  /// The ticket issued, where one was.
  public var issued: Ticket?
  /// Encryption type of the answer's encrypted part: what AS-REP roasting cracks.
  public var replyEtype: Int32?
  /// The client as the answer names it (canonicalised), where it does.
  public var answeredClient: String?
  public var requestWasSeen = true

  public init(realm: String, client: String, service: String) {
    self.realm = realm
    self.client = client
    self.service = service
  }

  /// Whether the client proved that it knows a key: PA-ENC-TIMESTAMP 2, PK-AS-REQ 16,
  /// FX-FAST 136 or ENCRYPTED-CHALLENGE 138.
  public var hasPreauthentication: Bool {
    padata.contains { $0 == 2 || $0 == 16 || $0 == 136 || $0 == 138 }
  }
}

/// For which time a ticket is asked (RFC 4120 section 5.4.1): GeneralizedTime as sent, by which
/// implementations differ.
public struct RequestedValidity: Hashable, Sendable {
  public var from: String?
  public var till: String?
  public var renewTill: String?

  public init(from: String? = nil, till: String? = nil, renewTill: String? = nil) {
    self.from = from
    self.till = till
    self.renewTill = renewTill
  }
}

/// TGS-REQ with TGS-REP or KRB-ERROR (RFC 4120 section 3.3): a ticket for a service.
public struct KerberosTGSExchange: Sendable {
  public var realm: String
  public var service: String
  /// Name type of sname (RFC 4120 section 6.2), where sent.
  public var serviceNameType: Int32?
  public var options: UInt32 = 0
  public var etypes: [Int32] = []
  public var padata: [Int32] = []
  public var validity = RequestedValidity()
  public var nonce: UInt32?
  /// PA-PAC-OPTIONS, bit 0 in the top bit, where sent; bit 3 is resource-based constrained
  /// delegation (MS-KILE section 2.2.10).
  public var pacOptions: UInt32?
  /// Whether the request carries enc-authorization-data (RFC 4120 section 5.4.1).
  public var hasAuthorizationData = false
  /// The ticket that armours the request, where it is not the one that asks.
  public var armor: Ticket?
  /// KERB-KEY-LIST-REQ: encryption types of the keys that a read-only controller asks for.
  public var keyList: [Int32] = []
  /// HostAddresses as text, where sent.
  public var hostAddresses: [String] = []
  /// The ticket that asked: a TGT, or the ticket that is renewed or validated.
  public var presented: Ticket?
  /// PA-FOR-USER: the user that a service asks for (MS-SFU section 2.2.1).
  public var onBehalfOf: AccountName?
  /// The certificate by which PA-S4U-X509-USER names the user, where it does (MS-SFU section 2.2.2).
  public var onBehalfOfCertificates: [ClientCertificate] = []
  public var additional: [Ticket] = []
  /// Pre-authentication data types of the answer.
  public var answerPadata: [Int32] = []
  /// The NTSTATUS that Windows adds to a refusal.
  public var status: UInt32?
  /// The controller's clock in a refusal, GeneralizedTime as sent.
  public var serverTime: String?
  public var issued: Ticket?
  public var replyEtype: Int32?
  /// crealm and cname of the answer: the only clear name of the client.
  public var client: AccountName?
  public var requestWasSeen = true

  public init(realm: String, service: String) {
    self.realm = realm
    self.service = service
  }
}

/// AP-REQ inside another protocol (RFC 4120 section 3.2): a ticket shown to a service.
public struct KerberosAPExchange: Sendable {
  public var ticket: Ticket
  public var options: UInt32
  public var authenticatorEtype: Int32
  /// Identifies the AP-REQ, by a hash of its authenticator's ciphertext: the same on two connections
  /// is a replay or a relay.
  public var authenticatorFingerprint: UInt128?
  /// The protocol that carries it.
  public var carrier: Carrier
  /// Mechanisms that the client offered by SPNEGO, its choice first.
  public var mechanisms: [String] = []

  public init(ticket: Ticket, options: UInt32, authenticatorEtype: Int32, carrier: Carrier) {
    self.ticket = ticket
    self.options = options
    self.authenticatorEtype = authenticatorEtype
    self.carrier = carrier
  }
}

/// The protocol inside which an authentication travelled.
public enum Carrier: String, Hashable, Sendable {
  case kerberos, kpasswd, smb1, smb2, ldap, dcerpc, http, dns, tds, other
}
