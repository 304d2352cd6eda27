/// The tokens by which a client and a service agree on a security mechanism, and what is inside.
///
/// RFC 4178 (SPNEGO) with Microsoft's NegTokenInit2 (MS-SPNG section 2.2.1), the framing of RFC 2743
/// section 3.1, the Kerberos mechanism of RFC 4121 section 4.1, and NTLM without any frame. SMB
/// session setups, LDAP binds, DCE/RPC security trailers and HTTP carry them.
public enum SPNEGO {}

extension SPNEGO {
  /// What one token may hold.
  public enum Limits {
    /// Mechanisms offered: Windows offers five.
    public static let mechanisms = 32
    /// Frames around the innermost token: SPNEGO in a GSS frame, in it Kerberos in its own.
    public static let depth = 4
  }

  /// A mechanism: the content octets of its object identifier, right-aligned.
  ///
  /// Sixteen octets hold every identifier in use; of a longer one the last sixteen count.
  public struct Mechanism: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt128
    public init(rawValue: UInt128) { self.rawValue = rawValue }

    /// 1.3.6.1.5.5.2.
    public static let spnego = Mechanism(rawValue: 0x2B_0601_0505_02)
    /// 1.2.840.113554.1.2.2.
    public static let kerberos = Mechanism(rawValue: 0x2A_8648_86F7_1201_0202)
    /// 1.2.840.48018.1.2.2: the same with 113554 cut to 16 bits, a mistake that stayed.
    public static let msKerberos = Mechanism(rawValue: 0x2A_8648_82F7_1201_0202)
    /// 1.2.840.113554.1.2.2.3.
    public static let kerberosUserToUser = Mechanism(rawValue: 0x2A86_4886_F712_0102_0203)
    /// 1.3.6.1.5.2.5.
    public static let iakerb = Mechanism(rawValue: 0x2B_0601_0502_05)
    /// 1.3.6.1.4.1.311.2.2.10.
    public static let ntlm = Mechanism(rawValue: 0x2B06_0104_0182_3702_020A)
    /// 1.3.6.1.4.1.311.2.2.30.
    public static let negoEx = Mechanism(rawValue: 0x2B06_0104_0182_3702_021E)
    /// 1.3.6.1.5.2.7: public keys between users, inside NEGOEX.
    public static let pku2u = Mechanism(rawValue: 0x2B_0601_0502_07)
  }

  /// How far the negotiation is (RFC 4178 section 4.2.2, `negState`).
  public struct State: RawRepresentable, Hashable, Sendable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let acceptCompleted = State(rawValue: 0)
    public static let acceptIncomplete = State(rawValue: 1)
    public static let reject = State(rawValue: 2)
    public static let requestMIC = State(rawValue: 3)
  }
}

extension SPNEGO.Mechanism {
  /// A short name, or the content octets in hex where it has none.
  public var name: String {
    switch self {
    case .spnego: "SPNEGO"
    case .kerberos: "KRB5"
    case .msKerberos: "MS-KRB5"
    case .kerberosUserToUser: "KRB5-U2U"
    case .iakerb: "IAKERB"
    case .ntlm: "NTLMSSP"
    case .negoEx: "NEGOEX"
    case .pku2u: "PKU2U"
    default: String(rawValue, radix: 16)
    }
  }
}

extension SPNEGO {
  /// A security token with its frames taken off.
  public struct Token: ~Escapable {
    /// Which frame the negotiation had.
    public enum Form: Sendable {
      /// No SPNEGO: the mechanism's own token.
      case bare
      case initial
      case response
    }

    /// What the innermost token is.
    public enum Payload: Sendable {
      /// The token only negotiates.
      case none
      /// An NTLM message from its signature on.
      case ntlm
      /// A Kerberos message from its tag on.
      case kerberos
      /// Anything else: NEGOEX, a signature, data under a key.
      case other
    }

    public var form = Form.bare
    /// Those offered, the client's choice first; of a bare token the one its frame names.
    public var mechanisms: [Mechanism] = []
    /// The one that a response settles on.
    public var supportedMechanism: Mechanism?
    public var state: State?
    /// Whether the list of mechanisms is signed (`mechListMIC`).
    public var hasMechanismListMIC = false
    public var payload: Payload
    /// What `payload` says, empty where it is `none`.
    public var inner: ByteReader

    /// Reads everything that is left of `input`.
    ///
    /// What a token begins with decides: an application tag 0 frames it (RFC 2743 section 3.1), context
    /// tags 0 and 1 are SPNEGO's own, and both bare NTLM and bare Kerberos (DCE style) are known by
    /// their first octets. Nothing is refused for being unknown.
    @_lifetime(copy input)
    public init(parsing input: inout ByteReader) throws(ParseFailure) {
      inner = input.rest()
      payload = .other
      for _ in 0..<SPNEGO.Limits.depth {
        guard try unwrap() else { break }
      }
    }
  }
}

// MARK: - Parsing

extension SPNEGO.Mechanism {
  /// Reads an OBJECT IDENTIFIER.
  init(parsing input: inout ByteReader) throws(ParseFailure) {
    var content = try input.element(.objectIdentifier, "MechType")
    guard content.remaining <= 64 else {
      throw ParseFailure(.overLimit, "MechType", at: content.offset)
    }
    var value: UInt128 = 0
    while !content.isAtEnd { value = value << 8 | UInt128(try content.u8("MechType")) }
    self.init(rawValue: value)
  }
}

extension SPNEGO.Token {
  /// Takes one frame off; false once the innermost token is reached.
  private mutating func unwrap() throws(ParseFailure) -> Bool {
    guard let first = inner.peek() else {
      payload = .none
      return false
    }
    switch first {
    case 0x60:
      try unwrapFrame()
      return payload == .other && (inner.peek() == 0xA0 || inner.peek() == 0xA1)
    case 0xA0 where form == .bare:
      try unwrapInitial()
      return !inner.isAtEnd
    case 0xA1 where form == .bare:
      try unwrapResponse()
      return !inner.isAtEnd
    case 0x4E: payload = Self.isNTLM(inner) ? .ntlm : .other
    // AP-REQ, AP-REP and KRB-ERROR without a frame: what follows the first leg in DCE style.
    case 0x6E, 0x6F, 0x7E: payload = .kerberos
    // The same behind a TOK_ID, as some servers answer.
    case 0x01...0x04 where Self.isKerberos(inner.peek(2)): try unwrapKerberos()
    default: payload = .other
    }
    return false
  }

  /// Whether an octet is the tag of a message that follows a TOK_ID.
  private static func isKerberos(_ tag: UInt8?) -> Bool {
    tag == 0x6E || tag == 0x6F || tag == 0x7E
  }

  private static func isNTLM(_ input: borrowing ByteReader) -> Bool {
    let signature: StaticString = "NTLMSSP"
    guard input.remaining >= 8, input.peek(7) == 0 else { return false }
    var probe = ByteReader(input.bytes)
    probe.position = input.position
    do {
      // "NTLMSSP" and a zero, MS-NLMP section 2.2.1.
      return try probe.u64(signature) == 0x4E54_4C4D_5353_5000
    } catch {
      return false
    }
  }

  /// ```
  /// InitialContextToken ::= [APPLICATION 0] IMPLICIT SEQUENCE {
  ///         thisMech MechType, innerContextToken ANY DEFINED BY thisMech }
  /// ```
  private mutating func unwrapFrame() throws(ParseFailure) {
    var content = try inner.element(.application(0), "InitialContextToken")
    let mechanism = try SPNEGO.Mechanism(parsing: &content)
    inner = content
    guard mechanism != .spnego else { return }
    if form == .bare { mechanisms.append(mechanism) }
    switch mechanism {
    case .kerberos, .msKerberos, .kerberosUserToUser: try unwrapKerberos()
    default: payload = Self.isNTLM(inner) ? .ntlm : .other
    }
  }

  /// TOK_ID: 01 00 AP-REQ, 02 00 AP-REP, 03 00 KRB-ERROR (RFC 4121 section 4.1), 04 00 and 04 01 the
  /// user-to-user messages (draft-swift-win2k-krb-user2user-03 section 4).
  private mutating func unwrapKerberos() throws(ParseFailure) {
    switch try inner.u16("TOK_ID") {
    case 0x0100, 0x0200, 0x0300, 0x0400, 0x0401: payload = .kerberos
    default: payload = .other
    }
  }

  /// ```
  /// NegotiationToken ::= CHOICE { negTokenInit [0] NegTokenInit2, negTokenResp [1] NegTokenResp }
  /// NegTokenInit2 ::= SEQUENCE {
  ///     mechTypes[0] MechTypeList OPTIONAL, reqFlags [1] ContextFlags OPTIONAL,
  ///     mechToken [2] OCTET STRING OPTIONAL, negHints [3] NegHints OPTIONAL,
  ///     mechListMIC [4] OCTET STRING OPTIONAL }
  /// ```
  /// In a NegTokenInit `[3]` is the signature itself.
  private mutating func unwrapInitial() throws(ParseFailure) {
    form = .initial
    var choice = try inner.element(.context(0), "negTokenInit")
    var fields = try choice.element(.sequence, "NegTokenInit")
    inner = fields.emptyTail()
    payload = .none
    while !fields.isAtEnd {
      var field = try fields.element("NegTokenInit")
      switch field.tag.field {
      case 0:
        var list = try field.content.element(.sequence, "mechTypes")
        while !list.isAtEnd {
          guard mechanisms.count < SPNEGO.Limits.mechanisms else {
            throw ParseFailure(.overLimit, "mechTypes", at: list.offset)
          }
          mechanisms.append(try SPNEGO.Mechanism(parsing: &list))
        }
      case 2:
        inner = try field.content.element(.octetString, "mechToken")
      case 3, 4:
        if field.content.isNext(.octetString) { hasMechanismListMIC = true }
      default: break
      }
    }
  }

  /// ```
  /// NegTokenResp ::= SEQUENCE {
  ///     negState [0] ENUMERATED OPTIONAL, supportedMech [1] MechType OPTIONAL,
  ///     responseToken [2] OCTET STRING OPTIONAL, mechListMIC [3] OCTET STRING OPTIONAL }
  /// ```
  private mutating func unwrapResponse() throws(ParseFailure) {
    form = .response
    var choice = try inner.element(.context(1), "negTokenResp")
    var fields = try choice.element(.sequence, "NegTokenResp")
    inner = fields.emptyTail()
    payload = .none
    while !fields.isAtEnd {
      var field = try fields.element("NegTokenResp")
      switch field.tag.field {
      case 0:
        var content = try field.content.element(.enumerated, "negState")
        let value = try content.integer("negState")
        state = SPNEGO.State(rawValue: Int32(truncatingIfNeeded: value))
      case 1: supportedMechanism = try SPNEGO.Mechanism(parsing: &field.content)
      case 2: inner = try field.content.element(.octetString, "responseToken")
      case 3: hasMechanismListMIC = true
      default: break
      }
    }
  }
}

extension ByteReader {
  /// A reader over nothing, at the end of these octets.
  @_lifetime(copy self)
  func emptyTail() -> ByteReader {
    var tail = self
    tail.position = tail.bytes.count
    return tail
  }
}
