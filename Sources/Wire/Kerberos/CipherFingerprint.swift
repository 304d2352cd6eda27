extension Kerberos {
  /// 128 bits by which a ciphertext is known again, the same in every process and on every day.
  ///
  /// They are mixed from the encryption type, the length, and the first and last 32 octets only. That
  /// identifies a ticket because these octets are pseudo-random and hold its integrity check: with
  /// RC4 the first 16 octets are the HMAC of all the rest (RFC 4757 section 7), with AES the last 12
  /// to 24 are (RFC 3962 section 6, RFC 8009 section 5), and the random confounder comes first. Two
  /// tickets that agree in them can be made by nobody who cannot break the HMAC. The mix itself has
  /// no key: whoever stores fingerprints mixes a key of his own in, where somebody could gain from
  /// choosing them.
  public struct CipherFingerprint: Hashable, Sendable {
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
      self.high = high
      self.low = low
    }
  }
}

extension Kerberos.CipherFingerprint {
  /// Both halves in one number.
  public var value: UInt128 { UInt128(high) << 64 | UInt128(low) }

  /// Octets mixed from each end.
  static let endByteCount = 32

  /// Mixes what is left of `cipher`.
  public init(of cipher: borrowing ByteReader, encryption: Kerberos.EncryptionType) {
    let count = cipher.remaining
    let end = min(count, Self.endByteCount)
    // The constants are those of MurmurHash3's 128-bit form and its finaliser: good avalanche, two
    // multiplications a word.
    high = UInt64(truncatingIfNeeded: count) &* 0x87C3_7B91_1142_53D5
    low = UInt64(UInt32(bitPattern: encryption.rawValue)) ^ 0x4CF5_AD43_2745_937F
    mix(cipher, from: cipher.position, byteCount: end)
    mix(cipher, from: cipher.position + (count - end), byteCount: end)
    high = Self.finish(high &+ low)
    low = Self.finish(low &+ high)
  }

  /// Mixes words of eight octets, then what is left: the place and count are inside the cipher.
  private mutating func mix(_ cipher: borrowing ByteReader, from start: Int, byteCount: Int) {
    var word: UInt64 = 0
    var octets = 0
    for index in start..<(start + byteCount) {
      word = word << 8 | UInt64(cipher.bytes[index])
      octets += 1
      guard octets == 8 else { continue }
      mix(word)
      word = 0
      octets = 0
    }
    mix(word)
  }

  private mutating func mix(_ word: UInt64) {
    high ^= Self.rotate(word &* 0x87C3_7B91_1142_53D5, by: 31) &* 0x4CF5_AD43_2745_937F
    high = (Self.rotate(high, by: 27) &+ low) &* 5 &+ 0x52DC_E729
    low ^= Self.rotate(word &* 0x4CF5_AD43_2745_937F, by: 33) &* 0x87C3_7B91_1142_53D5
    low = (Self.rotate(low, by: 31) &+ high) &* 5 &+ 0x3849_5AB5
  }

  private static func rotate(_ value: UInt64, by count: UInt64) -> UInt64 {
    value &<< count | value &>> (64 &- count)
  }

  private static func finish(_ value: UInt64) -> UInt64 {
    var mixed = (value ^ value &>> 33) &* 0xFF51_AFD7_ED55_8CCD
    mixed = (mixed ^ mixed &>> 33) &* 0xC4CE_B9FE_1A85_EC53
    return mixed ^ mixed &>> 33
  }
}
