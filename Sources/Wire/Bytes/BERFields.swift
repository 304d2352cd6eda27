/// The first thing of a message that could not be read, where the rest of the message is kept.
public struct Fault: Sendable {
  public private(set) var first: ParseFailure?
  /// How many elements end before their length says.
  private(set) var cuts: UInt32 = 0

  public init() {}

  mutating func note(_ reason: ParseFailure.Reason, _ field: StaticString, at offset: Int) {
    note(ParseFailure(reason, field, at: offset))
  }

  mutating func note(_ failure: ParseFailure) {
    if failure.reason == .truncated { cuts &+= 1 }
    if first == nil { first = failure }
  }
}

/// Elements read without refusing anything: what is cut or malformed is noted and left out.
extension ByteReader {
  /// The next element; nil at the end, and where not even its header is there.
  ///
  /// An element that says to be longer than what is left is cut to it. One of indefinite length
  /// reaches to its end-of-contents octets, which DER forbids and some peers send nevertheless.
  @_lifetime(copy self)
  mutating func next(_ field: StaticString, _ fault: inout Fault) -> BERElement? {
    guard !isAtEnd else { return nil }
    let start = offset
    guard let header = elementHeader() else {
      fault.note(.truncated, field, at: start)
      position = bytes.count
      return nil
    }
    var count = remaining
    var tail = 0
    if let length = header.byteCount {
      if length > count { fault.note(.truncated, field, at: start) }
      count = min(length, count)
    } else if let found = indefiniteByteCount(BERLimits.indefiniteDepth) {
      count = found
      tail = 2
    } else {
      fault.note(.truncated, field, at: start)
    }
    let content = ByteReader(bytes.extracting(position..<(position &+ count)), base: offset)
    position &+= count &+ tail
    return BERElement(tag: header.tag, content: content)
  }

  /// The content of the next element, which must carry `tag`.
  @_lifetime(copy self)
  mutating func next(
    _ tag: BERTag, _ field: StaticString, _ fault: inout Fault
  ) -> ByteReader? {
    let start = offset
    guard let element = next(field, &fault) else {
      fault.note(.truncated, field, at: start)
      return nil
    }
    guard element.tag == tag else {
      fault.note(.malformed, field, at: start)
      return nil
    }
    return element.content
  }

  /// Tag and length; nil where they are not whole, or longer than any that is sent.
  private mutating func elementHeader() -> (tag: BERTag, byteCount: Int?)? {
    guard let first = octet() else { return nil }
    var tag = BERTag(first)
    if first & 0x1F == 0x1F {
      // High tag number form, X.690 section 8.1.2.4: seven bits an octet, at most four octets here.
      tag = BERTag(leading: first & 0xE0, number: 0)
      var isLast = false
      for _ in 0..<4 where !isLast {
        guard let next = octet() else { return nil }
        tag.number = tag.number << 7 | UInt32(next & 0x7F)
        isLast = next & 0x80 == 0
      }
      guard isLast else { return nil }
    }
    guard let length = octet() else { return nil }
    if length < 0x80 { return (tag, Int(length)) }
    if length == 0x80 { return tag.isConstructed ? (tag, nil) : nil }
    guard length <= 0x80 + UInt8(BERLimits.lengthOctets) else { return nil }
    var byteCount = 0
    for _ in 0..<(length & 0x7F) {
      guard let next = octet() else { return nil }
      byteCount = byteCount << 8 | Int(next)
    }
    return (tag, byteCount)
  }

  /// The next octet; nil at the end.
  mutating func octet() -> UInt8? {
    guard position < bytes.count else { return nil }
    defer { position &+= 1 }
    return bytes[position]
  }

  /// Octets before the end-of-contents that ends an element whose content begins here; nil where
  /// none does.
  private func indefiniteByteCount(_ depth: Int) -> Int? {
    var probe = self
    var open = 1
    while !probe.isAtEnd {
      let start = probe.position
      guard let header = probe.elementHeader() else { return nil }
      if header.tag.leading == 0, header.tag.number == 0, header.byteCount == 0 {
        open -= 1
        if open == 0 { return start &- position }
      } else if let byteCount = header.byteCount {
        guard byteCount <= probe.remaining else { return nil }
        probe.position &+= byteCount
      } else {
        open += 1
        guard open <= depth else { return nil }
      }
    }
    return nil
  }
}
