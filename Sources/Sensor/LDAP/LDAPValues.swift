import Evidence
import Wire

extension LDAPChange {
  /// Octets of a value that is kept: names, numbers and service names are shorter, certificates and
  /// pictures are not wanted.
  private static let valueBytes = 512

  /// Adds the values of one change, as far as people read them: text as it is, anything else by its
  /// length.
  ///
  /// A change without values deletes the attribute.
  static func read(
    _ attribute: LDAP.Attribute, _ action: Action, in bytes: Span<UInt8>, into values: inout [Value]
  ) {
    guard attribute.values.count > 0 else {
      guard values.count < valueLimit else { return }
      values.append(Value(attribute: attribute.name, action: action, text: nil, byteCount: 0))
      return
    }
    let isSecret = isSecret(attribute.name)
    do {
      var list = try ByteReader(bytes).slice(attribute.values, "vals")
      while !list.isAtEnd, values.count < valueLimit {
        var value = try list.element(.octetString, "value")
        let count = value.remaining
        let isShown = !isSecret && count <= valueBytes && value.isPlainText
        values.append(
          Value(
            attribute: attribute.name, action: action, text: isShown ? value.utf8() : nil,
            byteCount: count))
      }
    } catch {
      // Values that are damaged are left out; the attribute's name says that it was changed.
      return
    }
  }

  /// Attributes that hold passwords (MS-ADTS section 3.1.1.3.1.5), of which nothing is kept.
  private static func isSecret(_ attribute: String) -> Bool {
    let name = attribute.lowercased()
    return name == "unicodepwd" || name == "userpassword" || name == "dbcspwd"
      || name == "clearpassword" || name.hasPrefix("ms-mcs-admpwd") || name.hasPrefix("mslaps-")
  }
}

extension ByteReader {
  /// Whether what is left is ASCII or UTF-8 without control characters.
  fileprivate var isPlainText: Bool {
    for index in position..<bytes.count where bytes[index] < 0x20 || bytes[index] == 0x7F {
      return false
    }
    do {
      _ = try UTF8Span(validating: bytes.extracting(position..<bytes.count)).count
      return true
    } catch {
      return false
    }
  }
}
