extension LDAP {
  /// BindRequest (RFC 4511 section 4.2).
  ///
  /// ```
  /// BindRequest ::= [APPLICATION 0] SEQUENCE {
  ///      version                 INTEGER (1 ..  127),
  ///      name                    LDAPDN,
  ///      authentication          AuthenticationChoice }
  /// AuthenticationChoice ::= CHOICE {
  ///      simple                  [0] OCTET STRING,
  ///      sasl                    [3] SaslCredentials,
  ///      sicilyPackageDiscovery  [9] OCTET STRING,       -- MS-ADTS section 5.1.1.1.3
  ///      sicilyNegotiate         [10] OCTET STRING,
  ///      sicilyResponse          [11] OCTET STRING }
  /// ```
  public struct BindRequest: Hashable, Sendable {
    public var version: Int64
    /// A distinguished name, or what Active Directory takes for one: `user@domain`, `DOMAIN\user`.
    public var name: String
    public var authentication: Authentication
  }

  /// How a client proves who it is; offsets count from the start of the message's bytes.
  public enum Authentication: Hashable, Sendable {
    /// A password in the clear, of which only the length is kept; zero octets say nothing
    /// (RFC 4513 section 5.1.2).
    case simple(passwordByteCount: Int)
    /// A mechanism and its token, nil where none was sent.
    case sasl(mechanism: String, credentials: ByteRange?)
    case sicilyDiscovery
    /// An NTLM token, NEGOTIATE or AUTHENTICATE.
    case sicilyNegotiate(ByteRange)
    case sicilyResponse(ByteRange)
    /// A choice that we do not know, by its tag number.
    case other(UInt32)
  }

  /// What every answer begins with (RFC 4511 section 4.1.9).
  ///
  /// ```
  /// LDAPResult ::= SEQUENCE {
  ///      resultCode         ENUMERATED,
  ///      matchedDN          LDAPDN,
  ///      diagnosticMessage  LDAPString,
  ///      referral           [3] Referral OPTIONAL }
  /// BindResponse ::= [APPLICATION 1] SEQUENCE {
  ///      COMPONENTS OF LDAPResult,
  ///      serverSaslCreds    [7] OCTET STRING OPTIONAL }
  /// ExtendedResponse ::= [APPLICATION 24] SEQUENCE {
  ///      COMPONENTS OF LDAPResult,
  ///      responseName     [10] LDAPOID OPTIONAL,
  ///      responseValue    [11] OCTET STRING OPTIONAL }
  /// ```
  public struct Result: Hashable, Sendable {
    public var code: ResultCode
    /// Sicily's answer to a NEGOTIATE carries its CHALLENGE here, so it is not text.
    public var matchedDN: ByteRange
    /// Active Directory's carries the Windows error, `… data 52e, v3839`.
    public var diagnostic: String
    public var referrals: [String] = []
    /// The server's token.
    public var credentials: ByteRange?
    public var responseName: String?
  }

  /// ExtendedRequest (RFC 4511 section 4.12): which operation, by its object identifier.
  public struct ExtendedRequest: Hashable, Sendable {
    public var name: String

    /// From now on TLS (RFC 4511 section 4.14).
    public static let startTLS = "1.3.6.1.4.1.1466.20037"
  }
}

extension LDAP.BindRequest {
  /// Reads an operation's content.
  public init(parsing content: inout ByteReader) throws(ParseFailure) {
    version = try content.integerElement("version")
    name = try content.ldapText("name")
    let element = try content.element("authentication")
    let place = ByteRange(offset: element.content.offset, count: element.content.remaining)
    guard element.tag.leading & 0xC0 == 0x80 else {
      throw ParseFailure(.malformed, "authentication", at: place.offset)
    }
    switch element.tag.number {
    case 0: authentication = .simple(passwordByteCount: place.count)
    case 3:
      var credentials = element.content
      let mechanism = try credentials.ldapText("mechanism")
      let token = credentials.isAtEnd ? nil : try credentials.ldapPlace("credentials")
      authentication = .sasl(mechanism: mechanism, credentials: token)
    case 9: authentication = .sicilyDiscovery
    case 10: authentication = .sicilyNegotiate(place)
    case 11: authentication = .sicilyResponse(place)
    default: authentication = .other(element.tag.number)
    }
  }
}

extension LDAP.Result {
  /// Reads an operation's content: that of any answer but an entry, a reference, and an intermediate
  /// response.
  public init(parsing content: inout ByteReader) throws(ParseFailure) {
    code = LDAP.ResultCode(rawValue: try content.ldapEnumerated("resultCode"))
    matchedDN = try content.ldapPlace("matchedDN")
    diagnostic = try content.ldapText("diagnosticMessage")
    while !content.isAtEnd {
      let element = try content.element("LDAPResult")
      guard element.tag.leading & 0xC0 == 0x80 else { continue }
      switch element.tag.number {
      case 3:
        var list = element.content
        referrals = try LDAP.references(in: &list)
      case 7:
        credentials = ByteRange(offset: element.content.offset, count: element.content.remaining)
      case 10:
        responseName = try element.content.ldapContent("responseName")
      default:
        continue
      }
    }
  }
}

extension LDAP.ExtendedRequest {
  /// Reads an operation's content.
  public init(parsing content: inout ByteReader) throws(ParseFailure) {
    let place = try content.element(.contextPrimitive(0), "requestName")
    name = try place.ldapContent("requestName")
  }
}

extension LDAP {
  /// A list of URIs: a referral, or a SearchResultReference (RFC 4511 section 4.5.3).
  public static func references(in list: inout ByteReader) throws(ParseFailure) -> [String] {
    var references: [String] = []
    while !list.isAtEnd {
      guard references.count < Limits.references else {
        throw ParseFailure(.overLimit, "uri", at: list.offset)
      }
      references.append(try list.ldapText("uri"))
    }
    return references
  }

  /// The object of a DelRequest, which is its whole content (RFC 4511 section 4.8).
  public static func deletedObject(_ content: borrowing ByteReader) throws(ParseFailure) -> String {
    try content.ldapContent("DelRequest")
  }

  /// The message that an AbandonRequest gives up, its whole content (RFC 4511 section 4.11).
  public static func abandonedMessage(
    _ content: inout ByteReader
  ) throws(ParseFailure) -> Int64 {
    try content.integer("AbandonRequest")
  }
}
