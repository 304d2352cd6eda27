/// Security identifiers as text.
enum SecurityIdentifier {
  /// Reads a SID in its packet form; nil if the octets are not one.
  ///
  /// ```
  /// | revision (1) | count | authority, 48 bits big-endian | count x 32 bits little-endian |
  /// ```
  /// MS-DTYP section 2.4.2.2; at most 15 sub-authorities (section 2.4.2.3).
  static func text(_ octets: ArraySlice<UInt8>) -> String? {
    let octets = Array(octets)
    guard octets.count >= 8, octets[0] == 1, octets[1] <= 15,
      octets.count == 8 + 4 * Int(octets[1])
    else { return nil }
    let authority = octets[2..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    var text = "S-1-\(authority)"
    for start in stride(from: 8, to: octets.count, by: 4) {
      let part = octets[start..<start + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      text += "-\(part)"
    }
    return text
  }

  /// A value of the directory, which tools write in either form.
  static func read(_ value: ArraySlice<UInt8>) -> String? {
    if value.starts(with: Array("S-1-".utf8)) { return String(decoding: value, as: UTF8.self) }
    return text(value)
  }
}
