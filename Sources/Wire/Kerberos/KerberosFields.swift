/// Fields of Kerberos' ASN.1 types, read without refusing anything: what is cut or malformed is
/// noted and left out (RFC 4120 section 5.2).
extension BERTag {
  /// The number of a constructed context tag, which is how Kerberos numbers the fields of a
  /// SEQUENCE; nil for any other tag.
  var field: UInt32? { leading == 0xA0 ? number : nil }
}

// MARK: - Values

extension ByteReader {
  /// A KerberosString, Realm or KerberosTime: the next element, whatever kind of string it is.
  mutating func text(_ field: StaticString, _ fault: inout Fault) -> String? {
    let start = offset
    guard var element = next(field, &fault) else {
      fault.note(.truncated, field, at: start)
      return nil
    }
    guard !element.tag.isConstructed else {
      fault.note(.malformed, field, at: start)
      return nil
    }
    guard element.content.remaining <= Kerberos.Limits.textBytes else {
      fault.note(.overLimit, field, at: start)
      return nil
    }
    return element.content.utf8()
  }

  /// An Int32; one sent as unsigned keeps its bits.
  mutating func int32(_ field: StaticString, _ fault: inout Fault) -> Int32? {
    number(field, isSigned: true, &fault).map { Int32(truncatingIfNeeded: $0) }
  }

  /// A UInt32: its octets without a sign, since some peers send the bits of a signed number.
  mutating func uint32(_ field: StaticString, _ fault: inout Fault) -> UInt32? {
    number(field, isSigned: false, &fault).map { UInt32(truncatingIfNeeded: $0) }
  }

  private mutating func number(
    _ field: StaticString, isSigned: Bool, _ fault: inout Fault
  ) -> Int64? {
    let start = offset
    let cuts = fault.cuts
    guard var content = next(.integer, field, &fault), fault.cuts == cuts else { return nil }
    guard (1...8).contains(content.remaining) else {
      fault.note(.malformed, field, at: start)
      return nil
    }
    var value: Int64 = isSigned && (content.peek() ?? 0) & 0x80 != 0 ? -1 : 0
    while let octet = content.octet() { value = value << 8 | Int64(octet) }
    return value
  }

  /// KerberosFlags: the first 32 bits of a BIT STRING, missing ones being zero (RFC 4120 section
  /// 5.2.8).
  mutating func flags(_ field: StaticString, _ fault: inout Fault) -> UInt32? {
    let start = offset
    guard var content = next(.bitString, field, &fault) else { return nil }
    guard content.octet() != nil else {
      fault.note(.malformed, field, at: start)
      return nil
    }
    var flags: UInt32 = 0
    for shift: UInt32 in [24, 16, 8, 0] {
      guard let octet = content.octet() else { break }
      flags |= UInt32(octet) << shift
    }
    return flags
  }

  /// A SEQUENCE OF Int32.
  mutating func encryptionTypes(
    _ field: StaticString, _ fault: inout Fault
  ) -> [Kerberos.EncryptionType] {
    guard var list = next(.sequence, field, &fault) else { return [] }
    var types: [Kerberos.EncryptionType] = []
    types.reserveCapacity(min(list.remaining / 3, Kerberos.Limits.listElements))
    while !list.isAtEnd {
      guard types.count < Kerberos.Limits.listElements else {
        fault.note(.overLimit, field, at: list.offset)
        break
      }
      guard let type = list.int32(field, &fault) else { continue }
      types.append(Kerberos.EncryptionType(rawValue: type))
    }
    return types
  }
}
