import Evidence

/// Which NetBIOS name the random identifier in an NTLM response belongs to.
///
/// A Windows host draws it at boot (MS-NLMP section 2.2.2.10), so equal identifiers are one host,
/// whatever address it has. Whoever relays an authentication sends the victim's, and anybody may
/// invent one: bound to a name it makes a claim better, never strong.
struct MachineIDs: Sendable {
  private struct Binding: Sendable {
    var name: String
    var count: Int
  }

  private var table = BoundedTable<UInt128, Binding>(limit: MachineIDs.limit)

  /// Hosts of a large site, each booted a few times; clients that draw one a connection fill it.
  static let limit = 32_768

  var evictions: UInt64 { table.evictions }

  /// Notes an identifier with the name beside it; whether the two were seen together before.
  mutating func note(_ identifier: String, _ name: String) -> Bool {
    guard let key = UInt128(identifier.prefix(32), radix: 16) else { return false }
    guard let slot = table.find(key) else {
      _ = table.insert(key, Binding(name: name, count: 1))
      return false
    }
    guard table[slot].name == name else {
      // Two names for one identifier: it says nothing.
      table[slot] = Binding(name: name, count: 1)
      return false
    }
    table[slot].count += 1
    return true
  }
}
