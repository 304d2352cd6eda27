/// Arguments of a call in NDR (C706 chapter 14): numbers aligned to their size from the start of the
/// stub, pointers as numbers whose targets follow, arrays with their counts before them.
///
/// NDR64 (MS-RPCE section 2.2.5), what Windows speaks with Windows, is the same but for pointers and
/// counts of 64 bits, with their alignment, and enumerations of 32.
public struct NDRReader: ~Escapable {
  public var input: ByteReader
  public let isLittleEndian: Bool
  /// Whether pointers and counts have 64 bits.
  public var isNDR64 = false

  /// Reads `input`, whose octets begin where the stub does.
  @_lifetime(copy input)
  public init(_ input: consuming ByteReader, isLittleEndian: Bool) {
    self.input = input
    self.isLittleEndian = isLittleEndian
  }

  /// Limits of the reader.
  public enum Limits {
    /// Characters of one string: the longest that an operation we read admits is a command line of
    /// 32,767 (MS-SCMR section 3.1.4.12).
    public static let characters = 32_768
    /// Elements of one array: an enumeration's answer of 64 KiB holds fewer.
    public static let elements = 65_536
  }
}

// MARK: - Primitive types (C706 section 14.2)

extension NDRReader {
  public mutating func u8(_ field: StaticString) throws(ParseFailure) -> UInt8 {
    try input.u8(field)
  }

  public mutating func u16(_ field: StaticString) throws(ParseFailure) -> UInt16 {
    input.align(to: 2)
    return try input.u16(field, isLittleEndian)
  }

  public mutating func u32(_ field: StaticString) throws(ParseFailure) -> UInt32 {
    input.align(to: 4)
    return try input.u32(field, isLittleEndian)
  }

  public mutating func u64(_ field: StaticString) throws(ParseFailure) -> UInt64 {
    input.align(to: 8)
    return try input.u64(field, isLittleEndian)
  }

  public mutating func guid(_ field: StaticString) throws(ParseFailure) -> GUID {
    input.align(to: 4)
    return try GUID(parsing: &input, isLittleEndian: isLittleEndian, field)
  }

  /// Skips `count` numbers of 32 bits.
  public mutating func skipWords(
    _ count: Int, _ field: StaticString
  ) throws(ParseFailure) {
    input.align(to: 4)
    try input.skip(4 * count, field)
  }
}

// MARK: - Pointers, arrays and strings (C706 section 14.3)

extension NDRReader {
  /// A unique or full pointer: whether it points anywhere.
  public mutating func pointer(_ field: StaticString) throws(ParseFailure) -> Bool {
    try isNDR64 ? u64(field) != 0 : u32(field) != 0
  }

  /// Moves to where a structure or union with a pointer in it may begin.
  public mutating func alignToPointer() { input.align(to: isNDR64 ? 8 : 4) }

  /// An enumeration: 16 bits in NDR, 32 in NDR64 (MS-RPCE section 2.2.5.3.1).
  public mutating func enumeration(_ field: StaticString) throws(ParseFailure) -> UInt16 {
    try isNDR64 ? UInt16(truncatingIfNeeded: u32(field)) : u16(field)
  }

  /// A count that conformance or variance puts before an array.
  private mutating func size(_ field: StaticString) throws(ParseFailure) -> UInt64 {
    try isNDR64 ? u64(field) : UInt64(u32(field))
  }

  /// A context handle: the attributes, which nobody uses, and its identifier (C706 section
  /// 14.2.16).
  public mutating func handle(_ field: StaticString) throws(ParseFailure) -> GUID {
    try skipWords(1, field)
    return try guid(field)
  }

  /// The number of elements that follow, each of at least `octets`: refused beyond the limit, and
  /// beyond what is left, before anything is reserved for them.
  public mutating func elementCount(
    ofOctets octets: Int, _ field: StaticString
  ) throws(ParseFailure) -> Int {
    try checkedCount(size(field), octets: octets, field)
  }

  /// The three counts of a conformant varying array; the elements that are there.
  public mutating func varyingCount(
    ofOctets octets: Int, _ field: StaticString
  ) throws(ParseFailure) -> Int {
    _ = try size(field)
    guard try size(field) == 0 else { throw ParseFailure(.unsupported, field, at: input.offset) }
    return try checkedCount(size(field), octets: octets, field)
  }

  private func checkedCount(
    _ value: UInt64, octets: Int, _ field: StaticString
  ) throws(ParseFailure) -> Int {
    guard value <= UInt64(Limits.elements) else {
      throw ParseFailure(.overLimit, field, at: input.offset)
    }
    let count = Int(value)
    guard count * octets <= input.remaining else {
      throw ParseFailure(.truncated, field, at: input.offset)
    }
    return count
  }

  /// A conformant varying string, `[string] wchar_t *` or `char *`, without its zero.
  public mutating func string(
    isWide: Bool = true, _ field: StaticString
  ) throws(ParseFailure) -> String {
    let width = isWide ? 2 : 1
    let count = try varyingCount(ofOctets: width, field)
    guard count <= Limits.characters else {
      throw ParseFailure(.overLimit, field, at: input.offset)
    }
    var octets = try input.take(count * width, field)
    return isWide ? octets.utf16leToZero() : octets.utf8ToZero()
  }

  /// A conformant varying string of which the first `limit` characters are kept: for documents.
  public mutating func string(
    cutTo limit: Int, _ field: StaticString
  ) throws(ParseFailure) -> String {
    let count = try varyingCount(ofOctets: 2, field)
    var octets = try input.take(count * 2, field)
    var first = try octets.take(min(count, limit) * 2, field)
    return first.utf16leToZero()
  }

  /// A string behind a unique pointer.
  public mutating func uniqueString(
    isWide: Bool = true, _ field: StaticString
  ) throws(ParseFailure) -> String? {
    guard try pointer(field) else { return nil }
    return try string(isWide: isWide, field)
  }

  /// An `RPC_UNICODE_STRING` (MS-DTYP section 2.3.10) without its characters, which follow the
  /// structure it is part of: whether they do.
  public mutating func unicodeString(_ field: StaticString) throws(ParseFailure) -> Bool {
    alignToPointer()
    try input.skip(4, field)
    return try pointer(field)
  }

  /// The characters of an `RPC_UNICODE_STRING`; the empty string where its pointer was null.
  public mutating func characters(
    of isPresent: Bool, _ field: StaticString
  ) throws(ParseFailure) -> String {
    isPresent ? try string(field) : ""
  }

  /// An `RPC_UNICODE_STRING` that is an argument of its own, so that its characters follow at once.
  public mutating func unicodeText(_ field: StaticString) throws(ParseFailure) -> String {
    try characters(of: unicodeString(field), field)
  }

  /// What a pointer of the type EVENTLOG_HANDLE_W points to (MS-EVEN section 2.2.7): one character
  /// as the document has it, or the whole text that some clients send.
  mutating func serverName(_ field: StaticString) throws(ParseFailure) -> String? {
    input.align(to: isNDR64 ? 8 : 4)
    // A text begins with its three counts, of which the second is zero.
    let start = input.position
    do {
      return try string(field)
    } catch {
      input.position = start
      _ = try u16(field)
      return nil
    }
  }

  /// Several `RPC_UNICODE_STRING`s: first the structures, then the characters of each.
  public mutating func unicodeStrings(
    _ count: Int, _ field: StaticString
  ) throws(ParseFailure) -> [String] {
    var present: [Bool] = []
    present.reserveCapacity(count)
    for _ in 0..<count { present.append(try unicodeString(field)) }
    var strings: [String] = []
    strings.reserveCapacity(count)
    for isPresent in present { strings.append(try characters(of: isPresent, field)) }
    return strings
  }

  /// An `RPC_SID` (MS-DTYP section 2.4.2.3) with the count that conformance puts before it.
  public mutating func sid(_ field: StaticString) throws(ParseFailure) -> SID {
    _ = try size(field)
    return try SID(parsing: &input, isLittleEndian: isLittleEndian)
  }
}

extension ByteReader {
  /// What is left as UTF-16LE text, to its first zero.
  mutating func utf16leToZero() -> String {
    var count = 0
    while let low = peek(count), let high = peek(count + 1), low != 0 || high != 0 { count += 2 }
    let span = bytes.extracting(position..<(position + count))
    position = bytes.count
    return String(repairingUTF16LE: span)
  }

  /// What is left as text, to its first zero.
  mutating func utf8ToZero() -> String {
    var count = 0
    while let octet = peek(count), octet != 0 { count += 1 }
    let span = bytes.extracting(position..<(position + count))
    position = bytes.count
    return String(repairing: span)
  }
}
