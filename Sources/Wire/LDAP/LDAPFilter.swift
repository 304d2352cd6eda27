extension LDAP {
  /// Reads a filter and writes it as text (RFC 4511 section 4.5.1.7, RFC 4515).
  ///
  /// ```
  /// Filter ::= CHOICE {
  ///      and             [0] SET OF filter Filter,
  ///      or              [1] SET OF filter Filter,
  ///      not             [2] Filter,
  ///      equalityMatch   [3] AttributeValueAssertion,
  ///      substrings      [4] SubstringFilter,
  ///      greaterOrEqual  [5] AttributeValueAssertion,
  ///      lessOrEqual     [6] AttributeValueAssertion,
  ///      present         [7] AttributeDescription,
  ///      approxMatch     [8] AttributeValueAssertion,
  ///      extensibleMatch [9] MatchingRuleAssertion,
  ///      ...  }
  /// ```
  /// A choice that we do not know is written `(?)`. A value that is not printable text is written in
  /// hex whole, so that what people read is either their own text or clearly none.
  public static func filterText(_ input: inout ByteReader) throws(ParseFailure) -> String {
    var writer = FilterWriter()
    try writer.filter(&input, depth: 0)
    return String(decoding: writer.text, as: UTF8.self)
  }

  private struct FilterWriter {
    var text: [UInt8] = []

    mutating func filter(_ input: inout ByteReader, depth: Int) throws(ParseFailure) {
      guard depth < Limits.filterDepth, text.count < Limits.filterTextBytes else {
        throw ParseFailure(.overLimit, "filter", at: input.offset)
      }
      let element = try input.element("filter")
      guard element.tag.leading & 0xC0 == 0x80 else {
        throw ParseFailure(.malformed, "filter", at: input.offset)
      }
      var content = element.content
      text.append(UInt8(ascii: "("))
      switch element.tag.number {
      case 0, 1:
        text.append(element.tag.number == 0 ? UInt8(ascii: "&") : UInt8(ascii: "|"))
        while !content.isAtEnd { try filter(&content, depth: depth + 1) }
      case 2:
        text.append(UInt8(ascii: "!"))
        try filter(&content, depth: depth + 1)
      case 3: try assertion(&content, "=")
      case 4: try substrings(&content)
      case 5: try assertion(&content, ">=")
      case 6: try assertion(&content, "<=")
      case 7:
        copy(&content)
        text.append(contentsOf: "=*".utf8)
      case 8: try assertion(&content, "~=")
      case 9: try extensible(&content)
      default: text.append(UInt8(ascii: "?"))
      }
      text.append(UInt8(ascii: ")"))
    }

    private mutating func assertion(
      _ input: inout ByteReader, _ sign: StaticString
    ) throws(ParseFailure) {
      var description = try input.element(.octetString, "attributeDesc")
      copy(&description)
      text.append(contentsOf: sign.description.utf8)
      var assertion = try input.element(.octetString, "assertionValue")
      value(&assertion)
    }

    /// `SubstringFilter ::= SEQUENCE { type, substrings SEQUENCE OF CHOICE { initial [0], any [1],
    /// final [2] } }`.
    private mutating func substrings(_ input: inout ByteReader) throws(ParseFailure) {
      var description = try input.element(.octetString, "type")
      copy(&description)
      text.append(UInt8(ascii: "="))
      var list = try input.element(.sequence, "substrings")
      var hasFinal = false
      while !list.isAtEnd {
        let part = try list.element("substring")
        if part.tag.number != 0 { text.append(UInt8(ascii: "*")) }
        hasFinal = part.tag.number == 2
        var content = part.content
        value(&content)
      }
      if !hasFinal { text.append(UInt8(ascii: "*")) }
    }

    /// `MatchingRuleAssertion ::= SEQUENCE { matchingRule [1] OPTIONAL, type [2] OPTIONAL,
    /// matchValue [3], dnAttributes [4] DEFAULT FALSE }`.
    private mutating func extensible(_ input: inout ByteReader) throws(ParseFailure) {
      var rule: [UInt8]?
      var matched: ByteRange?
      var includesName = false
      let whole = input
      while !input.isAtEnd {
        let part = try input.element("MatchingRuleAssertion")
        var content = part.content
        switch part.tag.number {
        case 1: rule = content.array()
        case 2: copy(&content)
        case 3: matched = ByteRange(offset: content.offset - whole.base, count: content.remaining)
        case 4: includesName = content.peek() ?? 0 != 0
        default: continue
        }
      }
      if includesName { text.append(contentsOf: ":dn".utf8) }
      if let rule {
        text.append(UInt8(ascii: ":"))
        text.append(contentsOf: rule)
      }
      text.append(contentsOf: ":=".utf8)
      guard let matched else { return }
      var content = try whole.slice(matched, "matchValue")
      value(&content)
    }

    private mutating func copy(_ content: inout ByteReader) {
      while let octet = content.peek() {
        text.append(octet)
        content.position += 1
      }
    }

    /// Writes a value: text with the signs of RFC 4515 section 3 escaped, or every octet in hex.
    private mutating func value(_ content: inout ByteReader) {
      let isText = content.isPrintableText
      while let octet = content.peek() {
        content.position += 1
        let isSign = octet == 0x28 || octet == 0x29 || octet == 0x2A || octet == 0x5C
        if isText, !isSign {
          text.append(octet)
        } else {
          text.append(UInt8(ascii: "\\"))
          text.append(hexDigit(octet >> 4))
          text.append(hexDigit(octet & 0xF))
        }
      }
    }

    private func hexDigit(_ value: UInt8) -> UInt8 {
      value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
  }
}

extension ByteReader {
  /// Whether what is left is UTF-8 without control characters.
  fileprivate var isPrintableText: Bool {
    var isASCII = true
    for index in position..<bytes.count {
      let octet = bytes[index]
      if octet < 0x20 || octet == 0x7F { return false }
      if octet >= 0x80 { isASCII = false }
    }
    if isASCII { return true }
    do {
      _ = try UTF8Span(validating: bytes.extracting(position..<bytes.count)).count
      return true
    } catch {
      return false
    }
  }
}
