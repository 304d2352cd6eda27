import Evidence

/// Numbers for people.
enum Quantity {
  /// A count with a comma every three digits.
  static func count(_ number: some BinaryInteger) -> String {
    let digits = Array(String(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// A count with its noun.
  static func count(_ number: some BinaryInteger, _ one: String, _ many: String? = nil) -> String {
    "\(count(number)) \(number == 1 ? one : many ?? one + "s")"
  }

  /// Octets in decimal units.
  static func bytes(_ number: Double) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var value = number
    var unit = 0
    while value >= 1000, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return unit == 0 ? "\(Int(value)) B" : "\(fraction(value, value < 10 ? 2 : 1)) \(units[unit])"
  }

  /// A number with a fixed count of decimals.
  static func fraction(_ number: Double, _ decimals: Int) -> String {
    guard number.isFinite, abs(number) < 1e12 else { return "-" }
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    let scaled = Int((abs(number) * Double(scale)).rounded())
    let sign = number < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(scaled)" }
    let digits = String(scaled % scale)
    let zeros = String(repeating: "0", count: decimals - digits.utf8.count)
    return "\(sign)\(scaled / scale).\(zeros)\(digits)"
  }

  /// Right-aligned in a width.
  static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// A moment to the second, without the letters of ISO 8601.
  static func time(_ moment: Instant) -> String {
    let text = moment.description
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"
  }

  /// From and to, the day said once where it is one.
  static func times(_ from: Instant, _ to: Instant) -> String {
    let first = time(from)
    let last = time(to)
    if first == last { return first }
    return first.prefix(10) == last.prefix(10)
      ? "\(first) – \(last.dropFirst(11))" : "\(first) – \(last)"
  }
}
