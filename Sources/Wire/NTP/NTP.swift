/// Network time protocol messages (RFC 5905 section 7.3) with what a domain adds: the account whose
/// key is to sign the answer (MS-SNTP).
///
/// On the wire: port 123 over UDP, one message a datagram. A member of a domain asks for a signed
/// answer by the relative identifier of its account; anybody may ask so for any account.
public enum NTP {}

extension NTP {
  /// What a message is sent as (RFC 5905 section 7.3): a value with no name here is kept.
  public struct Mode: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let symmetricActive = Mode(rawValue: 1)
    public static let symmetricPassive = Mode(rawValue: 2)
    public static let client = Mode(rawValue: 3)
    public static let server = Mode(rawValue: 4)
    public static let broadcast = Mode(rawValue: 5)
  }

  /// One message.
  ///
  /// ```
  /// |LI | VN  |Mode |    Stratum    |     Poll      |   Precision   |
  /// | root delay, dispersion, reference identifier: 12 octets       |
  /// | reference, origin, receive and transmit time: 32 octets       |
  /// | authenticator: 0, 20 or 72 octets                             |
  /// ```
  public struct Message: Hashable, Sendable {
    public var leapIndicator: UInt8
    public var version: UInt8
    public var mode: Mode
    public var stratum: UInt8
    /// As sent: seconds since 1900 in the high half.
    public var transmitTime: UInt64
    public var authenticator: Authenticator?

    /// Octets without an authenticator.
    public static let byteCount = 48
  }

  /// What follows the message to a domain's controller and back (MS-SNTP sections 2.2.1 to 2.2.4).
  public struct Authenticator: Hashable, Sendable {
    /// Relative identifier of the account whose key signs.
    public var relativeID: UInt32
    /// Whether the account's former password signs.
    public var usesFormerKey: Bool
    /// The form of 72 octets.
    public var isExtended: Bool
    /// Whether the checksum is there: a request has zeros.
    public var isSigned: Bool

    /// Octets: key identifier and checksum.
    public static let byteCount = 20
    public static let extendedByteCount = 72
  }
}

extension NTP.Message {
  /// Reads everything that is left of `input`.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    let first = try input.u8("LI, VN, Mode")
    leapIndicator = first >> 6
    version = first >> 3 & 0x7
    mode = NTP.Mode(rawValue: first & 0x7)
    stratum = try input.u8("Stratum")
    try input.skip(38, "Poll to Receive Timestamp")
    transmitTime = try input.u64("Transmit Timestamp")
    var rest = input.rest()
    // Other lengths are extension fields and other codes (RFC 7822, RFC 8573).
    switch rest.remaining {
    case NTP.Authenticator.byteCount, NTP.Authenticator.extendedByteCount:
      authenticator = try NTP.Authenticator(parsing: &rest)
    default: authenticator = nil
    }
  }
}

extension NTP.Authenticator {
  /// Reads 20 octets, or 72 of the extended form.
  ///
  /// ```
  /// | Key Identifier, 4 | Crypto-Checksum, 16
  /// | Key Identifier, 4 | Reserved | Flags | ClientHashIDHints | SignatureHashID |
  /// | Crypto-Checksum, 64
  /// ```
  init(parsing input: inout ByteReader) throws(ParseFailure) {
    isExtended = input.remaining >= Self.extendedByteCount
    let key = try input.u32le("Key Identifier")
    if isExtended {
      relativeID = key
      try input.skip(1, "Reserved")
      // Bit 0: the former key (MS-SNTP section 2.2.3).
      usesFormerKey = try input.u8("Flags") & 1 != 0
      try input.skip(2, "ClientHashIDHints and SignatureHashID")
    } else {
      // The highest bit chooses the former key (MS-SNTP section 2.2.1).
      relativeID = key & 0x7FFF_FFFF
      usesFormerKey = key & 0x8000_0000 != 0
    }
    isSigned = false
    while !input.isAtEnd {
      let octet = try input.u8("Crypto-Checksum")
      if octet != 0 { isSigned = true }
    }
  }
}
