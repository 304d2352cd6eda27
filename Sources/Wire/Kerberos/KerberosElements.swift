extension BERTag {
  /// The number of a constructed context tag, which is how Kerberos numbers the fields of a
  /// SEQUENCE; nil for any other tag.
  var field: UInt32? { leading == 0xA0 ? number : nil }
}

/// The primitive types of RFC 4120 section 5.2, each read with its own tag.
extension ByteReader {
  /// A KerberosString or Realm: GeneralString, or what old peers send in its place.
  mutating func kerberosString(_ field: StaticString) throws(ParseFailure) -> String {
    let start = offset
    var element = try element(field)
    guard !element.tag.isConstructed else { throw ParseFailure(.malformed, field, at: start) }
    guard element.content.remaining <= Kerberos.Limits.textBytes else {
      throw ParseFailure(.overLimit, field, at: start)
    }
    return element.content.utf8()
  }

  /// An Int32; a value sent as unsigned keeps its bits.
  mutating func kerberosInt32(_ field: StaticString) throws(ParseFailure) -> Int32 {
    Int32(truncatingIfNeeded: try integerElement(field))
  }

  /// A UInt32; a value sent as negative keeps its bits, as Windows encodes nonces.
  mutating func kerberosUInt32(_ field: StaticString) throws(ParseFailure) -> UInt32 {
    UInt32(truncatingIfNeeded: try integerElement(field))
  }

  /// KerberosFlags: the first 32 bits of a BIT STRING, missing ones being zero.
  mutating func kerberosFlags(_ field: StaticString) throws(ParseFailure) -> UInt32 {
    var content = try element(.bitString, field)
    try content.skip(1, field)
    var flags: UInt32 = 0
    for shift: UInt32 in [24, 16, 8, 0] where !content.isAtEnd {
      flags |= UInt32(try content.u8(field)) << shift
    }
    return flags
  }

  /// A SEQUENCE OF Int32.
  mutating func encryptionTypes(
    _ field: StaticString
  ) throws(ParseFailure) -> [Kerberos.EncryptionType] {
    var list = try element(.sequence, field)
    var types: [Kerberos.EncryptionType] = []
    types.reserveCapacity(min(list.remaining / 3, Kerberos.Limits.listElements))
    while !list.isAtEnd {
      guard types.count < Kerberos.Limits.listElements else {
        throw ParseFailure(.overLimit, field, at: list.offset)
      }
      types.append(Kerberos.EncryptionType(rawValue: try list.kerberosInt32(field)))
    }
    return types
  }
}

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
    public var encryption: EncryptionType
    /// The version of the key; on a read-only controller its high 16 bits name the controller.
    public var keyVersion: UInt32?
    /// Octets of `cipher`.
    public var byteCount: Int
    public var fingerprint: CipherFingerprint
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
    public var realm: String
    public var server: PrincipalName
    public var sealed: EncryptedData
  }
}

// MARK: - Parsing

extension Kerberos.PrincipalName {
  /// Reads a SEQUENCE.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    var fields = try input.element(.sequence, "PrincipalName")
    type = .unknown
    text = ""
    componentCount = 0
    while !fields.isAtEnd {
      var field = try fields.element("PrincipalName")
      switch field.tag.field {
      case 0: type = Kerberos.NameType(rawValue: try field.content.kerberosInt32("name-type"))
      case 1:
        var components = try field.content.element(.sequence, "name-string")
        while !components.isAtEnd {
          guard componentCount < Kerberos.Limits.nameComponents else {
            throw ParseFailure(.overLimit, "name-string", at: components.offset)
          }
          let component = try components.kerberosString("name-string")
          text = componentCount == 0 ? component : text + "/" + component
          componentCount += 1
        }
      default: break
      }
    }
  }
}

extension Kerberos.EncryptedData {
  /// Reads a SEQUENCE.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    let start = input.offset
    var fields = try input.element(.sequence, "EncryptedData")
    encryption = Kerberos.EncryptionType(rawValue: 0)
    byteCount = -1
    fingerprint = Kerberos.CipherFingerprint(high: 0, low: 0)
    while !fields.isAtEnd {
      var field = try fields.element("EncryptedData")
      switch field.tag.field {
      case 0:
        encryption = Kerberos.EncryptionType(rawValue: try field.content.kerberosInt32("etype"))
      case 1: keyVersion = try field.content.kerberosUInt32("kvno")
      case 2:
        let cipher = try field.content.element(.octetString, "cipher")
        byteCount = cipher.remaining
        fingerprint = try Kerberos.CipherFingerprint(of: cipher, encryption: encryption)
      default: break
      }
    }
    guard byteCount >= 0 else { throw ParseFailure(.malformed, "cipher", at: start) }
  }
}

extension Kerberos.Ticket {
  /// Reads an `[APPLICATION 1]`.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    let start = input.offset
    var application = try input.element(.application(1), "Ticket")
    var fields = try application.element(.sequence, "Ticket")
    realm = ""
    server = Kerberos.PrincipalName(type: .unknown, text: "", componentCount: 0)
    var sealed: Kerberos.EncryptedData?
    while !fields.isAtEnd {
      var field = try fields.element("Ticket")
      switch field.tag.field {
      case 1: realm = try field.content.kerberosString("realm")
      case 2: server = try Kerberos.PrincipalName(parsing: &field.content)
      case 3: sealed = try Kerberos.EncryptedData(parsing: &field.content)
      default: break
      }
    }
    guard let sealed else { throw ParseFailure(.malformed, "enc-part", at: start) }
    self.sealed = sealed
  }

  /// Reads a SEQUENCE OF Ticket.
  static func list(
    parsing input: inout ByteReader, _ field: StaticString
  ) throws(ParseFailure) -> [Kerberos.Ticket] {
    var list = try input.element(.sequence, field)
    var tickets: [Kerberos.Ticket] = []
    while !list.isAtEnd {
      guard tickets.count < Kerberos.Limits.tickets else {
        throw ParseFailure(.overLimit, field, at: list.offset)
      }
      tickets.append(try Kerberos.Ticket(parsing: &list))
    }
    return tickets
  }
}
