/// The values of certificates as text.
extension ByteReader {
  /// The next element as a dotted object identifier; nil where it is none.
  mutating func identifier(_ fault: inout Fault) -> String? {
    guard !isAtEnd, var content = next(.objectIdentifier, "OBJECT IDENTIFIER", &fault) else {
      return nil
    }
    do {
      return try content.objectIdentifier("OBJECT IDENTIFIER")
    } catch {
      fault.note(error)
      return nil
    }
  }

  /// What is left in hex digits, of at most as many octets as a text may have.
  mutating func hexDigits() -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    let count = min(remaining, X509.Limits.textBytes)
    text.reserveCapacity(2 * count)
    for distance in 0..<count {
      let octet = peek(distance) ?? 0
      text.append(digits[Int(octet >> 4)])
      text.append(digits[Int(octet & 0xF)])
    }
    position = bytes.count
    return String(decoding: text, as: UTF8.self)
  }

  /// The next element as text: a DirectoryString, an IA5String or an OCTET STRING of text (RFC 5280
  /// section 4.1.2.4).
  mutating func certificateText(_ fault: inout Fault) -> String? {
    guard var element = next("DirectoryString", &fault), !element.tag.isConstructed,
      element.content.remaining <= X509.Limits.textBytes
    else { return nil }
    guard element.tag.number == 0x1E else { return element.content.utf8() }
    // BMPString: two octets a character, the higher first.
    var units: [UInt16] = []
    units.reserveCapacity(element.content.remaining / 2)
    while let high = element.content.peek(), let low = element.content.peek(1) {
      units.append(UInt16(high) << 8 | UInt16(low))
      element.content.position &+= 2
    }
    return String(decoding: units, as: UTF16.self)
  }

  /// The next element as GeneralizedTime: a UTCTime's years below 50 are those after 2000 (RFC 5280
  /// section 4.1.2.5.1).
  mutating func certificateTime(_ fault: inout Fault) -> String? {
    guard var element = next("Time", &fault), element.content.remaining <= 32 else { return nil }
    let isShort = element.tag.number == 0x17
    let text = element.content.utf8()
    guard isShort, let first = text.utf8.first else { return text }
    return (first < UInt8(ascii: "5") ? "20" : "19") + text
  }

  /// What is left as a Name, in the text of RFC 4514: the last attribute first.
  ///
  /// ```
  /// RDNSequence ::= SEQUENCE OF RelativeDistinguishedName
  /// RelativeDistinguishedName ::= SET SIZE (1..MAX) OF SEQUENCE { type OBJECT IDENTIFIER, value ANY }
  /// ```
  mutating func distinguishedName(_ fault: inout Fault) -> String {
    var parts: [String] = []
    while var set = next("RelativeDistinguishedName", &fault)?.content {
      var part = ""
      while var attribute = set.next("AttributeTypeAndValue", &fault)?.content {
        guard parts.count < X509.Limits.nameAttributes, let type = attribute.identifier(&fault)
        else { continue }
        let value = attribute.certificateText(&fault) ?? ""
        part += (part.isEmpty ? "" : "+") + Self.attributeName(type) + "=" + Self.escaped(value)
      }
      if !part.isEmpty { parts.append(part) }
    }
    return parts.reversed().joined(separator: ",")
  }

  /// The short name of an attribute type (RFC 4514 section 3), or its dotted form.
  private static func attributeName(_ type: String) -> String {
    switch type {
    case "2.5.4.3": "CN"
    case "2.5.4.4": "SN"
    case "2.5.4.5": "serialNumber"
    case "2.5.4.6": "C"
    case "2.5.4.7": "L"
    case "2.5.4.8": "ST"
    case "2.5.4.9": "STREET"
    case "2.5.4.10": "O"
    case "2.5.4.11": "OU"
    case "2.5.4.12": "title"
    case "2.5.4.42": "GN"
    case "0.9.2342.19200300.100.1.1": "UID"
    case "0.9.2342.19200300.100.1.25": "DC"
    case "1.2.840.113549.1.9.1": "E"
    default: type
    }
  }

  /// RFC 4514 section 2.4, so that a value cannot pass for another attribute.
  private static func escaped(_ value: String) -> String {
    let special = Array(",+\"\\<>;=".utf8)
    guard value.utf8.contains(where: { special.contains($0) }) else { return value }
    var text: [UInt8] = []
    for octet in value.utf8 {
      if special.contains(octet) { text.append(UInt8(ascii: "\\")) }
      text.append(octet)
    }
    return String(decoding: text, as: UTF8.self)
  }
}
