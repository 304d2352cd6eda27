/// Writes JSON text: keys in the order given, so that the same values give the same bytes.
///
/// The core has no Foundation and must print a million lines in seconds; at the edges a library
/// reads what this wrote. A value that is absent is left out by the caller.
public struct JSONWriter: Sendable {
  public private(set) var bytes: [UInt8] = []
  private var needsComma = false

  public init() {}

  /// Forgets what was written and keeps the memory.
  public mutating func reset() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  /// Takes back what was written after the first `count` octets, which end a line.
  public mutating func cut(to count: Int) {
    bytes.removeLast(max(0, bytes.count - count))
    needsComma = false
  }

  /// What was written.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  public mutating func beginObject() { open(UInt8(ascii: "{")) }
  public mutating func endObject() { close(UInt8(ascii: "}")) }
  public mutating func beginArray() { open(UInt8(ascii: "[")) }
  public mutating func endArray() { close(UInt8(ascii: "]")) }

  /// Ends a line of JSON Lines.
  public mutating func endLine() {
    bytes.append(UInt8(ascii: "\n"))
    needsComma = false
  }

  /// A key that needs no escaping: all of ours.
  public mutating func key(_ name: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: name.utf8)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// A key that comes from data.
  public mutating func key(text name: String) {
    value(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  public mutating func value(_ text: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    for octet in text.utf8 {
      switch octet {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(octet)
      case 0x0A:
        bytes.append(contentsOf: "\\n".utf8)
      case 0x09:
        bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20, 0x7F:
        bytes.append(contentsOf: "\\u00".utf8)
        appendHex(UInt64(octet), digits: 2)
      case 0x80...0xA9:
        bytes.append(octet)
        escapeLineEnd()
      default:
        bytes.append(octet)
      }
    }
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  /// Escapes the character that was written last where some readers take it for the end of a line:
  /// C1 controls, U+2028 and U+2029.
  ///
  /// JSON allows them, and lines of JSON are cut at ends of lines.
  private mutating func escapeLineEnd() {
    let count = bytes.count
    let last = bytes[count - 1]
    if last <= 0x9F, bytes[count - 2] == 0xC2 {
      bytes.removeLast(2)
      bytes.append(contentsOf: "\\u00".utf8)
      appendHex(UInt64(last), digits: 2)
    } else if last >= 0xA8, bytes[count - 2] == 0x80, bytes[count - 3] == 0xE2 {
      bytes.removeLast(3)
      bytes.append(contentsOf: "\\u20".utf8)
      appendHex(UInt64(last & 0x7F), digits: 2)
    }
  }

  public mutating func value(_ number: Int64) {
    separate()
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    appendDecimal(number.magnitude)
    needsComma = true
  }

  public mutating func value(_ number: Int) { value(Int64(number)) }

  public mutating func value(_ flag: Bool) {
    separate()
    bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    needsComma = true
  }

  /// A fraction, rounded to three decimal places; not finite is written as null.
  public mutating func value(_ number: Double) {
    separate()
    needsComma = true
    guard number.isFinite, abs(number) < 1e15 else {
      bytes.append(contentsOf: "null".utf8)
      return
    }
    let thousandths = Int64((number * 1000).rounded())
    if thousandths < 0 { bytes.append(UInt8(ascii: "-")) }
    appendDecimal(thousandths.magnitude / 1000)
    var fraction = thousandths.magnitude % 1000
    guard fraction > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    var place: UInt64 = 100
    while fraction > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(fraction / place))
      fraction %= place
      place /= 10
    }
  }

  /// `0x` and a fixed count of hex digits, as text.
  public mutating func hex(_ number: UInt64, digits: Int) {
    separate()
    bytes.append(contentsOf: "\"0x".utf8)
    appendHex(number, digits: digits)
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  /// JSON that was written before, such as a stored document.
  public mutating func raw(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = false
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func appendDecimal(_ number: UInt64) {
    guard number >= 10 else {
      bytes.append(UInt8(ascii: "0") + UInt8(number))
      return
    }
    let start = bytes.count
    var rest = number
    while rest > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    }
    bytes[start...].reverse()
  }

  private mutating func appendHex(_ number: UInt64, digits: Int) {
    for place in stride(from: digits - 1, through: 0, by: -1) {
      let digit = UInt8(truncatingIfNeeded: number >> UInt64(4 * place)) & 0xF
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }
}

// MARK: - Members

extension JSONWriter {
  public mutating func member(_ name: String, _ text: String?) {
    guard let text else { return }
    key(name)
    value(text)
  }

  public mutating func member(_ name: String, _ number: Int64?) {
    guard let number else { return }
    key(name)
    value(number)
  }

  public mutating func member(_ name: String, _ number: Int?) {
    guard let number else { return }
    key(name)
    value(Int64(number))
  }

  public mutating func member(_ name: String, _ flag: Bool?) {
    guard let flag else { return }
    key(name)
    value(flag)
  }

  public mutating func member(_ name: String, _ number: Double?) {
    guard let number else { return }
    key(name)
    value(number)
  }

  public mutating func member(_ name: String, _ moment: Instant?) {
    guard let moment else { return }
    key(name)
    value(moment.description)
  }

  public mutating func member(_ name: String, _ address: Address?) {
    guard let address else { return }
    key(name)
    value(address.description)
  }

  /// A list of texts; an empty one is left out.
  public mutating func member(_ name: String, _ texts: [String]) {
    guard !texts.isEmpty else { return }
    key(name)
    beginArray()
    for text in texts { value(text) }
    endArray()
  }

  /// A list of numbers; an empty one is left out.
  public mutating func member<Number: BinaryInteger>(_ name: String, _ numbers: [Number]) {
    guard !numbers.isEmpty else { return }
    key(name)
    beginArray()
    for number in numbers { value(Int64(truncatingIfNeeded: number)) }
    endArray()
  }

  /// A list of objects, also where it is empty.
  public mutating func list<Element>(
    _ name: String, _ elements: [Element], _ members: (Element, inout JSONWriter) -> Void
  ) {
    key(name)
    beginArray()
    for element in elements {
      beginObject()
      members(element, &self)
      endObject()
    }
    endArray()
  }
}
