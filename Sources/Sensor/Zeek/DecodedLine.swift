/// A line of `decode` with its values, read back.
///
/// It reads what `JSONWriter` wrote and nothing else: the text is ours, so what it does not expect
/// ends the reading and leaves the rest out.
struct DecodedLine {
  indirect enum Value {
    case text(String)
    case number(Int64)
    case flag(Bool)
    case list([Value])
    case object(DecodedLine)
  }

  private var keys: [String] = []
  private var values: [Value] = []

  /// The value of a key; a line has some twenty, so they are searched in order.
  subscript(key: String) -> Value? {
    for (index, name) in keys.enumerated() where name == key { return values[index] }
    return nil
  }

  /// The lines of a text, in their order.
  static func forEach(in text: Span<UInt8>, _ body: (DecodedLine) -> Void) {
    var reader = Reader(text: text, place: 0)
    while reader.place < text.count {
      guard let line = reader.object() else { return }
      body(line)
      reader.skip(UInt8(ascii: "\n"))
    }
  }

  func text(_ key: String) -> String? {
    if case .text(let text)? = self[key] { text } else { nil }
  }

  func number(_ key: String) -> Int64? {
    if case .number(let number)? = self[key] { number } else { nil }
  }

  func flag(_ key: String) -> Bool? {
    if case .flag(let flag)? = self[key] { flag } else { nil }
  }

  /// The number that a text such as `0x40810010` writes.
  func hex(_ key: String) -> UInt64? {
    text(key).flatMap { UInt64($0.dropFirst(2), radix: 16) }
  }

  func texts(_ key: String) -> [String] {
    guard case .list(let values)? = self[key] else { return [] }
    return values.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }

  func numbers(_ key: String) -> [Int64] {
    guard case .list(let values)? = self[key] else { return [] }
    return values.compactMap { if case .number(let number) = $0 { number } else { nil } }
  }

  func objects(_ key: String) -> [DecodedLine] {
    guard case .list(let values)? = self[key] else { return [] }
    return values.compactMap { if case .object(let object) = $0 { object } else { nil } }
  }

  func object(_ key: String) -> DecodedLine? {
    if case .object(let object)? = self[key] { object } else { nil }
  }
}

extension DecodedLine {
  private struct Reader: ~Escapable {
    let text: Span<UInt8>
    var place: Int

    @_lifetime(copy text)
    init(text: Span<UInt8>, place: Int) {
      self.text = text
      self.place = place
    }

    var octet: UInt8? { place < text.count ? text[place] : nil }

    /// Steps over an octet, where it is the one that comes.
    @discardableResult
    mutating func skip(_ expected: UInt8) -> Bool {
      guard octet == expected else { return false }
      place += 1
      return true
    }

    mutating func object() -> DecodedLine? {
      guard skip(UInt8(ascii: "{")) else { return nil }
      var line = DecodedLine()
      while !skip(UInt8(ascii: "}")) {
        guard let key = string(), skip(UInt8(ascii: ":")), let value = value() else { return nil }
        line.keys.append(key)
        line.values.append(value)
        skip(UInt8(ascii: ","))
      }
      return line
    }

    private mutating func value() -> Value? {
      switch octet {
      case UInt8(ascii: "\""): return string().map { .text($0) }
      case UInt8(ascii: "{"): return object().map { .object($0) }
      case UInt8(ascii: "["): return list()
      case UInt8(ascii: "t"):
        place += 4
        return .flag(true)
      case UInt8(ascii: "f"):
        place += 5
        return .flag(false)
      default: return number()
      }
    }

    private mutating func list() -> Value? {
      place += 1
      var values: [Value] = []
      while !skip(UInt8(ascii: "]")) {
        guard let value = value() else { return nil }
        values.append(value)
        skip(UInt8(ascii: ","))
      }
      return .list(values)
    }

    private mutating func number() -> Value? {
      let isNegative = skip(UInt8(ascii: "-"))
      var number: Int64 = 0
      let start = place
      while let digit = octet, (0x30...0x39).contains(digit) {
        number = number &* 10 &+ Int64(digit &- 0x30)
        place += 1
      }
      guard place > start else { return nil }
      return .number(isNegative ? 0 &- number : number)
    }

    private mutating func string() -> String? {
      guard skip(UInt8(ascii: "\"")) else { return nil }
      var octets: [UInt8] = []
      while let octet {
        place += 1
        if octet == UInt8(ascii: "\"") { return String(decoding: octets, as: UTF8.self) }
        octets.append(octet == UInt8(ascii: "\\") ? escaped() : octet)
      }
      return nil
    }

    /// What follows a backslash: the writer escapes quotes, backslashes and control characters.
    private mutating func escaped() -> UInt8 {
      guard let octet else { return 0 }
      place += 1
      switch octet {
      case UInt8(ascii: "n"): return 0x0A
      case UInt8(ascii: "t"): return 0x09
      case UInt8(ascii: "u"):
        var number: UInt8 = 0
        for _ in 0..<4 {
          let digit = self.octet.flatMap { Character(UnicodeScalar($0)).hexDigitValue } ?? 0
          number = number << 4 | UInt8(truncatingIfNeeded: digit)
          place += 1
        }
        return number
      default: return octet
      }
    }
  }
}
