/// An IPv4 or IPv6 address in canonical form: an IPv4-mapped IPv6 address is the IPv4 address.
public struct Address: Hashable, Comparable, Sendable {
  /// The first and last 64 bits; IPv4 is held as `::ffff:a.b.c.d` (RFC 4291 section 2.5.5.2).
  public var high: UInt64
  public var low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  public init(ipv4 value: UInt32) { self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(value)) }

  public var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

  /// The 32 bits of an IPv4 address, nil for IPv6.
  public var ipv4: UInt32? { isIPv4 ? UInt32(truncatingIfNeeded: low) : nil }

  public var isLoopback: Bool {
    isIPv4 ? (low >> 24) & 0xFF == 127 : high == 0 && low == 1
  }

  /// 169.254/16 or fe80::/10: never names a host beyond its link.
  public var isLinkLocal: Bool {
    isIPv4 ? (low >> 16) & 0xFFFF == 0xA9FE : high >> 54 == 0x3FA
  }

  public var isMulticastOrBroadcast: Bool {
    isIPv4
      ? (low >> 28) & 0xF == 0xE || low & 0xFFFF_FFFF == 0xFFFF_FFFF
      : high >> 56 == 0xFF
  }

  /// IPv4 sorts before IPv6 of global scope, each by value.
  public static func < (left: Address, right: Address) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }
}

extension Address: CustomStringConvertible {
  /// Dotted decimal, or RFC 5952 text.
  public var description: String {
    if isIPv4 {
      return "\((low >> 24) & 0xFF).\((low >> 16) & 0xFF).\((low >> 8) & 0xFF).\(low & 0xFF)"
    }
    let groups = (0..<8).map { index in
      let half = index < 4 ? high : low
      return UInt16(truncatingIfNeeded: half >> UInt64(48 - 16 * (index % 4)))
    }
    let zeros = longestZeroRun(groups)
    func hex(_ part: ArraySlice<UInt16>) -> String {
      part.map { String($0, radix: 16) }.joined(separator: ":")
    }
    guard zeros.count > 1 else { return hex(groups[...]) }
    return hex(groups[..<zeros.lowerBound]) + "::" + hex(groups[zeros.upperBound...])
  }

  private func longestZeroRun(_ groups: [UInt16]) -> Range<Int> {
    var best = 0..<0
    var start = 0
    for index in 0...groups.count {
      if index < groups.count, groups[index] == 0 { continue }
      if index - start > best.count { best = start..<index }
      start = index + 1
    }
    return best
  }

  /// Reads dotted decimal or RFC 4291 text, a zone (`%eth0`) dropped; nil for anything else.
  public init?(_ text: some StringProtocol) {
    if let value = Address.ipv4(text) {
      self.init(ipv4: value)
      return
    }
    guard text.utf8.contains(UInt8(ascii: ":")) else { return nil }
    let bare = text.prefix { $0 != "%" }
    let halves = bare.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
    guard halves.count <= 2, let head = Address.groups(halves[0]) else { return nil }
    var groups = head
    if halves.count == 2 {
      guard let tail = Address.groups(halves[1]), head.count + tail.count < 8 else { return nil }
      groups += Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    }
    guard groups.count == 8 else { return nil }
    self.init(
      high: groups[..<4].reduce(0) { $0 << 16 | UInt64($1) },
      low: groups[4...].reduce(0) { $0 << 16 | UInt64($1) })
  }

  private static func ipv4(_ text: some StringProtocol) -> UInt32? {
    var value: UInt32 = 0
    var octet: UInt32 = 0
    var digits = 0
    var dots = 0
    for character in text.utf8 {
      switch character {
      case UInt8(ascii: "0")...UInt8(ascii: "9") where digits < 3:
        octet = octet * 10 + UInt32(character - UInt8(ascii: "0"))
        digits += 1
      case UInt8(ascii: ".") where digits > 0 && octet <= 255 && dots < 3:
        value = value << 8 | octet
        (octet, digits, dots) = (0, 0, dots + 1)
      default:
        return nil
      }
    }
    guard dots == 3, digits > 0, octet <= 255 else { return nil }
    value = value << 8 | octet
    return value
  }

  private static func groups(_ text: some StringProtocol) -> [UInt16]? {
    guard !text.isEmpty else { return [] }
    var groups: [UInt16] = []
    for part in text.split(separator: ":", omittingEmptySubsequences: false) {
      if part.contains(".") {
        guard let value = ipv4(part) else { return nil }
        groups.append(UInt16(value >> 16))
        groups.append(UInt16(value & 0xFFFF))
      } else {
        guard part.utf8.count <= 4, let group = UInt16(part, radix: 16) else { return nil }
        groups.append(group)
      }
    }
    return groups
  }
}

/// One side of a conversation: an address and a port.
public struct Endpoint: Hashable, Comparable, Sendable {
  public var address: Address
  public var port: UInt16

  public init(address: Address, port: UInt16) {
    self.address = address
    self.port = port
  }

  public static func < (left: Endpoint, right: Endpoint) -> Bool {
    left.address == right.address ? left.port < right.port : left.address < right.address
  }
}
