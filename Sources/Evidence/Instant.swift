/// A moment of packet time: nanoseconds since 1970-01-01T00:00:00Z, between the years 1677 and 2262.
public struct Instant: Hashable, Comparable, Sendable {
  public var nanoseconds: Int64

  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Saturates where the sum leaves the range: a capture's header may say any second.
  public init(seconds: Int64, nanoseconds: Int64 = 0) {
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carry) = product.addingReportingOverflow(nanoseconds)
    self.nanoseconds = overflow || carry ? (seconds < 0 ? Int64.min : Int64.max) : sum
  }

  public static func < (left: Instant, right: Instant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// Whole seconds since 1970, rounded down.
  public var seconds: Int64 {
    let quotient = nanoseconds / 1_000_000_000
    return nanoseconds % 1_000_000_000 < 0 ? quotient - 1 : quotient
  }

  /// This moment moved by a span; saturates.
  public func advanced(by span: Span) -> Instant {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(span.nanoseconds)
    guard overflow else { return Instant(nanoseconds: sum) }
    return Instant(nanoseconds: span.nanoseconds < 0 ? Int64.min : Int64.max)
  }

  /// The time from `earlier` to this moment; saturates.
  public func since(_ earlier: Instant) -> Span {
    let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
    guard overflow else { return Span(nanoseconds: difference) }
    return Span(nanoseconds: self < earlier ? Int64.min : Int64.max)
  }

  /// A length of time in nanoseconds.
  public struct Span: Hashable, Comparable, Sendable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static func seconds(_ count: Int64) -> Span {
      Span(nanoseconds: Instant(seconds: count).nanoseconds)
    }
    public static func minutes(_ count: Int64) -> Span { .seconds(count * 60) }
    public static func hours(_ count: Int64) -> Span { .seconds(count * 3600) }

    public static func < (left: Span, right: Span) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Whole seconds, rounded towards zero.
    public var seconds: Int64 { nanoseconds / 1_000_000_000 }
  }
}

// MARK: - Text

extension Instant: CustomStringConvertible {
  /// ISO 8601 in UTC, with six digits of the second, or nine where the moment has them.
  public var description: String {
    let wholeSeconds = seconds
    var fraction = nanoseconds - wholeSeconds * 1_000_000_000
    let days = wholeSeconds >= 0 ? wholeSeconds / 86_400 : (wholeSeconds - 86_399) / 86_400
    let date = CivilDate(daysSince1970: days)
    let time = wholeSeconds - days * 86_400
    var digits = 9
    if fraction % 1000 == 0 {
      fraction /= 1000
      digits = 6
    }
    let day = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
    let clock = "\(padded(time / 3600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))"
    return "\(day)T\(clock).\(padded(fraction, digits))Z"
  }

  /// Reads ISO 8601 in UTC (`2020-03-02T10:15:00.1234567Z`); digits beyond the ninth are dropped.
  public init?(iso8601 text: some StringProtocol) {
    var fields: [Int64] = []
    var current: Int64?
    var fraction: Int64 = 0
    var fractionDigits = 0
    var isFraction = false
    for octet in text.utf8 {
      switch octet {
      case 0x30...0x39:
        let digit = Int64(octet - 0x30)
        if isFraction {
          if fractionDigits < 9 {
            fraction = fraction * 10 + digit
            fractionDigits += 1
          }
        } else {
          guard (current ?? 0) < 100_000 else { return nil }
          current = (current ?? 0) * 10 + digit
        }
      case UInt8(ascii: "."):
        isFraction = true
      case UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "T"), UInt8(ascii: " "),
        UInt8(ascii: "Z"):
        guard let value = current else { return nil }
        fields.append(value)
        current = nil
      default:
        return nil
      }
    }
    if let value = current { fields.append(value) }
    guard fields.count == 6 else { return nil }
    while fractionDigits < 9 {
      fraction *= 10
      fractionDigits += 1
    }
    self.init(civil: fields, nanoseconds: fraction)
  }

  /// Reads GeneralizedTime as the directory writes it (`20261120231004.0Z`, RFC 4517 section 3.3.13).
  public init?(generalizedTime text: some StringProtocol) {
    let digits = Array(text.utf8.prefix(14))
    guard digits.count == 14, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    let numbers = digits.map { Int64($0) - 0x30 }
    func pair(_ index: Int) -> Int64 { numbers[index] * 10 + numbers[index + 1] }
    let year = pair(0) * 100 + pair(2)
    self.init(civil: [year, pair(4), pair(6), pair(8), pair(10), pair(12)], nanoseconds: 0)
  }

  /// Year, month, day, hour, minute, second; nil outside the calendar.
  private init?(civil: [Int64], nanoseconds: Int64) {
    guard (1678...2261).contains(civil[0]), (1...12).contains(civil[1]),
      (1...31).contains(civil[2]), civil[3] < 24, civil[4] < 60, civil[5] <= 60
    else { return nil }
    let days = CivilDate(year: civil[0], month: civil[1], day: civil[2]).daysSince1970
    let time = civil[3] * 3600 + civil[4] * 60 + civil[5]
    self.init(seconds: days * 86_400 + time, nanoseconds: nanoseconds)
  }

  private func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}

/// A day of the proleptic Gregorian calendar.
///
/// The arithmetic counts days in 400-year eras that begin on 1 March, so that the leap day is the
/// last of its year.
private struct CivilDate {
  var year: Int64
  var month: Int64
  var day: Int64

  init(year: Int64, month: Int64, day: Int64) {
    self.year = year
    self.month = month
    self.day = day
  }

  init(daysSince1970 days: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let leapDays = dayOfEra / 1460 - dayOfEra / 36_524 + dayOfEra / 146_096
    let yearOfEra = (dayOfEra - leapDays) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  var daysSince1970: Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
