extension Kerberos {
  /// KRB-ERROR: the controller or a service refuses, and says why.
  ///
  /// ```
  /// KRB-ERROR       ::= [APPLICATION 30] SEQUENCE {
  ///         pvno            [0] INTEGER (5),
  ///         msg-type        [1] INTEGER (30),
  ///         ctime           [2] KerberosTime OPTIONAL,
  ///         cusec           [3] Microseconds OPTIONAL,
  ///         stime           [4] KerberosTime,
  ///         susec           [5] Microseconds,
  ///         error-code      [6] Int32,
  ///         crealm          [7] Realm OPTIONAL,
  ///         cname           [8] PrincipalName OPTIONAL,
  ///         realm           [9] Realm -- service realm --,
  ///         sname           [10] PrincipalName -- service name --,
  ///         e-text          [11] KerberosString OPTIONAL,
  ///         e-data          [12] OCTET STRING OPTIONAL
  /// }
  /// ```
  /// RFC 4120 section 5.9.1.
  public struct KRBError: Sendable {
    public var code = ErrorCode(rawValue: 0)
    /// GeneralizedTime as sent.
    public var clientTime: String?
    public var serverTime: String?
    public var clientRealm: String?
    public var client: PrincipalName?
    public var realm = ""
    public var server: PrincipalName?
    public var text: String?
    /// METHOD-DATA of `e-data`: what would be accepted (RFC 4120 section 5.9.1).
    public var preauthentication = PreauthenticationData()
    /// The NTSTATUS of `e-data` in the errors of Windows: why an account is refused (MS-KILE
    /// section 2.2.1).
    public var status: UInt32?
    /// Whether `e-data` was there and in a form that is not read.
    public var hasUnreadData = false
  }
}

extension Kerberos.KRBError {
  /// Reads the SEQUENCE inside the application tag.
  init(content input: inout ByteReader) throws(ParseFailure) {
    let start = input.offset
    var fields = try input.element(.sequence, "KRB-ERROR")
    var hasCode = false
    while !fields.isAtEnd {
      var field = try fields.element("KRB-ERROR")
      switch field.tag.field {
      case 2: clientTime = try field.content.kerberosString("ctime")
      case 4: serverTime = try field.content.kerberosString("stime")
      case 6:
        code = Kerberos.ErrorCode(rawValue: try field.content.kerberosInt32("error-code"))
        hasCode = true
      case 7: clientRealm = try field.content.kerberosString("crealm")
      case 8: client = try Kerberos.PrincipalName(parsing: &field.content)
      case 9: realm = try field.content.kerberosString("realm")
      case 10: server = try Kerberos.PrincipalName(parsing: &field.content)
      case 11: text = try field.content.kerberosString("e-text")
      case 12:
        var data = try field.content.element(.octetString, "e-data")
        do {
          try readData(&data)
        } catch {
          hasUnreadData = true
        }
      default: break
      }
    }
    guard hasCode else { throw ParseFailure(.malformed, "error-code", at: start) }
  }

  /// The form of `e-data` follows from what it begins with: METHOD-DATA is a SEQUENCE of SEQUENCE,
  /// KERB-ERROR-DATA and TYPED-DATA's element a SEQUENCE that begins with a context tag.
  private mutating func readData(_ data: inout ByteReader) throws(ParseFailure) {
    var probe = try data.slice(at: data.position, count: data.remaining, "e-data")
    let content = try probe.element(.sequence, "e-data")
    if content.isNext(.sequence) {
      preauthentication = try Kerberos.PreauthenticationData(parsing: &data)
    } else {
      try readErrorData(&data)
    }
  }

  /// ```
  /// KERB-ERROR-DATA ::= SEQUENCE { data-type [1] INTEGER, data-value [2] OCTET STRING OPTIONAL }
  /// ```
  /// Type 3 holds a KERB_EXT_ERROR: status, reserved, flags, four octets each, little-endian. Type 2
  /// (clock skew recovery) and others say nothing more. MS-KILE sections 2.2.1 and 2.2.2.
  private mutating func readErrorData(_ data: inout ByteReader) throws(ParseFailure) {
    var fields = try data.element(.sequence, "KERB-ERROR-DATA")
    var type: Int32 = 0
    while !fields.isAtEnd {
      var field = try fields.element("KERB-ERROR-DATA")
      switch field.tag.field {
      case 1: type = try field.content.kerberosInt32("data-type")
      case 2 where type == 3:
        var value = try field.content.element(.octetString, "data-value")
        status = try value.u32le("status")
      default: break
      }
    }
  }
}
