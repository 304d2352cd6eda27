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
    public var code: ErrorCode?
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
    /// Types of TYPED-DATA in `e-data`, in order (RFC 4120 section 5.9.1, RFC 4556 section 3.1.3);
    /// values that are those of padata are in `preauthentication`.
    public var typedData: [Int32] = []
    /// The NTSTATUS of `e-data` in the errors of Windows: why an account is refused (MS-KILE
    /// section 2.2.1).
    public var status: UInt32?
    /// The ticket-granting ticket of a service that insists on user-to-user
    /// (draft-swift-win2k-krb-user2user-03 section 2).
    public var ticket: Ticket?
    /// The result code of a password change, with which `e-data` begins on port 464 (RFC 3244
    /// section 2).
    public var passwordResult: UInt16?
    /// Octets of `e-data`, where it is there.
    public var dataByteCount: Int?
  }
}

extension Kerberos.KRBError {
  /// Reads the SEQUENCE inside the application tag.
  init(content input: inout ByteReader, _ fault: inout Fault) {
    guard var fields = input.next(.sequence, "KRB-ERROR", &fault) else { return }
    while var field = fields.next("KRB-ERROR", &fault) {
      switch field.tag.field {
      case 2: clientTime = field.content.text("ctime", &fault)
      case 4: serverTime = field.content.text("stime", &fault)
      case 6:
        code = field.content.int32("error-code", &fault).map { Kerberos.ErrorCode(rawValue: $0) }
      case 7: clientRealm = field.content.text("crealm", &fault)
      case 8: client = Kerberos.PrincipalName(parsing: &field.content, &fault)
      case 9: realm = field.content.text("realm", &fault) ?? ""
      case 10: server = Kerberos.PrincipalName(parsing: &field.content, &fault)
      case 11: text = field.content.text("e-text", &fault)
      case 12:
        guard var data = field.content.next(.octetString, "e-data", &fault) else { continue }
        dataByteCount = data.remaining
        readData(&data)
      default: break
      }
    }
  }

  /// The form of `e-data` follows from what it begins with: METHOD-DATA and TYPED-DATA are SEQUENCEs
  /// of SEQUENCE, KERB-ERROR-DATA a SEQUENCE that begins with a context tag.
  ///
  /// What no form fits is left unread without a fault: any server may put anything here.
  private mutating func readData(_ data: inout ByteReader) {
    var fault = Fault()
    if data.isNext(.application(1)) {
      ticket = Kerberos.Ticket(parsing: &data, &fault)
      return
    }
    guard data.isNext(.sequence) else {
      if data.remaining >= 2, let high = data.peek(), let low = data.peek(1), high == 0 {
        passwordResult = UInt16(low)
      }
      return
    }
    var probe = data
    guard var content = probe.next(.sequence, "e-data", &fault) else { return }
    guard content.isNext(.sequence) else {
      readErrorData(&content)
      return
    }
    let first = content.next("e-data", &fault)?.content
    if first?.isNext(.context(0)) ?? false {
      preauthentication.read(&data, &fault, isTyped: true)
      typedData = preauthentication.types.map(\.rawValue)
      preauthentication.types = []
    } else {
      preauthentication.read(&data, &fault)
      status = preauthentication.rare.status
    }
  }

  /// ```
  /// KERB-ERROR-DATA ::= SEQUENCE { data-type [1] INTEGER, data-value [2] OCTET STRING OPTIONAL }
  /// ```
  /// Type 3 holds a KERB_EXT_ERROR: status, reserved, flags, four octets each, little-endian. Type 2
  /// (clock skew recovery) and others say nothing more. MS-KILE sections 2.2.1 and 2.2.2. The same
  /// fields are those of a PA-DATA; and with an integer of 16 or 17 in `[1]` and a ticket in `[2]`,
  /// those of a KERB-TGT-REPLY.
  private mutating func readErrorData(_ fields: inout ByteReader) {
    var fault = Fault()
    var type: Int32?
    while var field = fields.next("KERB-ERROR-DATA", &fault) {
      switch field.tag.field {
      case 1: type = field.content.int32("data-type", &fault)
      case 2 where field.content.isNext(.application(1)):
        ticket = Kerberos.Ticket(parsing: &field.content, &fault)
      case 2 where type == 3:
        guard let value = field.content.next(.octetString, "data-value", &fault) else { continue }
        status = Kerberos.PreauthenticationData.status(of: value)
      default: break
      }
    }
    if let type, ticket == nil {
      preauthentication.types = [Kerberos.PADataType(rawValue: type)]
    }
  }
}
