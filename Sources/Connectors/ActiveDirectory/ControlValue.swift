/// Values of LDAP controls: short BER sequences of integers and one octet string.
///
/// ```
/// realSearchControlValue ::= SEQUENCE { size INTEGER, cookie OCTET STRING }       -- RFC 2696
/// DirSyncRequestValue    ::= SEQUENCE { flags INTEGER, maxBytes INTEGER, cookie OCTET STRING }
/// ```
/// RFC 2696 section 2; MS-ADTS section 3.1.1.3.4.1.3.
struct ControlValue: Equatable {
  var integers: [Int32]
  var cookie: [UInt8]

  init(integers: [Int32], cookie: [UInt8]) {
    self.integers = integers
    self.cookie = cookie
  }

  /// Reads a sequence; nil if the octets are not one of this form.
  init?(_ octets: [UInt8]) {
    var rest = octets[...]
    guard var content = ControlValue.element(0x30, of: &rest), rest.isEmpty else { return nil }
    integers = []
    cookie = []
    while content.first == 0x02 {
      guard let value = ControlValue.element(0x02, of: &content), (1...4).contains(value.count)
      else { return nil }
      // Two's complement: the first octet carries the sign.
      let sign: UInt32 = value.first.map { $0 & 0x80 != 0 } == true ? UInt32.max : 0
      let bits = value.reduce(sign) { $0 << 8 | UInt32($1) }
      integers.append(Int32(bitPattern: bits))
    }
    guard let value = ControlValue.element(0x04, of: &content), content.isEmpty else { return nil }
    cookie = Array(value)
  }

  var octets: [UInt8] {
    var content: [UInt8] = []
    for integer in integers {
      var value = bigEndian(integer)
      // As short as it can be (X.690 section 8.3.2).
      while value.count > 1,
        (value[0] == 0 && value[1] < 0x80) || (value[0] == 0xFF && value[1] > 0x7F)
      {
        value.removeFirst()
      }
      content += [0x02, UInt8(value.count)] + value
    }
    content += [0x04] + ControlValue.length(cookie.count) + cookie
    return [0x30] + ControlValue.length(content.count) + content
  }

  private func bigEndian(_ integer: Int32) -> [UInt8] {
    let bits = UInt32(bitPattern: integer)
    return stride(from: 24, through: 0, by: -8).map {
      UInt8(truncatingIfNeeded: bits >> UInt32($0))
    }
  }

  private static func length(_ count: Int) -> [UInt8] {
    guard count >= 0x80 else { return [UInt8(count)] }
    var octets: [UInt8] = []
    var rest = count
    while rest > 0 {
      octets.insert(UInt8(truncatingIfNeeded: rest), at: 0)
      rest >>= 8
    }
    return [0x80 | UInt8(octets.count)] + octets
  }

  /// Takes an element with this tag off the front; nil if there is none, or it is cut.
  private static func element(_ tag: UInt8, of rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>?
  {
    guard rest.popFirst() == tag, let first = rest.popFirst() else { return nil }
    var count = Int(first)
    if first >= 0x80 {
      let lengthCount = Int(first & 0x7F)
      guard (1...4).contains(lengthCount), rest.count >= lengthCount else { return nil }
      count = rest.prefix(lengthCount).reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(lengthCount)
    }
    guard rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }
}
