/// A 128-bit hash that is the same on every run and machine: what identities are made of.
///
/// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein 2012), under a fixed key: identities
/// must be stable, and nothing here resists somebody who chooses all inputs.
public struct StableHash: Sendable {
  private var v0: UInt64
  private var v1: UInt64
  private var v2: UInt64
  private var v3: UInt64
  private var tail: UInt64 = 0
  private var byteCount: UInt64 = 0

  /// Begins a hash under a key; zero is the key of identities.
  public init(key0: UInt64 = 0, key1: UInt64 = 0) {
    v0 = key0 ^ 0x736f_6d65_7073_6575
    v1 = key1 ^ 0x646f_7261_6e64_6f6d ^ 0xee
    v2 = key0 ^ 0x6c79_6765_6e65_7261
    v3 = key1 ^ 0x7465_6462_7974_6573
  }

  /// Adds one octet.
  public mutating func add(_ octet: UInt8) {
    tail |= UInt64(octet) << (8 * (byteCount & 7))
    byteCount &+= 1
    guard byteCount & 7 == 0 else { return }
    compress(tail)
    tail = 0
  }

  /// Adds a text and an end mark, so that the texts of a list cannot run together.
  public mutating func add(_ text: String) {
    for octet in text.utf8 { add(octet) }
    add(0xFF as UInt8)
  }

  /// Adds a number, little-endian.
  public mutating func add(_ number: UInt64) {
    for shift in 0..<8 { add(UInt8(truncatingIfNeeded: number >> UInt64(8 * shift))) }
  }

  public mutating func add(_ number: Int64) { add(UInt64(bitPattern: number)) }

  /// The hash of all that was added.
  public consuming func finish() -> (high: UInt64, low: UInt64) {
    compress(tail | byteCount << 56)
    v2 ^= 0xee
    for _ in 0..<4 { round() }
    let high = v0 ^ v1 ^ v2 ^ v3
    v1 ^= 0xdd
    for _ in 0..<4 { round() }
    return (high, v0 ^ v1 ^ v2 ^ v3)
  }

  /// The hash as 26 digits of base 32, lower case, without look-alikes.
  public consuming func text() -> String {
    let alphabet = "0123456789abcdefghjkmnpqrstvwxyz".utf8.span
    var (high, low) = finish()
    var digits = InlineArray<26, UInt8>(repeating: 0)
    for place in stride(from: 25, through: 0, by: -1) {
      digits[place] = alphabet[Int(low & 31)]
      low = low >> 5 | high << 59
      high >>= 5
    }
    return String(decodingASCII: digits.span)
  }

  private mutating func compress(_ word: UInt64) {
    v3 ^= word
    round()
    round()
    v0 ^= word
  }

  private mutating func round() {
    func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 {
      value << count | value >> (64 - count)
    }
    v0 &+= v1
    v1 = rotated(v1, 13) ^ v0
    v0 = rotated(v0, 32)
    v2 &+= v3
    v3 = rotated(v3, 16) ^ v2
    v0 &+= v3
    v3 = rotated(v3, 21) ^ v0
    v2 &+= v1
    v1 = rotated(v1, 17) ^ v2
    v2 = rotated(v2, 32)
  }
}
