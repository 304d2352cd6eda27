/// A 128-bit identifier, as MS-DTYP section 2.3.4 (GUID) and C706 appendix A (UUID) have it.
public struct GUID: Hashable, Sendable {
  /// Octets 0 to 7 of the textual order, the first one highest.
  public let high: UInt64
  public let low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  public static let zero = GUID(high: 0, low: 0)

  /// Reads the usual text, `8a885d04-1ceb-11c9-9fe8-08002b104860`; nil when it is none.
  public init?(_ text: some StringProtocol) {
    var high: UInt64 = 0
    var low: UInt64 = 0
    var count = 0
    for character in text.utf8 where character != UInt8(ascii: "-") {
      guard count < 32, let digit = Self.digit(character) else { return nil }
      if count < 16 { high = high << 4 | digit } else { low = low << 4 | digit }
      count += 1
    }
    guard count == 32 else { return nil }
    self.init(high: high, low: low)
  }

  private static func digit(_ character: UInt8) -> UInt64? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(character - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(character - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(character - UInt8(ascii: "A") + 10)
    default: nil
    }
  }
}

extension GUID {
  /// Reads 16 octets: three numbers in the sender's byte order, then eight octets in theirs.
  public init(
    parsing input: inout ByteReader, isLittleEndian: Bool = true, _ field: StaticString
  ) throws(ParseFailure) {
    let time: UInt32
    let middle: UInt16
    let version: UInt16
    if isLittleEndian {
      time = try input.u32le(field)
      middle = try input.u16le(field)
      version = try input.u16le(field)
    } else {
      time = try input.u32(field)
      middle = try input.u16(field)
      version = try input.u16(field)
    }
    high = UInt64(time) << 32 | UInt64(middle) << 16 | UInt64(version)
    low = try input.u64(field)
  }
}

extension GUID: CustomStringConvertible {
  /// Lower case with hyphens.
  public var description: String {
    var octets: [UInt8] = []
    octets.reserveCapacity(36)
    for index in 0..<32 {
      if index == 8 || index == 12 || index == 16 || index == 20 {
        octets.append(UInt8(ascii: "-"))
      }
      let word = index < 16 ? high : low
      let nibble = UInt8(truncatingIfNeeded: word >> UInt64(60 - (index % 16) * 4) & 0xF)
      octets.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
    }
    return String(decoding: octets, as: UTF8.self)
  }
}
