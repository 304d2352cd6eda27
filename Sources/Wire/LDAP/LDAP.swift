/// Lightweight directory access protocol, version 3 (RFC 4511), over TCP and connectionless.
///
/// A message is opened as an ``Envelope`` that names its operation; the operation is read by the
/// type of its own name, where somebody wants it. Values of attributes are measured, not copied; a
/// simple bind's password is never kept. Buffers that a security layer wraps (RFC 4513 section 5.2)
/// are read where they are signed only (``SecuredBuffer``).
///
/// On the wire: ports 389 and 3268 (global catalogue) over TCP, 389 over UDP (CLDAP, MS-ADTS
/// section 6.3.3); 636 and 3269 are TLS from their first octet.
public enum LDAP {}

extension LDAP {
  /// What one message may hold; beyond it the message is refused as `overLimit`.
  public enum Limits {
    /// Depth of a filter: people write some ten; the readers of a filter recurse.
    public static let filterDepth = 64
    /// Octets of a filter's text: filters of bulk queries name some hundred accounts.
    public static let filterTextBytes = 64 * 1024
    /// Octets of a name, description or text: MaxDNLength and names of attributes lie far below.
    public static let textBytes = 16 * 1024
    /// Attributes of a request, an entry or a change: the largest entries of a directory have some
    /// hundreds, and the limit bounds what an answer may allocate.
    public static let attributes = 4096
    /// Controls of a message: clients send three or four.
    public static let controls = 64
    /// References of a message.
    public static let references = 256
  }

  /// Which operation a message carries: the number of its `[APPLICATION]` tag.
  public struct OperationCode: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let bindRequest = OperationCode(rawValue: 0)
    public static let bindResponse = OperationCode(rawValue: 1)
    public static let unbindRequest = OperationCode(rawValue: 2)
    public static let searchRequest = OperationCode(rawValue: 3)
    public static let searchResultEntry = OperationCode(rawValue: 4)
    public static let searchResultDone = OperationCode(rawValue: 5)
    public static let modifyRequest = OperationCode(rawValue: 6)
    public static let modifyResponse = OperationCode(rawValue: 7)
    public static let addRequest = OperationCode(rawValue: 8)
    public static let addResponse = OperationCode(rawValue: 9)
    public static let deleteRequest = OperationCode(rawValue: 10)
    public static let deleteResponse = OperationCode(rawValue: 11)
    public static let modifyDNRequest = OperationCode(rawValue: 12)
    public static let modifyDNResponse = OperationCode(rawValue: 13)
    public static let compareRequest = OperationCode(rawValue: 14)
    public static let compareResponse = OperationCode(rawValue: 15)
    public static let abandonRequest = OperationCode(rawValue: 16)
    public static let searchResultReference = OperationCode(rawValue: 19)
    public static let extendedRequest = OperationCode(rawValue: 23)
    public static let extendedResponse = OperationCode(rawValue: 24)
    public static let intermediateResponse = OperationCode(rawValue: 25)

    /// Whether a client sends it.
    public var isRequest: Bool {
      switch self {
      case .bindRequest, .unbindRequest, .searchRequest, .modifyRequest, .addRequest,
        .deleteRequest, .modifyDNRequest, .compareRequest, .abandonRequest, .extendedRequest:
        true
      default: false
      }
    }
  }

  /// A result code (RFC 4511 section 4.1.9, registry "LDAP Result Codes").
  public struct ResultCode: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let success = ResultCode(rawValue: 0)
    public static let compareFalse = ResultCode(rawValue: 5)
    public static let compareTrue = ResultCode(rawValue: 6)
    public static let strongerAuthRequired = ResultCode(rawValue: 8)
    public static let referral = ResultCode(rawValue: 10)
    /// The bind goes on with another message.
    public static let saslBindInProgress = ResultCode(rawValue: 14)
    public static let invalidCredentials = ResultCode(rawValue: 49)
  }

  /// A message opened as far as its operation.
  ///
  /// ```
  /// LDAPMessage ::= SEQUENCE {
  ///      messageID       MessageID,          -- INTEGER (0 ..  maxInt)
  ///      protocolOp      CHOICE { … },
  ///      controls       [0] Controls OPTIONAL }
  /// ```
  /// RFC 4511 section 4.1.1.
  public struct Envelope: ~Escapable {
    public var id: Int64
    public var operation: OperationCode
    /// The operation's content, for the type that reads it.
    public var content: ByteReader
    /// What follows the operation.
    var trailer: ByteReader

    /// Reads one message and moves behind it.
    @_lifetime(copy input)
    public init(parsing input: inout ByteReader) throws(ParseFailure) {
      var message = try input.element(.sequence, "LDAPMessage")
      id = try message.integerElement("messageID")
      let start = message.offset
      let element = try message.element("protocolOp")
      // Class APPLICATION: the two highest bits are 01.
      guard element.tag.leading & 0xC0 == 0x40, element.tag.number < 256 else {
        throw ParseFailure(.malformed, "protocolOp", at: start)
      }
      operation = LDAP.OperationCode(rawValue: UInt8(element.tag.number))
      content = element.content
      trailer = message
    }
  }
}

extension LDAP.Envelope {
  /// Object identifiers of the controls, in order (RFC 4511 section 4.1.11).
  public func controls() throws(ParseFailure) -> [String] {
    var input = trailer
    guard input.isNext(.context(0)) else { return [] }
    var list = try input.element(.context(0), "controls")
    var types: [String] = []
    while !list.isAtEnd {
      guard types.count < LDAP.Limits.controls else {
        throw ParseFailure(.overLimit, "controls", at: list.offset)
      }
      var control = try list.element(.sequence, "Control")
      types.append(try control.ldapText("controlType"))
    }
    return types
  }
}

extension ByteReader {
  /// The next element, an OCTET STRING, as text; what is not UTF-8 becomes U+FFFD.
  mutating func ldapText(_ field: StaticString) throws(ParseFailure) -> String {
    let content = try element(.octetString, field)
    return try content.ldapContent(field)
  }

  /// The whole content of this reader as text.
  func ldapContent(_ field: StaticString) throws(ParseFailure) -> String {
    guard remaining <= LDAP.Limits.textBytes else {
      throw ParseFailure(.overLimit, field, at: offset)
    }
    var content = self
    return content.utf8()
  }

  /// Where the content of the next element lies in `bytes` of the message; the element is passed
  /// over.
  mutating func ldapPlace(_ field: StaticString) throws(ParseFailure) -> ByteRange {
    let content = try element(field).content
    return ByteRange(offset: content.offset, count: content.remaining)
  }

  /// The next element, an ENUMERATED, as an unsigned number.
  mutating func ldapEnumerated(_ field: StaticString) throws(ParseFailure) -> UInt32 {
    var content = try element(.enumerated, field)
    let at = content.offset
    let value = try content.integer(field)
    guard let number = UInt32(exactly: value) else { throw ParseFailure(.malformed, field, at: at) }
    return number
  }
}
