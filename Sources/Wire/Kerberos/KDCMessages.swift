extension Kerberos {
  /// AS-REQ or TGS-REQ: a client asks the controller for a ticket.
  ///
  /// ```
  /// KDC-REQ         ::= SEQUENCE {
  ///         pvno            [1] INTEGER (5) ,
  ///         msg-type        [2] INTEGER (10 -- AS -- | 12 -- TGS --),
  ///         padata          [3] SEQUENCE OF PA-DATA OPTIONAL
  ///         req-body        [4] KDC-REQ-BODY
  /// }
  /// ```
  /// RFC 4120 section 5.4.1.
  public struct KDCRequest: Sendable {
    public var type: MessageType
    public var preauthentication = PreauthenticationData()
    public var options = KDCOptions()
    /// Absent from a TGS-REQ, whose client is inside the encrypted ticket.
    public var client: PrincipalName?
    /// The server's realm; in an AS-REQ also the client's.
    public var realm = ""
    public var server: PrincipalName?
    /// GeneralizedTime as sent: `20370913024805Z`.
    public var from: String?
    public var till: String?
    public var renewTill: String?
    public var nonce: UInt32 = 0
    /// In the client's order of preference.
    public var encryptions: [EncryptionType] = []
    public var addresses: [HostAddress] = []
    public var additionalTickets: [Ticket] = []
  }

  /// AS-REP or TGS-REP: the controller issues a ticket.
  ///
  /// ```
  /// KDC-REP         ::= SEQUENCE {
  ///         pvno            [0] INTEGER (5),
  ///         msg-type        [1] INTEGER (11 -- AS -- | 13 -- TGS --),
  ///         padata          [2] SEQUENCE OF PA-DATA OPTIONAL
  ///         crealm          [3] Realm,
  ///         cname           [4] PrincipalName,
  ///         ticket          [5] Ticket,
  ///         enc-part        [6] EncryptedData
  /// }
  /// ```
  /// RFC 4120 section 5.4.2.
  public struct KDCReply: Sendable {
    public var type: MessageType
    public var preauthentication: PreauthenticationData
    public var clientRealm: String
    public var client: PrincipalName
    public var ticket: Ticket
    /// Encrypted with the client's key (AS) or the session key (TGS).
    public var sealed: EncryptedData
  }

  /// An address of a client: a NetBIOS name in Windows' requests.
  ///
  /// RFC 4120 section 5.2.5.
  public struct HostAddress: Hashable, Sendable {
    public var type: Int32
    public var octets: [UInt8]

    public static let netBIOS: Int32 = 20
  }
}

extension Kerberos.HostAddress {
  /// The NetBIOS name without its padding and suffix; nil for any other type.
  public var netBIOSName: String? {
    guard type == Self.netBIOS else { return nil }
    var name = octets.prefix(15)
    while let last = name.last, last == 0x20 || last == 0 { name.removeLast() }
    return String(decoding: name, as: UTF8.self)
  }
}

// MARK: - Parsing

extension Kerberos.KDCRequest {
  /// Reads the SEQUENCE inside the application tag `type`.
  init(
    _ type: Kerberos.MessageType, parsing input: inout ByteReader
  ) throws(ParseFailure) {
    self.type = type
    let start = input.offset
    var fields = try input.element(.sequence, "KDC-REQ")
    var hasBody = false
    while !fields.isAtEnd {
      var field = try fields.element("KDC-REQ")
      switch field.tag.field {
      case 3: preauthentication = try Kerberos.PreauthenticationData(parsing: &field.content)
      case 4:
        try readBody(&field.content)
        hasBody = true
      default: break
      }
    }
    guard hasBody else { throw ParseFailure(.malformed, "req-body", at: start) }
  }

  /// ```
  /// KDC-REQ-BODY    ::= SEQUENCE {
  ///         kdc-options             [0] KDCOptions,
  ///         cname                   [1] PrincipalName OPTIONAL
  ///         realm                   [2] Realm
  ///         sname                   [3] PrincipalName OPTIONAL,
  ///         from                    [4] KerberosTime OPTIONAL,
  ///         till                    [5] KerberosTime,
  ///         rtime                   [6] KerberosTime OPTIONAL,
  ///         nonce                   [7] UInt32,
  ///         etype                   [8] SEQUENCE OF Int32 -- EncryptionType
  ///         addresses               [9] HostAddresses OPTIONAL,
  ///         enc-authorization-data  [10] EncryptedData OPTIONAL
  ///         additional-tickets      [11] SEQUENCE OF Ticket OPTIONAL
  /// }
  /// ```
  private mutating func readBody(_ input: inout ByteReader) throws(ParseFailure) {
    var fields = try input.element(.sequence, "KDC-REQ-BODY")
    while !fields.isAtEnd {
      var field = try fields.element("KDC-REQ-BODY")
      switch field.tag.field {
      case 0:
        options = Kerberos.KDCOptions(rawValue: try field.content.kerberosFlags("kdc-options"))
      case 1: client = try Kerberos.PrincipalName(parsing: &field.content)
      case 2: realm = try field.content.kerberosString("realm")
      case 3: server = try Kerberos.PrincipalName(parsing: &field.content)
      case 4: from = try field.content.kerberosString("from")
      case 5: till = try field.content.kerberosString("till")
      case 6: renewTill = try field.content.kerberosString("rtime")
      case 7: nonce = try field.content.kerberosUInt32("nonce")
      case 8: encryptions = try field.content.encryptionTypes("etype")
      case 9: addresses = try Kerberos.HostAddress.list(parsing: &field.content)
      case 11:
        additionalTickets = try Kerberos.Ticket.list(parsing: &field.content, "additional-tickets")
      default: break
      }
    }
  }
}

extension Kerberos.HostAddress {
  /// Reads a SEQUENCE OF SEQUENCE { addr-type [0] Int32, address [1] OCTET STRING }.
  static func list(parsing input: inout ByteReader) throws(ParseFailure) -> [Kerberos.HostAddress] {
    var list = try input.element(.sequence, "HostAddresses")
    var addresses: [Kerberos.HostAddress] = []
    while !list.isAtEnd {
      guard addresses.count < Kerberos.Limits.listElements else {
        throw ParseFailure(.overLimit, "HostAddresses", at: list.offset)
      }
      var address = Kerberos.HostAddress(type: 0, octets: [])
      var fields = try list.element(.sequence, "HostAddress")
      while !fields.isAtEnd {
        var field = try fields.element("HostAddress")
        switch field.tag.field {
        case 0: address.type = try field.content.kerberosInt32("addr-type")
        case 1:
          var octets = try field.content.element(.octetString, "address")
          guard octets.remaining <= Kerberos.Limits.textBytes else {
            throw ParseFailure(.overLimit, "address", at: octets.offset)
          }
          address.octets = octets.array()
        default: break
        }
      }
      addresses.append(address)
    }
    return addresses
  }
}

extension Kerberos.KDCReply {
  /// Reads the SEQUENCE inside the application tag `type`.
  init(
    _ type: Kerberos.MessageType, parsing input: inout ByteReader
  ) throws(ParseFailure) {
    let start = input.offset
    var fields = try input.element(.sequence, "KDC-REP")
    var preauthentication = Kerberos.PreauthenticationData()
    var clientRealm = ""
    var client: Kerberos.PrincipalName?
    var ticket: Kerberos.Ticket?
    var sealed: Kerberos.EncryptedData?
    while !fields.isAtEnd {
      var field = try fields.element("KDC-REP")
      switch field.tag.field {
      case 2: preauthentication = try Kerberos.PreauthenticationData(parsing: &field.content)
      case 3: clientRealm = try field.content.kerberosString("crealm")
      case 4: client = try Kerberos.PrincipalName(parsing: &field.content)
      case 5: ticket = try Kerberos.Ticket(parsing: &field.content)
      case 6: sealed = try Kerberos.EncryptedData(parsing: &field.content)
      default: break
      }
    }
    guard let client else { throw ParseFailure(.malformed, "cname", at: start) }
    guard let ticket else { throw ParseFailure(.malformed, "ticket", at: start) }
    guard let sealed else { throw ParseFailure(.malformed, "enc-part", at: start) }
    self.type = type
    self.preauthentication = preauthentication
    self.clientRealm = clientRealm
    self.client = client
    self.ticket = ticket
    self.sealed = sealed
  }
}
