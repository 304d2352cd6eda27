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
    public var options: KDCOptions?
    /// Absent from a TGS-REQ, whose client is inside the encrypted ticket.
    public var client: PrincipalName?
    /// The server's realm; in an AS-REQ also the client's.
    public var realm = ""
    public var server: PrincipalName?
    /// GeneralizedTime as sent: `20370913024805Z`.
    public var from: String?
    public var till: String?
    public var renewTill: String?
    public var nonce: UInt32?
    /// In the client's order of preference.
    public var encryptions: [EncryptionType] = []
    public var addresses: [HostAddress] = []
    /// `enc-authorization-data`: what the client wants in the ticket, under the session key; the
    /// forged authorization data of MS14-068 travels so.
    public var authorization: EncryptedData?
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
    public var preauthentication = PreauthenticationData()
    public var clientRealm = ""
    public var client: PrincipalName?
    public var ticket: Ticket?
    /// Encrypted with the client's key (AS) or the session key (TGS).
    public var sealed: EncryptedData?
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
    var count = min(octets.count, 15)
    while count > 0, octets[count - 1] == 0x20 || octets[count - 1] == 0 { count -= 1 }
    return String(repairing: octets.span.extracting(0..<count))
  }
}

// MARK: - Parsing

extension Kerberos.KDCRequest {
  /// Reads the SEQUENCE inside the application tag `type`.
  init(
    _ type: Kerberos.MessageType, parsing input: inout ByteReader, _ fault: inout Fault
  ) {
    self.type = type
    guard var fields = input.next(.sequence, "KDC-REQ", &fault) else { return }
    while var field = fields.next("KDC-REQ", &fault) {
      switch field.tag.field {
      case 3: preauthentication.read(&field.content, &fault)
      case 4: readBody(&field.content, &fault)
      default: break
      }
    }
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
  private mutating func readBody(_ input: inout ByteReader, _ fault: inout Fault) {
    guard var fields = input.next(.sequence, "KDC-REQ-BODY", &fault) else { return }
    while var field = fields.next("KDC-REQ-BODY", &fault) {
      switch field.tag.field {
      case 0:
        options = field.content.flags("kdc-options", &fault).map {
          Kerberos.KDCOptions(rawValue: $0)
        }
      case 1: client = Kerberos.PrincipalName(parsing: &field.content, &fault)
      case 2: realm = field.content.text("realm", &fault) ?? ""
      case 3: server = Kerberos.PrincipalName(parsing: &field.content, &fault)
      case 4: from = field.content.text("from", &fault)
      case 5: till = field.content.text("till", &fault)
      case 6: renewTill = field.content.text("rtime", &fault)
      case 7: nonce = field.content.uint32("nonce", &fault)
      case 8: encryptions = field.content.encryptionTypes("etype", &fault)
      case 9: addresses = Kerberos.HostAddress.list(parsing: &field.content, &fault)
      case 10: authorization = Kerberos.EncryptedData(parsing: &field.content, &fault)
      case 11:
        additionalTickets = Kerberos.Ticket.list(
          parsing: &field.content, "additional-tickets", &fault)
      default: break
      }
    }
  }
}

extension Kerberos.HostAddress {
  /// Reads a SEQUENCE OF SEQUENCE { addr-type [0] Int32, address [1] OCTET STRING }.
  static func list(
    parsing input: inout ByteReader, _ fault: inout Fault
  ) -> [Kerberos.HostAddress] {
    guard var list = input.next(.sequence, "HostAddresses", &fault) else { return [] }
    var addresses: [Kerberos.HostAddress] = []
    while var fields = list.next("HostAddress", &fault)?.content {
      guard addresses.count < Kerberos.Limits.listElements else {
        fault.note(.overLimit, "HostAddresses", at: list.offset)
        break
      }
      var address = Kerberos.HostAddress(type: 0, octets: [])
      while var field = fields.next("HostAddress", &fault) {
        switch field.tag.field {
        case 0: address.type = field.content.int32("addr-type", &fault) ?? 0
        case 1:
          guard var octets = field.content.next(.octetString, "address", &fault) else { continue }
          guard octets.remaining <= Kerberos.Limits.textBytes else {
            fault.note(.overLimit, "address", at: octets.offset)
            continue
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
    _ type: Kerberos.MessageType, parsing input: inout ByteReader, _ fault: inout Fault
  ) {
    self.type = type
    guard var fields = input.next(.sequence, "KDC-REP", &fault) else { return }
    while var field = fields.next("KDC-REP", &fault) {
      switch field.tag.field {
      case 2: preauthentication.read(&field.content, &fault)
      case 3: clientRealm = field.content.text("crealm", &fault) ?? ""
      case 4: client = Kerberos.PrincipalName(parsing: &field.content, &fault)
      case 5: ticket = Kerberos.Ticket(parsing: &field.content, &fault)
      case 6: sealed = Kerberos.EncryptedData(parsing: &field.content, &fault)
      default: break
      }
    }
  }
}
