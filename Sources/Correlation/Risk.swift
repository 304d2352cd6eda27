public import Evidence

/// How urgent an entity is: a sum whose every term is listed.
///
/// The terms are those of the reference on entities, section 6: alerts of the last seven days by
/// severity, confidence and age, more for sensitive entities, and what exposes the entity. An alert
/// done to the entity weighs half of one done by it.
public struct Risk: Hashable, Sendable {
  /// 0 to 100.
  public var score: Int
  public var level: Level
  /// Each term, the greatest first within its part.
  public var reasons: [String]

  public enum Level: String, Sendable { case none, low, medium, high }

  /// Alerts older than this weigh nothing.
  public static let window = Instant.Span.hours(7 * 24)
  /// An alert weighs half as much after this.
  public static let halfLife = Instant.Span.hours(3 * 24)

  /// One alert with the entity's part in it.
  public struct Involved: Sendable {
    public var alert: Alert
    public var part: Involvement

    public init(alert: Alert, part: Involvement) {
      self.alert = alert
      self.part = part
    }
  }

  /// What is known about the entity beside its alerts.
  public struct Circumstances: Sendable {
    public var isSensitive = false
    /// A controller, or the account krbtgt.
    public var isTierZero = false
    public var entry: DirectoryEntry?
    /// Traits of the record: `ntlmv1`, `cleartext-bind`.
    public var traits: [String] = []
    /// The endpoint side's own score of the linked device.
    public var deviceRisk: Device.Risk?
    /// Identities of alerts that were closed as false or are suppressed.
    public var dismissed: Set<String> = []

    public init() {}
  }

  /// The risk at a moment.
  public init(_ alerts: [Involved], _ circumstances: Circumstances, at moment: Instant) {
    var terms: [(points: Double, text: String)] = []
    for involved in alerts {
      let alert = involved.alert
      let age = moment.since(alert.lastSeen)
      guard age <= Risk.window, !circumstances.dismissed.contains(alert.id) else { continue }
      let decay = Risk.half(max(0, Double(age.nanoseconds)) / Double(Risk.halfLife.nanoseconds))
      let part = involved.part == .target ? 0.5 : 1
      let points = Risk.weight(alert.severity) * alert.confidence * decay * part
      let verb = involved.part == .target ? "target of" : "source of"
      terms.append(
        (
          points,
          "\(verb) \(alert.severity.name) alert \(alert.detection), \(Risk.age(age)) old, "
            + "confidence \(Int((alert.confidence * 100).rounded())) %: \(Risk.rounded(points))"
        ))
    }
    terms.sort { $0.points == $1.points ? $0.text < $1.text : $0.points > $1.points }
    var sum = terms.reduce(0) { $0 + $1.points }
    reasons = terms.map(\.text)
    let boost = circumstances.isTierZero ? 1 : circumstances.isSensitive ? 0.5 : 0
    if boost > 0, sum > 0 {
      let why = circumstances.isTierZero ? "controller or krbtgt" : "sensitive"
      reasons.append("\(why): alerts weigh \(Risk.rounded(1 + boost)) times")
      sum *= 1 + boost
    }
    for (points, text) in Risk.exposure(circumstances) {
      sum += points
      reasons.append("\(text): \(Risk.rounded(points))")
    }
    score = Int(min(100, max(0, sum)).rounded())
    level = Risk.level(score)
  }

  private static func weight(_ severity: Alert.Severity) -> Double {
    switch severity {
    case .informational: 1
    case .low: 5
    case .medium: 15
    case .high: 40
    }
  }

  private static func level(_ score: Int) -> Level {
    switch score {
    case 70...: .high
    case 30...: .medium
    case 1...: .low
    default: .none
    }
  }

  private static func exposure(_ circumstances: Circumstances) -> [(Double, String)] {
    var terms: [(Double, String)] = []
    if let entry = circumstances.entry, !entry.isDisabled {
      if entry.needsNoPreauthentication { terms.append((5, "needs no pre-authentication")) }
      if entry.isTrustedForDelegation, !entry.isController {
        terms.append((5, "trusted for unconstrained delegation"))
      }
    }
    if circumstances.traits.contains("ntlmv1") { terms.append((3, "uses NTLMv1")) }
    if circumstances.traits.contains("cleartext-bind") {
      terms.append((3, "sends its password in clear in LDAP binds"))
    }
    switch circumstances.deviceRisk {
    case .low: terms.append((2, "endpoint risk score Low"))
    case .medium: terms.append((8, "endpoint risk score Medium"))
    case .high: terms.append((20, "endpoint risk score High"))
    case nil, .some(.none), .informational: break
    }
    return terms
  }

  /// Two to the power of `-exponent`, for an exponent of zero or more, without a library of
  /// mathematics: the core has none.
  static func half(_ exponent: Double) -> Double {
    guard exponent < 64 else { return 0 }
    let whole = exponent.rounded(.down)
    let argument = -0.693_147_180_559_945_3 * (exponent - whole)
    var term = 1.0
    var sum = 1.0
    for order in 1...16 {
      term *= argument / Double(order)
      sum += term
    }
    return sum * Double(sign: .plus, exponent: -Int(whole), significand: 1)
  }

  /// One decimal place.
  private static func rounded(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  private static func age(_ span: Instant.Span) -> String {
    let hours = max(0, span.seconds / 3600)
    return hours < 48 ? "\(hours) h" : "\(hours / 24) d"
  }
}
