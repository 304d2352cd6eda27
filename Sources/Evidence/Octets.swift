/// Texts cut and searched by their octets.
///
/// The library compares characters by their canonical forms, which takes ten to a hundred times as
/// long. What is searched for here is ASCII, whose octets are part of no other character in UTF-8.
extension String {
  /// Whether an ASCII text is in it.
  public func hasOctets(_ part: String) -> Bool { firstOctets(part) != nil }

  /// Where an ASCII text begins first, in octets; nil where it is not in it.
  public func firstOctets(_ part: String) -> Int? {
    let octets = utf8.span
    let wanted = part.utf8.span
    guard wanted.count > 0, octets.count >= wanted.count else { return nil }
    let first = wanted[0]
    for start in 0...(octets.count - wanted.count) where octets[start] == first {
      var length = 1
      while length < wanted.count, octets[start + length] == wanted[length] { length += 1 }
      if length == wanted.count { return start }
    }
    return nil
  }
}

extension String {
  /// A text of ASCII octets; others become U+FFFD.
  init(decodingASCII octets: Span<UInt8>) {
    do {
      self = String(copying: try UTF8Span(validating: octets))
    } catch {
      self = String(repeating: "\u{FFFD}", count: octets.count)
    }
  }

  /// What comes before the first of an ASCII sign; all of it where there is none.
  public func before(_ sign: Unicode.Scalar) -> Substring { self[...].before(sign) }

  /// What comes after the last of an ASCII sign; all of it where there is none.
  public func afterLast(_ sign: Unicode.Scalar) -> Substring { self[...].afterLast(sign) }
}

extension Substring {
  /// What comes before the first of an ASCII sign; all of it where there is none.
  public func before(_ sign: Unicode.Scalar) -> Substring {
    let octet = UInt8(truncatingIfNeeded: sign.value)
    guard let end = utf8.firstIndex(of: octet) else { return self }
    return self[..<end]
  }

  /// What comes after the last of an ASCII sign; all of it where there is none.
  public func afterLast(_ sign: Unicode.Scalar) -> Substring {
    let octet = UInt8(truncatingIfNeeded: sign.value)
    guard let mark = utf8.lastIndex(of: octet) else { return self }
    return self[utf8.index(after: mark)...]
  }
}
