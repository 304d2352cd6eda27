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
    /// The ticket that armours a FAST request (RFC 6113 section 5.4.1), a computer's.
    public var armor: APRequest?
    /// PA-ENC-TIMESTAMP's encryption: that of the client's key.
    public var timestampEncryption: EncryptionType?
    /// PA-PAC-REQUEST; false asks for a ticket without authorisation data.
    public var includesPAC: Bool?
    /// PA-PAC-OPTIONS.
    public var pacOptions: PACOptions?
    /// PA-FOR-USER: the user whom the service impersonates by S4U2self (MS-SFU section 2.2.1).
    public var forUser: PrincipalName?
    public var forUserRealm: String?
    /// PA-FOR-X509-USER: the same by name or certificate (MS-SFU section 2.2.2).
    public var forX509User: PrincipalName?
    public var forX509UserRealm: String?
    /// PA-ETYPE-INFO2: what the client may encrypt with, the controller's choice first.
    public var etypeInfo2: [EncryptionType] = []
    /// PA-ETYPE-INFO, its older form.
    public var etypeInfo: [EncryptionType] = []
    /// The first salt of PA-ETYPE-INFO2: realm and account name, as the directory spells them.
    public var salt: String?
    /// The first type whose value could not be read; the message is kept nevertheless.
    public var unreadable: PADataType?

    public init() {}
  }
}

extension Kerberos.PreauthenticationData {
  /// Reads a SEQUENCE OF PA-DATA, or METHOD-DATA, which is the same.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    var list = try input.element(.sequence, "padata")
    while !list.isAtEnd {
      guard types.count < Kerberos.Limits.listElements else {
        throw ParseFailure(.overLimit, "padata", at: list.offset)
      }
      try add(parsing: &list)
    }
  }

  private mutating func add(parsing list: inout ByteReader) throws(ParseFailure) {
    let start = list.offset
    var fields = try list.element(.sequence, "PA-DATA")
    var type: Kerberos.PADataType?
    while !fields.isAtEnd {
      var field = try fields.element("PA-DATA")
      switch field.tag.field {
      case 1:
        let found = Kerberos.PADataType(rawValue: try field.content.kerberosInt32("padata-type"))
        types.append(found)
        type = found
      case 2:
        guard let type else { throw ParseFailure(.malformed, "padata-type", at: start) }
        var value = try field.content.element(.octetString, "padata-value")
        do {
          try read(type, &value)
        } catch {
          unreadable = unreadable ?? type
        }
      default: break
      }
    }
    guard type != nil else { throw ParseFailure(.malformed, "padata-type", at: start) }
  }

  private mutating func read(
    _ type: Kerberos.PADataType, _ value: inout ByteReader
  ) throws(ParseFailure) {
    guard !value.isAtEnd else { return }
    switch type {
    case .tgsRequest: tgsRequest = try Kerberos.APRequest(parsing: &value)
    case .encryptedTimestamp:
      // In an error it only announces the method: its value is empty there.
      timestampEncryption = try Kerberos.EncryptedData(parsing: &value).encryption
    case .pacRequest: try readPACRequest(&value)
    case .pacOptions: try readPACOptions(&value)
    case .forUser: try readForUser(&value)
    case .forX509User: try readForX509User(&value)
    case .etypeInfo2: etypeInfo2 = try readEtypeInfo(&value)
    case .etypeInfo: etypeInfo = try readEtypeInfo(&value)
    case .fxFAST: try readArmor(&value)
    default: break
    }
  }

  /// `KERB-PA-PAC-REQUEST ::= SEQUENCE { include-pac[0] BOOLEAN }`, MS-KILE section 2.2.3.
  private mutating func readPACRequest(_ value: inout ByteReader) throws(ParseFailure) {
    var fields = try value.element(.sequence, "KERB-PA-PAC-REQUEST")
    while !fields.isAtEnd {
      var field = try fields.element("KERB-PA-PAC-REQUEST")
      guard field.tag.field == 0 else { continue }
      var flag = try field.content.element(.boolean, "include-pac")
      includesPAC = try flag.u8("include-pac") != 0
    }
  }

  /// `PA-PAC-OPTIONS ::= SEQUENCE { flags [0] KerberosFlags }`, MS-KILE section 2.2.10.
  private mutating func readPACOptions(_ value: inout ByteReader) throws(ParseFailure) {
    var fields = try value.element(.sequence, "PA-PAC-OPTIONS")
    while !fields.isAtEnd {
      var field = try fields.element("PA-PAC-OPTIONS")
      guard field.tag.field == 0 else { continue }
      pacOptions = Kerberos.PACOptions(rawValue: try field.content.kerberosFlags("flags"))
    }
  }

  /// `PA-FOR-USER ::= SEQUENCE { userName [0] PrincipalName, userRealm [1] Realm, … }`.
  private mutating func readForUser(_ value: inout ByteReader) throws(ParseFailure) {
    var fields = try value.element(.sequence, "PA-FOR-USER")
    while !fields.isAtEnd {
      var field = try fields.element("PA-FOR-USER")
      switch field.tag.field {
      case 0: forUser = try Kerberos.PrincipalName(parsing: &field.content)
      case 1: forUserRealm = try field.content.kerberosString("userRealm")
      default: break
      }
    }
  }

  /// `PA-S4U-X509-USER ::= SEQUENCE { user-id [0] S4UUserID, checksum [1] Checksum }`, where
  /// `S4UUserID ::= SEQUENCE { nonce [0], cname [1] OPTIONAL, crealm [2], … }`.
  private mutating func readForX509User(_ value: inout ByteReader) throws(ParseFailure) {
    var outer = try value.element(.sequence, "PA-S4U-X509-USER")
    var user = try outer.element(.context(0), "user-id")
    var fields = try user.element(.sequence, "S4UUserID")
    while !fields.isAtEnd {
      var field = try fields.element("S4UUserID")
      switch field.tag.field {
      case 1: forX509User = try Kerberos.PrincipalName(parsing: &field.content)
      case 2: forX509UserRealm = try field.content.kerberosString("crealm")
      default: break
      }
    }
  }

  /// `ETYPE-INFO2-ENTRY ::= SEQUENCE { etype [0] Int32, salt [1] KerberosString OPTIONAL, … }`, RFC
  /// 4120 section 5.2.7.5; ETYPE-INFO's salt is an OCTET STRING and read alike.
  private mutating func readEtypeInfo(
    _ value: inout ByteReader
  ) throws(ParseFailure) -> [Kerberos.EncryptionType] {
    var list = try value.element(.sequence, "ETYPE-INFO2")
    var found: [Kerberos.EncryptionType] = []
    while !list.isAtEnd {
      guard found.count < Kerberos.Limits.listElements else {
        throw ParseFailure(.overLimit, "ETYPE-INFO2", at: list.offset)
      }
      var fields = try list.element(.sequence, "ETYPE-INFO2-ENTRY")
      while !fields.isAtEnd {
        var field = try fields.element("ETYPE-INFO2-ENTRY")
        switch field.tag.field {
        case 0:
          found.append(
            Kerberos.EncryptionType(rawValue: try field.content.kerberosInt32("etype")))
        case 1 where salt == nil: salt = try field.content.kerberosString("salt")
        default: break
        }
      }
    }
    return found
  }

  /// The AP-REQ of a FAST request's armour.
  ///
  /// ```
  /// PA-FX-FAST-REQUEST ::= CHOICE { armored-data [0] KrbFastArmoredReq, ... }
  /// KrbFastArmoredReq ::= SEQUENCE { armor [0] KrbFastArmor OPTIONAL, req-checksum [1], ... }
  /// KrbFastArmor ::= SEQUENCE { armor-type [0] Int32, armor-value [1] OCTET STRING, ... }
  /// ```
  /// RFC 6113 sections 5.4.1 and 5.4.2. A reply has the same outer tag and no `[0]` of that kind.
  private mutating func readArmor(_ value: inout ByteReader) throws(ParseFailure) {
    var choice = try value.element(.context(0), "armored-data")
    var request = try choice.element(.sequence, "KrbFastArmoredReq")
    guard request.isNext(.context(0)) else { return }
    var outer = try request.element(.context(0), "armor")
    var fields = try outer.element(.sequence, "KrbFastArmor")
    while !fields.isAtEnd {
      var field = try fields.element("KrbFastArmor")
      // FX_FAST_ARMOR_AP_REQUEST is the only type; in a reply [0] is `enc-fast-rep`, whose [1] is a
      // key version, and its tag is not that of an octet string.
      guard field.tag.field == 1, field.content.isNext(.octetString) else { continue }
      var armorValue = try field.content.element(.octetString, "armor-value")
      guard armorValue.isNext(.application(14)) else { continue }
      armor = try Kerberos.APRequest(parsing: &armorValue)
    }
  }
}
