/// An ASN.1 identifier octet sequence: class, form and number (X.690 section 8.1.2).
public struct BERTag: Hashable, Sendable {
  /// Class and form as the first octet has them (bits 8 to 6), number in the low bits.
  public var leading: UInt8
  /// The tag's number; those above 30 come in further octets.
  public var number: UInt32

  public init(leading: UInt8, number: UInt32) {
    self.leading = leading
    self.number = number
  }

  /// A tag whose number fits the first octet.
  public init(_ octet: UInt8) {
    leading = octet & 0xE0
    number = UInt32(octet & 0x1F)
  }

  public var isConstructed: Bool { leading & 0x20 != 0 }

  public static let boolean = BERTag(0x01)
  public static let integer = BERTag(0x02)
  public static let bitString = BERTag(0x03)
  public static let octetString = BERTag(0x04)
  public static let objectIdentifier = BERTag(0x06)
  public static let enumerated = BERTag(0x0A)
  public static let sequence = BERTag(0x30)
  public static let set = BERTag(0x31)

  /// `[number]` constructed, context class.
  public static func context(_ number: UInt8) -> BERTag { BERTag(0xA0 | number) }
  /// `[number]` primitive, context class.
  public static func contextPrimitive(_ number: UInt8) -> BERTag { BERTag(0x80 | number) }
  /// `[APPLICATION number]` constructed.
  public static func application(_ number: UInt8) -> BERTag { BERTag(0x60 | number) }
}

/// One BER or DER element: its tag and a reader over its content octets.
public struct BERElement: ~Escapable {
  public var tag: BERTag
  public var content: ByteReader

  @_lifetime(copy content)
  public init(tag: BERTag, content: consuming ByteReader) {
    self.tag = tag
    self.content = content
  }
}

/// Limits of the BER reader.
public enum BERLimits {
  /// Length octets after the first: four say 4 GiB, more than any stream we reassemble.
  public static let lengthOctets = 4
  /// Elements of indefinite length inside each other: messages nest some twenty elements, and each
  /// such level is searched for its end.
  public static let indefiniteDepth = 32
}

extension ByteReader {
  /// The next element: definite length only (indefinite is `unsupported`: DER forbids it, RFC 4511
  /// section 5.1 as well).
  @_lifetime(copy self)
  public mutating func element(_ field: StaticString) throws(ParseFailure) -> BERElement {
    let tag = try tag(field)
    let count = try length(field)
    return BERElement(tag: tag, content: try take(count, field))
  }

  /// The content of the next element, which must carry `expected`.
  @_lifetime(copy self)
  public mutating func element(
    _ expected: BERTag, _ field: StaticString
  ) throws(ParseFailure) -> ByteReader {
    let start = offset
    let found = try tag(field)
    guard found == expected else { throw ParseFailure(.malformed, field, at: start) }
    let count = try length(field)
    return try take(count, field)
  }

  /// Whether the next element carries `expected`; the cursor does not move.
  public func isNext(_ expected: BERTag) -> Bool {
    guard expected.number < 31, let octet = peek() else { return false }
    return octet == expected.leading | UInt8(truncatingIfNeeded: expected.number)
  }

  /// How many octets the element that begins here takes, header included, for framing a stream.
  ///
  /// Nil while its header is not complete.
  public func elementByteCount(_ field: StaticString) throws(ParseFailure) -> Int? {
    var probe = self
    do {
      _ = try probe.tag(field)
      let count = try probe.length(field)
      let header = probe.position - position
      return header + count
    } catch {
      guard error.reason == .truncated else { throw error }
      return nil
    }
  }

  private mutating func tag(_ field: StaticString) throws(ParseFailure) -> BERTag {
    let first = try u8(field)
    guard first & 0x1F == 0x1F else { return BERTag(first) }
    // High tag number form, X.690 section 8.1.2.4: seven bits an octet, at most four octets here.
    var number: UInt32 = 0
    for _ in 0..<4 {
      let octet = try u8(field)
      number = number << 7 | UInt32(octet & 0x7F)
      if octet & 0x80 == 0 { return BERTag(leading: first & 0xE0, number: number) }
    }
    throw ParseFailure(.overLimit, field, at: offset)
  }

  private mutating func length(_ field: StaticString) throws(ParseFailure) -> Int {
    let first = try u8(field)
    guard first & 0x80 != 0 else { return Int(first) }
    let count = Int(first & 0x7F)
    guard count > 0 else { throw ParseFailure(.unsupported, field, at: offset) }
    guard count <= BERLimits.lengthOctets else { throw ParseFailure(.overLimit, field, at: offset) }
    var value = 0
    for _ in 0..<count { value = value << 8 | Int(try u8(field)) }
    return value
  }
}

// MARK: - Values

extension ByteReader {
  /// A signed INTEGER or ENUMERATED of at most eight octets, whole content of this reader.
  public mutating func integer(_ field: StaticString) throws(ParseFailure) -> Int64 {
    guard remaining >= 1 else { throw ParseFailure(.malformed, field, at: offset) }
    guard remaining <= 8 else { throw ParseFailure(.overLimit, field, at: offset) }
    var value: Int64 = (peek() ?? 0) & 0x80 == 0 ? 0 : -1
    while !isAtEnd { value = value << 8 | Int64(try u8(field)) }
    return value
  }

  /// The next element as a universal INTEGER.
  public mutating func integerElement(_ field: StaticString) throws(ParseFailure) -> Int64 {
    var content = try element(.integer, field)
    return try content.integer(field)
  }

  /// An object identifier in dotted form, whole content of this reader (X.690 section 8.19).
  public mutating func objectIdentifier(_ field: StaticString) throws(ParseFailure) -> String {
    guard remaining <= 64 else { throw ParseFailure(.overLimit, field, at: offset) }
    var arcs: [UInt64] = []
    var arc: UInt64 = 0
    while !isAtEnd {
      let octet = try u8(field)
      guard arc < 1 << 56 else { throw ParseFailure(.overLimit, field, at: offset) }
      arc = arc << 7 | UInt64(octet & 0x7F)
      guard octet & 0x80 == 0 else { continue }
      if arcs.isEmpty {
        let first = min(arc / 40, 2)
        arcs = [first, arc - first * 40]
      } else {
        arcs.append(arc)
      }
      arc = 0
    }
    guard !arcs.isEmpty else { throw ParseFailure(.malformed, field, at: offset) }
    return arcs.map(String.init).joined(separator: ".")
  }
}
