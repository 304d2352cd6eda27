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
  public var service: String
  /// KDC options, bit 0 in the top bit (RFC 4120 section 5.4.1).
  public var options: UInt32 = 0
  /// Encryption types in the order asked for.
  public var etypes: [Int32] = []
  /// Pre-authentication data types in the order sent.
  public var padata: [Int32] = []
  /// Encryption type of PA-ENC-TIMESTAMP, where sent.
  public var preauthEtype: Int32?
  /// PA-PAC-REQUEST's value, where sent.
  public var includesPAC: Bool?
  /// HostAddresses as text, where sent: NetBIOS names and addresses.
  public var hostAddresses: [String] = []
  /// Encryption types that ETYPE-INFO2 of the answer offers.
  public var offeredEtypes: [Int32] = []
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

/// TGS-REQ with TGS-REP or KRB-ERROR (RFC 4120 section 3.3): a ticket for a service.
public struct KerberosTGSExchange: Sendable {
  public var realm: String
  public var service: String
  /// Name type of sname (RFC 4120 section 6.2), where sent.
  public var serviceNameType: Int32?
  public var options: UInt32 = 0
  public var etypes: [Int32] = []
  public var padata: [Int32] = []
  /// The ticket that asked: a TGT, or the ticket that is renewed or validated.
  public var presented: Ticket?
  /// PA-FOR-USER: the user that a service asks for (MS-SFU section 2.2.1).
  public var onBehalfOf: AccountName?
  public var additional: [Ticket] = []
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
  /// The protocol that carries it.
  public var carrier: Carrier

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
