extension Kerberos {
  /// The name of a user, computer or service within a realm.
  ///
  /// ```
  /// PrincipalName ::= SEQUENCE {
  ///         name-type       [0] Int32,
  ///         name-string     [1] SEQUENCE OF KerberosString
  /// }
  /// ```
  /// RFC 4120 section 5.2.2.
  public struct PrincipalName: Hashable, Sendable {
    public var type: NameType
    /// The components joined by `/`, as sent: `mallory`, `cifs/fs1.alpine.test`.
    public var text: String
    public var componentCount: Int

    public init(type: NameType, text: String, componentCount: Int = 1) {
      self.type = type
      self.text = text
      self.componentCount = componentCount
    }

    /// Whether it stands for nobody in particular (RFC 8062 section 3).
    public var isAnonymous: Bool { text == "WELLKNOWN/ANONYMOUS" }
  }

  /// Something encrypted: with what, how much, and a fingerprint to know it again.
  ///
  /// ```
  /// EncryptedData   ::= SEQUENCE {
  ///         etype   [0] Int32 -- EncryptionType --,
  ///         kvno    [1] UInt32 OPTIONAL,
  ///         cipher  [2] OCTET STRING -- ciphertext
  /// }
  /// ```
  /// RFC 4120 section 5.2.9.
  public struct EncryptedData: Hashable, Sendable {
    public var encryption: EncryptionType?
    /// The version of the key; on a read-only controller its high 16 bits name the controller.
    public var keyVersion: UInt32?
    /// Octets of `cipher`.
    public var byteCount: Int?
    /// Nil where the message ends before the ciphertext does.
    public var fingerprint: CipherFingerprint?
  }

  /// A ticket, as the controller issues it and a client presents it.
  ///
  /// ```
  /// Ticket          ::= [APPLICATION 1] SEQUENCE {
  ///         tkt-vno         [0] INTEGER (5),
  ///         realm           [1] Realm,
  ///         sname           [2] PrincipalName,
  ///         enc-part        [3] EncryptedData -- EncTicketPart
  /// }
  /// ```
  /// RFC 4120 section 5.3.
  public struct Ticket: Hashable, Sendable {
    public var realm = ""
    public var server: PrincipalName?
    public var sealed: EncryptedData?
  }
}

// MARK: - Parsing

extension Kerberos.PrincipalName {
  /// Reads a SEQUENCE; nil where there is none.
  init?(parsing input: inout ByteReader, _ fault: inout Fault) {
    guard var fields = input.next(.sequence, "PrincipalName", &fault) else { return nil }
    type = .unknown
    text = ""
    componentCount = 0
    while var field = fields.next("PrincipalName", &fault) {
      switch field.tag.field {
      case 0:
        type = Kerberos.NameType(rawValue: field.content.int32("name-type", &fault) ?? 0)
      case 1: readComponents(&field.content, &fault)
      default: break
      }
    }
  }

  private mutating func readComponents(
    _ input: inout ByteReader, _ fault: inout Fault
  ) {
    guard var components = input.next(.sequence, "name-string", &fault) else { return }
    text = ""
    componentCount = 0
    while !components.isAtEnd {
      guard componentCount < Kerberos.Limits.nameComponents else {
        fault.note(.overLimit, "name-string", at: components.offset)
        return
      }
      guard let component = components.text("name-string", &fault) else { continue }
      text = componentCount == 0 ? component : text + "/" + component
      componentCount += 1
    }
  }
}

extension Kerberos.EncryptedData {
  /// Reads a SEQUENCE; nil where there is none.
  init?(parsing input: inout ByteReader, _ fault: inout Fault) {
    guard var fields = input.next(.sequence, "EncryptedData", &fault) else { return nil }
    while var field = fields.next("EncryptedData", &fault) {
      switch field.tag.field {
      case 0:
        encryption = field.content.int32("etype", &fault).map {
          Kerberos.EncryptionType(rawValue: $0)
        }
      case 1: keyVersion = field.content.uint32("kvno", &fault)
      case 2:
        let cuts = fault.cuts
        guard let cipher = field.content.next(.octetString, "cipher", &fault) else { continue }
        byteCount = cipher.remaining
        guard fault.cuts == cuts, let encryption else { continue }
        fingerprint = Kerberos.CipherFingerprint(of: cipher, encryption: encryption)
      default: break
      }
    }
  }
}

extension Kerberos.Ticket {
  /// Reads an `[APPLICATION 1]`; nil where there is none.
  init?(parsing input: inout ByteReader, _ fault: inout Fault) {
    guard var application = input.next(.application(1), "Ticket", &fault),
      var fields = application.next(.sequence, "Ticket", &fault)
    else { return nil }
    while var field = fields.next("Ticket", &fault) {
      switch field.tag.field {
      case 1: realm = field.content.text("realm", &fault) ?? ""
      case 2: server = Kerberos.PrincipalName(parsing: &field.content, &fault)
      case 3: sealed = Kerberos.EncryptedData(parsing: &field.content, &fault)
      default: break
      }
    }
  }

  /// Reads a SEQUENCE OF Ticket.
  static func list(
    parsing input: inout ByteReader, _ name: StaticString, _ fault: inout Fault
  ) -> [Kerberos.Ticket] {
    guard var list = input.next(.sequence, name, &fault) else { return [] }
    var tickets: [Kerberos.Ticket] = []
    while !list.isAtEnd {
      guard tickets.count < Kerberos.Limits.tickets else {
        fault.note(.overLimit, name, at: list.offset)
        break
      }
      if let ticket = Kerberos.Ticket(parsing: &list, &fault) { tickets.append(ticket) }
    }
    return tickets
  }
}
