/// Who a security descriptor lets in.
enum SecurityDescriptor {
  /// Entries of one access control list that are read.
  private static let maximumEntryCount = 4096

  /// SIDs that entries of the discretionary list allow something; empty if the octets are no
  /// self-relative descriptor.
  ///
  /// ```
  /// | revision, sbz1 | control (2) | owner (4) | group (4) | SACL (4) | DACL (4) |
  /// | ACL: revision, sbz1 | size (2) | count (2) | sbz2 (2) | ACEs: type, flags | size (2) | … |
  /// ```
  /// MS-DTYP sections 2.4.6, 2.4.5, 2.4.4.2 and 2.4.4.3; offsets count from the beginning.
  static func allowed(_ value: ArraySlice<UInt8>) -> [String] {
    let octets = Array(value)
    guard octets.count >= 20, octets[0] == 1 else { return [] }
    let start = Int(u32(octets, 16))
    guard start >= 20, start <= octets.count - 8 else { return [] }
    var sids: [String] = []
    var place = start + 8
    for _ in 0..<min(Int(u16(octets, start + 4)), maximumEntryCount) {
      guard place <= octets.count - 8 else { break }
      let size = Int(u16(octets, place + 2))
      guard size >= 8, place <= octets.count - size else { break }
      if let sid = allowed(octets[place..<place + size]), !sids.contains(sid) { sids.append(sid) }
      place += size
    }
    return sids
  }

  /// The trustee of an ACCESS_ALLOWED_ACE or ACCESS_ALLOWED_OBJECT_ACE.
  private static func allowed(_ entry: ArraySlice<UInt8>) -> String? {
    let octets = Array(entry)
    switch octets[0] {
    case 0x00:
      return sid(octets[8...])
    case 0x05 where octets.count >= 12:
      let flags = u32(octets, 8)
      let guidCount = (flags & 1 == 0 ? 0 : 1) + (flags & 2 == 0 ? 0 : 1)
      return sid(octets.dropFirst(12 + 16 * guidCount))
    default:
      return nil
    }
  }

  /// The SID that octets begin with: application data may follow.
  private static func sid(_ octets: ArraySlice<UInt8>) -> String? {
    guard let count = octets.dropFirst().first else { return nil }
    return SecurityIdentifier.text(octets.prefix(8 + 4 * Int(count)))
  }

  private static func u16(_ octets: [UInt8], _ place: Int) -> UInt16 {
    UInt16(octets[place]) | UInt16(octets[place + 1]) << 8
  }

  private static func u32(_ octets: [UInt8], _ place: Int) -> UInt32 {
    UInt32(u16(octets, place)) | UInt32(u16(octets, place + 2)) << 16
  }
}
