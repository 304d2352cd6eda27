extension Kerberos {
  /// The padata of a request, reply or error: all types in order, and the values that say something.
  ///
  /// ```
  /// PA-DATA         ::= SEQUENCE {
  ///         -- NOTE: first tag is [1], not [0]
  ///         padata-type     [1] Int32,
  ///         padata-value    [2] OCTET STRING -- might be encoded AP-REQ
  /// }
  /// ```
  /// RFC 4120 section 5.2.7.
  public struct PreauthenticationData: Sendable {
    /// As sent, repeated ones included.
    public var types: [PADataType] = []
    /// PA-TGS-REQ: presents the ticket-granting ticket.
    public var tgsRequest: APRequest?
    /// PA-ENC-TIMESTAMP's encryption: that of the client's key.
    public var timestampEncryption: EncryptionType?
    /// PA-PAC-REQUEST; false asks for a ticket without authorisation data.
    public var includesPAC: Bool?
    /// PA-PAC-OPTIONS.
    public var pacOptions: PACOptions?
    /// PA-ETYPE-INFO2: what the client may encrypt with, the controller's choice first.
    public var etypeInfo2: [EncryptionType] = []
    /// PA-ETYPE-INFO, its older form.
    public var etypeInfo: [EncryptionType] = []
    /// The first salt of PA-ETYPE-INFO2, PA-ETYPE-INFO or PA-PW-SALT: realm and account name, as the
    /// directory spells them.
    public var salt: String?
    /// The first type whose value could not be read whole; the message is kept nevertheless.
    public var unreadable: PADataType?
    /// None or one: the others stay small, which are copied a few times on their way.
    private var rareValues: [RareValues] = []

    public init() {}
  }

  /// Values of padata that few messages have.
  public struct RareValues: Sendable {
    /// PA-FX-FAST of a request or a reply.
    public var fast: FAST?
    /// PA-FOR-USER: the user whom the service impersonates by S4U2self (MS-SFU section 2.2.1).
    public var forUser: PrincipalName?
    public var forUserRealm: String?
    /// PA-FOR-X509-USER: the same by name or certificate (MS-SFU section 2.2.2).
    public var forX509User: PrincipalName?
    public var forX509UserRealm: String?
    /// The subject's certificate of PA-FOR-X509-USER.
    public var forX509Certificates: [X509.Certificate] = []
    /// PA-PK-AS-REQ: the client proves itself by a certificate (RFC 4556 section 3.2.1).
    public var publicKeyRequest: PublicKeyRequest?
    /// PA-PK-AS-REP: how the reply key comes (RFC 4556 section 3.2.3).
    public var publicKeyReply: PublicKeyReply?
    /// PA-ENCRYPTED-CHALLENGE's encryption (RFC 6113 section 5.4.6).
    public var challengeEncryption: EncryptionType?
    /// PA-SUPPORTED-ENCTYPES: bits of msDS-SupportedEncryptionTypes (MS-KILE section 2.2.8).
    public var supportedEncryptions: UInt32?
    /// KERB-KEY-LIST-REQ: the long-term keys that a read-only controller asks for (MS-KILE section
    /// 2.2.11).
    public var keyList: [EncryptionType] = []
    /// The NTSTATUS that Windows sends in an error in place of a salt (MS-KILE section 2.2.2).
    public var status: UInt32?
  }

  /// The outside of FAST: the ticket that armours it, and how it is encrypted.
  ///
  /// RFC 6113 sections 5.4.2 and 5.4.3.
  public struct FAST: Sendable {
    /// FX_FAST_ARMOR_AP_REQUEST is 1; nil where the armour is that of the TGS-REQ's own ticket.
    public var armorType: Int32?
    /// The ticket of a computer, by which its user's request is armoured.
    public var armor: APRequest?
    /// The request or the reply inside.
    public var sealed: EncryptedData?
  }
}

extension Kerberos.PreauthenticationData {
  public var rare: Kerberos.RareValues {
    get { rareValues.first ?? Kerberos.RareValues() }
    set { rareValues = [newValue] }
  }

  public var hasRareValues: Bool { !rareValues.isEmpty }

  /// The AP-REQ of a FAST request's armour.
  public var armor: Kerberos.APRequest? { rareValues.first?.fast?.armor }

  /// Reads a SEQUENCE OF PA-DATA, or METHOD-DATA, which is the same.
  ///
  /// TYPED-DATA is the same too, but that its tags count from zero (RFC 4120 section 5.9.1): some
  /// controllers send padata so.
  mutating func read(_ input: inout ByteReader, _ fault: inout Fault, isTyped: Bool = false) {
    let (typeTag, valueTag): (UInt32, UInt32) = isTyped ? (0, 1) : (1, 2)
    guard var list = input.next(.sequence, "padata", &fault) else { return }
    while var fields = list.next("PA-DATA", &fault)?.content {
      guard types.count < Kerberos.Limits.listElements else {
        fault.note(.overLimit, "padata", at: list.offset)
        return
      }
      var type: Kerberos.PADataType?
      while var field = fields.next("PA-DATA", &fault) {
        switch field.tag.field {
        case typeTag:
          guard let number = field.content.int32("padata-type", &fault) else { continue }
          let found = Kerberos.PADataType(rawValue: number)
          types.append(found)
          type = found
        case valueTag:
          guard let type, var value = field.content.next(.octetString, "padata-value", &fault)
          else { continue }
          var valueFault = Fault()
          read(type, &value, &valueFault)
          if valueFault.first != nil { unreadable = unreadable ?? type }
        default: break
        }
      }
    }
  }

  private mutating func read(
    _ type: Kerberos.PADataType, _ value: inout ByteReader, _ fault: inout Fault
  ) {
    // In an error a type only announces a method: its value is empty there.
    guard !value.isAtEnd else { return }
    switch type {
    case .tgsRequest: tgsRequest = Kerberos.APRequest(parsing: &value, &fault)
    case .encryptedTimestamp:
      timestampEncryption = Kerberos.EncryptedData(parsing: &value, &fault)?.encryption
    case .encryptedChallenge:
      rare.challengeEncryption = Kerberos.EncryptedData(parsing: &value, &fault)?.encryption
    case .pacRequest: readPACRequest(&value, &fault)
    case .pacOptions: readPACOptions(&value, &fault)
    case .forUser: readForUser(&value, &fault)
    case .forX509User: readForX509User(&value, &fault)
    case .etypeInfo2: etypeInfo2 = readEtypeInfo(&value, &fault)
    case .etypeInfo: etypeInfo = readEtypeInfo(&value, &fault)
    case .passwordSalt: readSalt(&value)
    case .fxFAST: rare.fast = Kerberos.FAST(parsing: &value, &fault)
    case .pkASRequest, .pkASRequestOld, .pkASReplyOld:
      rare.publicKeyRequest = Kerberos.PublicKeyRequest(parsing: &value, &fault)
    case .pkASReply: rare.publicKeyReply = Kerberos.PublicKeyReply(parsing: &value, &fault)
    case .supportedEncryptionTypes: readSupportedEncryptions(&value, &fault)
    case .keyListRequest: rare.keyList = value.encryptionTypes("KERB-KEY-LIST-REQ", &fault)
    default: break
    }
  }
}

// MARK: - Values

extension Kerberos.PreauthenticationData {
  /// `KERB-PA-PAC-REQUEST ::= SEQUENCE { include-pac[0] BOOLEAN }`, MS-KILE section 2.2.3.
  private mutating func readPACRequest(_ value: inout ByteReader, _ fault: inout Fault) {
    guard var fields = value.next(.sequence, "KERB-PA-PAC-REQUEST", &fault) else { return }
    while var field = fields.next("KERB-PA-PAC-REQUEST", &fault) {
      guard field.tag.field == 0 else { continue }
      guard let flag = field.content.next(.boolean, "include-pac", &fault)?.peek() else { continue }
      includesPAC = flag != 0
    }
  }

  /// `PA-PAC-OPTIONS ::= SEQUENCE { flags [0] KerberosFlags }`, MS-KILE section 2.2.10.
  private mutating func readPACOptions(_ value: inout ByteReader, _ fault: inout Fault) {
    guard var fields = value.next(.sequence, "PA-PAC-OPTIONS", &fault) else { return }
    while var field = fields.next("PA-PAC-OPTIONS", &fault) {
      guard field.tag.field == 0 else { continue }
      pacOptions = field.content.flags("flags", &fault).map { Kerberos.PACOptions(rawValue: $0) }
    }
  }

  /// `PA-FOR-USER ::= SEQUENCE { userName [0] PrincipalName, userRealm [1] Realm, … }`.
  private mutating func readForUser(_ value: inout ByteReader, _ fault: inout Fault) {
    guard var fields = value.next(.sequence, "PA-FOR-USER", &fault) else { return }
    while var field = fields.next("PA-FOR-USER", &fault) {
      switch field.tag.field {
      case 0: rare.forUser = Kerberos.PrincipalName(parsing: &field.content, &fault)
      case 1: rare.forUserRealm = field.content.text("userRealm", &fault)
      default: break
      }
    }
  }

  /// ```
  /// PA-S4U-X509-USER ::= SEQUENCE { user-id [0] S4UUserID, checksum [1] Checksum }
  /// S4UUserID ::= SEQUENCE { nonce [0] UInt32, cname [1] PrincipalName OPTIONAL, crealm [2] Realm,
  ///     subject-certificate [3] OCTET STRING OPTIONAL, options [4] BIT STRING OPTIONAL }
  /// ```
  private mutating func readForX509User(_ value: inout ByteReader, _ fault: inout Fault) {
    guard var outer = value.next(.sequence, "PA-S4U-X509-USER", &fault),
      var user = outer.next(.context(0), "user-id", &fault),
      var fields = user.next(.sequence, "S4UUserID", &fault)
    else { return }
    while var field = fields.next("S4UUserID", &fault) {
      switch field.tag.field {
      case 1: rare.forX509User = Kerberos.PrincipalName(parsing: &field.content, &fault)
      case 2: rare.forX509UserRealm = field.content.text("crealm", &fault)
      case 3:
        guard var octets = field.content.next(.octetString, "subject-certificate", &fault) else {
          continue
        }
        if let found = X509.Certificate(parsing: &octets) { rare.forX509Certificates = [found] }
      default: break
      }
    }
  }

  /// `ETYPE-INFO2-ENTRY ::= SEQUENCE { etype [0] Int32, salt [1] KerberosString OPTIONAL, … }`, RFC
  /// 4120 section 5.2.7.5; ETYPE-INFO's salt is an OCTET STRING and read alike.
  private mutating func readEtypeInfo(
    _ value: inout ByteReader, _ fault: inout Fault
  ) -> [Kerberos.EncryptionType] {
    guard var list = value.next(.sequence, "ETYPE-INFO2", &fault) else { return [] }
    var found: [Kerberos.EncryptionType] = []
    while var fields = list.next("ETYPE-INFO2-ENTRY", &fault)?.content {
      guard found.count < Kerberos.Limits.listElements else {
        fault.note(.overLimit, "ETYPE-INFO2", at: list.offset)
        break
      }
      while var field = fields.next("ETYPE-INFO2-ENTRY", &fault) {
        switch field.tag.field {
        case 0:
          guard let type = field.content.int32("etype", &fault) else { continue }
          found.append(Kerberos.EncryptionType(rawValue: type))
        case 1 where salt == nil: salt = field.content.text("salt", &fault)
        default: break
        }
      }
    }
    return found
  }

  /// A salt is text; Windows sends a KERB_EXT_ERROR of twelve octets in its place.
  private mutating func readSalt(_ value: inout ByteReader) {
    if let status = Self.status(of: value) {
      rare.status = status
    } else if salt == nil, value.remaining <= Kerberos.Limits.textBytes {
      salt = value.utf8()
    }
  }

  /// The status of a KERB_EXT_ERROR: three numbers of four octets, of which the first is an error
  /// (its two high bits are set); nil for anything else.
  static func status(of value: borrowing ByteReader) -> UInt32? {
    guard value.remaining == 12, let high = value.peek(3), high & 0xC0 == 0xC0 else { return nil }
    var status: UInt32 = 0
    for distance in [3, 2, 1, 0] { status = status << 8 | UInt32(value.peek(distance) ?? 0) }
    return status
  }

  private mutating func readSupportedEncryptions(
    _ value: inout ByteReader, _ fault: inout Fault
  ) {
    do {
      rare.supportedEncryptions = try value.u32le("PA-SUPPORTED-ENCTYPES")
    } catch {
      fault.note(error)
    }
  }
}

extension Kerberos.FAST {
  /// ```
  /// PA-FX-FAST-REQUEST ::= CHOICE { armored-data [0] KrbFastArmoredReq, ... }
  /// KrbFastArmoredReq ::= SEQUENCE { armor [0] KrbFastArmor OPTIONAL, req-checksum [1] Checksum,
  ///     enc-fast-req [2] EncryptedData, ... }
  /// KrbFastArmor ::= SEQUENCE { armor-type [0] Int32, armor-value [1] OCTET STRING, ... }
  /// PA-FX-FAST-REPLY ::= CHOICE { armored-data [0] KrbFastArmoredRep, ... }
  /// KrbFastArmoredRep ::= SEQUENCE { enc-fast-rep [0] EncryptedData, ... }
  /// ```
  /// In a reply's `[0]` the field `[2]` is an octet string, in a request's there is none.
  init?(parsing value: inout ByteReader, _ fault: inout Fault) {
    guard var choice = value.next(.context(0), "armored-data", &fault),
      var fields = choice.next(.sequence, "KrbFastArmoredReq", &fault)
    else { return nil }
    while var field = fields.next("KrbFastArmoredReq", &fault) {
      switch field.tag.field {
      case 0: readFirst(&field.content, &fault)
      case 2: sealed = Kerberos.EncryptedData(parsing: &field.content, &fault)
      default: break
      }
    }
  }

  private mutating func readFirst(_ input: inout ByteReader, _ fault: inout Fault) {
    var whole = input
    guard var fields = input.next(.sequence, "KrbFastArmor", &fault) else { return }
    var type: Int32?
    var isReply = false
    while var field = fields.next("KrbFastArmor", &fault) {
      switch field.tag.field {
      case 0: type = field.content.int32("armor-type", &fault)
      case 1 where field.content.isNext(.octetString):
        guard var value = field.content.next(.octetString, "armor-value", &fault) else { continue }
        if value.isNext(.application(14)) {
          armor = Kerberos.APRequest(parsing: &value, &fault)
        }
      case 2: isReply = true
      default: break
      }
    }
    if isReply {
      sealed = Kerberos.EncryptedData(parsing: &whole, &fault)
    } else {
      armorType = type
    }
  }
}
