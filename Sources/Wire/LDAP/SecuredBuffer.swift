extension LDAP {
  /// A buffer of a security layer (RFC 4422 section 3.7): four octets of length, then a wrapped token
  /// whose content is read where it is signed only.
  ///
  /// Wrapped by Kerberos (RFC 4121 section 4.2.6.2, RFC 4757 section 7.3), NTLM (MS-NLMP section
  /// 3.4.4) or Digest (RFC 2831 section 2.3).
  public struct SecuredBuffer: Hashable, Sendable {
    /// Octets of the token.
    public var byteCount: Int
    /// Where its plain content lies, from the start of the buffer; nil where it is sealed.
    public var content: ByteRange?

    /// Octets of the length before the token.
    public static let lengthBytes = 4
    /// Octets of a token: Active Directory's MaxReceiveBuffer is 10 MiB, its answers come in pieces
    /// of 64 KiB and less; a length beyond 16 MiB says that this is no buffer.
    public static let maximumByteCount = 0xFF_FFFF
  }
}

extension LDAP.SecuredBuffer {
  /// How many octets the buffer that begins here takes, its length included; nil while that is not
  /// there.
  public static func byteCount(at input: borrowing ByteReader) throws(ParseFailure) -> Int? {
    var probe = ByteReader(input.bytes, base: input.base)
    probe.position = input.position
    guard probe.remaining >= lengthBytes else { return nil }
    let count = try probe.u32("length")
    guard count > 0, count <= UInt32(maximumByteCount) else {
      throw ParseFailure(.malformed, "length", at: input.offset)
    }
    return lengthBytes + Int(count)
  }

  /// Reads a whole buffer; `goesOn` says that a message began in the buffer before and goes on here.
  public init(parsing input: inout ByteReader, goesOn: Bool = false) throws(ParseFailure) {
    byteCount = Int(try input.u32("length"))
    let token = try input.take(byteCount, "token")
    content = nil
    guard let first = token.peek(), let second = token.peek(1) else { return }
    switch (first, second) {
    case (0x05, 0x04): content = try Self.wrapped(token)
    case (0x60, _): content = Self.wrappedByRC4(token)
    case (0x01, 0x00): content = Self.signedByNTLM(token, goesOn)
    case (0x30, _): content = Self.messages(in: token, suffix: Self.digestBytes)
    default: if goesOn { content = Self.rest(of: token, suffix: Self.digestBytes) }
    }
  }

  /// A wrap token without confidentiality, whose checksum stands behind the content or, rotated,
  /// before it.
  ///
  /// ```
  /// | 05 04 | Flags | FF | EC, 2 | RRC, 2 | SND_SEQ, 8 | content and checksum …
  /// ```
  private static func wrapped(_ token: borrowing ByteReader) throws(ParseFailure) -> ByteRange? {
    var input = ByteReader(token.bytes, base: token.base)
    try input.skip(2, "TOK_ID")
    // Bit 1 of the flags: sealed.
    guard try input.u8("Flags") & 0x02 == 0 else { return nil }
    try input.skip(1, "Filler")
    let checksumBytes = Int(try input.u16("EC"))
    let rotation = Int(try input.u16("RRC"))
    try input.skip(8, "SND_SEQ")
    guard checksumBytes <= input.remaining else {
      throw ParseFailure(.truncated, "EC", at: input.offset)
    }
    let count = input.remaining - checksumBytes
    // Rotated by its own length the checksum comes first; any other rotation cuts the content in two,
    // and no implementation sends one.
    if rotation == checksumBytes {
      return ByteRange(offset: input.offset + checksumBytes, count: count)
    }
    return rotation == 0 ? ByteRange(offset: input.offset, count: count) : nil
  }

  /// A token of RFC 4757 section 7.3, which ends with one octet of padding.
  ///
  /// ```
  /// | 60, length, OID | 02 01 | SGN_ALG, 2 | SEAL_ALG, 2 | FF FF | SND_SEQ, 8 | checksum, 8
  /// | confounder, 8 | content …
  /// ```
  private static func wrappedByRC4(_ token: borrowing ByteReader) -> ByteRange? {
    var input = ByteReader(token.bytes, base: token.base)
    do {
      var body = try input.element("token").content
      _ = try body.element(.objectIdentifier, "thisMech").remaining
      guard try body.u16("TOK_ID") == 0x0201 else { return nil }
      try body.skip(2, "SGN_ALG")
      guard try body.u16("SEAL_ALG") == 0xFFFF else { return nil }
      try body.skip(2 + 8 + 8 + 8, "confounder")
      // One octet of padding; what is not sealed needs no other sign.
      return rest(of: body, suffix: 1)
    } catch {
      // A length that counts the header alone, as RFC 4757 allows for sealed content.
      return nil
    }
  }

  /// NTLM's signature of 16 octets; whether what follows is sealed shows in what it is.
  private static func signedByNTLM(
    _ token: borrowing ByteReader, _ goesOn: Bool
  ) -> ByteRange? {
    var input = ByteReader(token.bytes, base: token.base)
    do {
      guard try input.u32le("Version") == 1 else { return nil }
      try input.skip(12, "Checksum and SeqNum")
    } catch {
      return nil
    }
    return goesOn ? rest(of: input, suffix: 0) : messages(in: input, suffix: 0)
  }

  /// What Digest puts behind its content: ten octets of an authenticator, type and sequence number.
  private static let digestBytes = 16

  /// Everything but `suffix` octets.
  private static func rest(of input: borrowing ByteReader, suffix: Int) -> ByteRange? {
    guard input.remaining > suffix else { return nil }
    return ByteRange(offset: input.offset, count: input.remaining - suffix)
  }

  /// Where messages fill `input`, but for `suffix` octets; nil where they do not, since ciphertext
  /// looks like a message by chance only.
  ///
  /// The last message may go on in the next buffer.
  private static func messages(in input: borrowing ByteReader, suffix: Int) -> ByteRange? {
    var probe = ByteReader(input.bytes, base: input.base)
    probe.position = input.position
    guard let range = rest(of: input, suffix: suffix) else { return nil }
    while probe.remaining > suffix {
      guard probe.isNext(.sequence) else { return nil }
      do {
        guard let count = try probe.elementByteCount("LDAPMessage") else { return nil }
        guard count <= probe.remaining else { return probe.beginsMessage ? range : nil }
        try probe.skip(count, "LDAPMessage")
      } catch {
        return nil
      }
    }
    return range
  }
}

extension ByteReader {
  /// Whether a message's header is followed by its number and the tag of an operation.
  fileprivate var beginsMessage: Bool {
    guard let length = peek(1) else { return false }
    let number = 2 + (length < 0x80 ? 0 : Int(length & 0x7F))
    guard peek(number) == 0x02, let octets = peek(number + 1), (1...4).contains(octets),
      let operation = peek(number + 2 + Int(octets))
    else { return false }
    return operation & 0xC0 == 0x40 && operation & 0x1F <= 25
  }
}
