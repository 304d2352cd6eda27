/// A cursor over borrowed bytes: every read is checked, names its field, and throws instead of
/// trapping.
///
/// Reads without a suffix are big-endian, as the RFCs write them; those ending in `le` are
/// little-endian, as the MS documents do. Arithmetic that wraps is used here only, each time under
/// the guard that proves it cannot.
public struct ByteReader: ~Escapable {
  public let bytes: Span<UInt8>
  /// The next octet to read, counted from the start of `bytes`.
  public var position: Int
  /// Where `bytes` begins in the message, so that failures name an offset in the message.
  public let base: Int

  /// Reads `bytes`, which begin `base` octets into their message.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>, base: Int = 0) {
    self.bytes = bytes
    self.position = 0
    self.base = base
  }

  /// Octets from the start of the message to the next octet to read.
  public var offset: Int { base &+ position }

  /// Octets left to read.
  public var remaining: Int { bytes.count &- position }

  public var isAtEnd: Bool { position >= bytes.count }
}

// MARK: - Numbers

extension ByteReader {
  @inline(__always)
  public mutating func u8(_ field: StaticString) throws(ParseFailure) -> UInt8 {
    guard remaining >= 1 else { throw ParseFailure(.truncated, field, at: offset) }
    let value = bytes[position]
    position &+= 1
    return value
  }

  @inline(__always)
  public mutating func u16(_ field: StaticString) throws(ParseFailure) -> UInt16 {
    guard remaining >= 2 else { throw ParseFailure(.truncated, field, at: offset) }
    let value = UInt16(bytes[position]) &<< 8 | UInt16(bytes[position &+ 1])
    position &+= 2
    return value
  }

  @inline(__always)
  public mutating func u32(_ field: StaticString) throws(ParseFailure) -> UInt32 {
    guard remaining >= 4 else { throw ParseFailure(.truncated, field, at: offset) }
    let high = UInt32(bytes[position]) &<< 24 | UInt32(bytes[position &+ 1]) &<< 16
    let low = UInt32(bytes[position &+ 2]) &<< 8 | UInt32(bytes[position &+ 3])
    position &+= 4
    return high | low
  }

  public mutating func u64(_ field: StaticString) throws(ParseFailure) -> UInt64 {
    guard remaining >= 8 else { throw ParseFailure(.truncated, field, at: offset) }
    let high = UInt64(try u32(field))
    return high &<< 32 | UInt64(try u32(field))
  }

  @inline(__always)
  public mutating func u16le(_ field: StaticString) throws(ParseFailure) -> UInt16 {
    try u16(field).byteSwapped
  }

  @inline(__always)
  public mutating func u32le(_ field: StaticString) throws(ParseFailure) -> UInt32 {
    try u32(field).byteSwapped
  }

  public mutating func u64le(_ field: StaticString) throws(ParseFailure) -> UInt64 {
    try u64(field).byteSwapped
  }

  /// The octet `distance` ahead, without moving; nil beyond the end.
  @inline(__always)
  public func peek(_ distance: Int = 0) -> UInt8? {
    guard distance >= 0, distance < remaining else { return nil }
    return bytes[position &+ distance]
  }
}

// MARK: - Pieces

extension ByteReader {
  /// Carves the next `count` octets into a reader of their own: an inner parser cannot run past it.
  @_lifetime(copy self)
  public mutating func take(
    _ count: Int, _ field: StaticString
  ) throws(ParseFailure) -> ByteReader {
    guard count >= 0, count <= remaining else {
      throw ParseFailure(.truncated, field, at: offset)
    }
    let inner = ByteReader(bytes.extracting(position..<(position &+ count)), base: offset)
    position &+= count
    return inner
  }

  /// Everything that is left, carved.
  @_lifetime(copy self)
  public mutating func rest() -> ByteReader {
    let inner = ByteReader(bytes.extracting(position..<bytes.count), base: offset)
    position = bytes.count
    return inner
  }

  /// A reader over `count` octets that begin `start` octets into `bytes`, for formats that point to
  /// their fields (MS-SMB2, MS-NLMP); the cursor does not move.
  @_lifetime(copy self)
  public func slice(
    at start: Int, count: Int, _ field: StaticString
  ) throws(ParseFailure) -> ByteReader {
    guard start >= 0, count >= 0, start <= bytes.count, count <= bytes.count &- start else {
      throw ParseFailure(.truncated, field, at: base)
    }
    return ByteReader(bytes.extracting(start..<(start &+ count)), base: base &+ start)
  }

  @inline(__always)
  public mutating func skip(_ count: Int, _ field: StaticString) throws(ParseFailure) {
    guard count >= 0, count <= remaining else {
      throw ParseFailure(.truncated, field, at: offset)
    }
    position &+= count
  }

  /// Moves to the next multiple of `alignment` (a power of two) from the start of `bytes`, or to the
  /// end where padding is missing.
  public mutating func align(to alignment: Int) {
    let aligned = (position &+ alignment &- 1) & ~(alignment &- 1)
    position = min(aligned, bytes.count)
  }
}

// MARK: - Copies

extension ByteReader {
  /// What is left, copied; the cursor moves to the end.
  public mutating func array() -> [UInt8] {
    let start = position
    let count = remaining
    position = bytes.count
    return Array(capacity: count, from: bytes, at: start)
  }

  /// What is left as text; octets that are not UTF-8 become U+FFFD.
  public mutating func utf8() -> String {
    let span = bytes.extracting(position..<bytes.count)
    position = bytes.count
    return String(repairing: span)
  }

  /// What is left as UTF-16LE text; lone surrogates become U+FFFD, an odd last octet is dropped.
  public mutating func utf16le() -> String {
    let span = bytes.extracting(position..<bytes.count)
    position = bytes.count
    return String(repairingUTF16LE: span)
  }
}

extension Array<UInt8> {
  /// Copies `count` octets of `span` from `start`, which the caller has checked.
  init(capacity count: Int, from span: Span<UInt8>, at start: Int) {
    self = [UInt8](capacity: count) { octets in
      for index in start..<(start + count) { octets.append(span[index]) }
    }
  }

  /// Appends `count` octets of `span` from `start`, which the caller has checked.
  public mutating func append(_ span: Span<UInt8>, from start: Int, count: Int) {
    append(addingCapacity: count) { octets in
      for index in start..<(start + count) { octets.append(span[index]) }
    }
  }
}

extension String {
  /// The text of UTF-8 octets; ill-formed ones become U+FFFD.
  public init(repairing octets: Span<UInt8>) {
    do {
      self = String(copying: try UTF8Span(validating: octets))
    } catch {
      self = String(decoding: [UInt8](capacity: octets.count, from: octets, at: 0), as: UTF8.self)
    }
  }

  /// The text of UTF-16LE octets; lone surrogates become U+FFFD, an odd last octet is dropped.
  public init(repairingUTF16LE octets: Span<UInt8>) {
    // Nearly all names are short and ASCII, for which the library's transcoding is slow.
    // Memory on the stack is cleared: little of it first.
    if octets.count <= 48 {
      var text = InlineArray<24, UInt8>(repeating: 0)
      self = String.narrowed(octets, &text) ?? String(transcodingUTF16LE: octets)
    } else if octets.count <= 256 {
      var text = InlineArray<128, UInt8>(repeating: 0)
      self = String.narrowed(octets, &text) ?? String(transcodingUTF16LE: octets)
    } else if String.isNarrow(octets) {
      let text = [UInt8](capacity: octets.count / 2) { text in
        for index in 0..<octets.count / 2 { text.append(octets[2 * index]) }
      }
      self.init(repairing: text.span)
    } else {
      self.init(transcodingUTF16LE: octets)
    }
  }

  /// Whether UTF-16LE octets are all ASCII.
  private static func isNarrow(_ octets: Span<UInt8>) -> Bool {
    for index in 0..<octets.count / 2 {
      guard octets[2 * index + 1] == 0, octets[2 * index] < 0x80 else { return false }
    }
    return true
  }

  /// The text of UTF-16LE octets that are all ASCII; nil where one is not.
  private static func narrowed<let capacity: Int>(
    _ octets: Span<UInt8>, _ text: inout InlineArray<capacity, UInt8>
  ) -> String? {
    let count = octets.count / 2
    for index in 0..<count {
      guard octets[2 * index + 1] == 0, octets[2 * index] < 0x80 else { return nil }
      text[index] = octets[2 * index]
    }
    return String(repairing: text.span.extracting(0..<count))
  }

  private init(transcodingUTF16LE octets: Span<UInt8>) {
    var units: [UInt16] = []
    units.reserveCapacity(octets.count / 2)
    var index = 0
    while index + 1 < octets.count {
      units.append(UInt16(octets[index]) | UInt16(octets[index + 1]) << 8)
      index += 2
    }
    self = String(decoding: units, as: UTF16.self)
  }
}
