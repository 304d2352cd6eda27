public import Evidence

/// What a detection found at one activity: the engine folds it into an alert.
///
/// Of sources, accounts and targets the first is the principal one: it is what the alert's identity
/// is made of, where the card says so.
public struct Finding: Sendable {
  public var time: Instant
  public var severity: Alert.Severity
  /// How sure, 0 to 1.
  public var confidence: Double
  /// What happened and why it is suspicious, of all that the detection remembers.
  public var explanation: String
  public var sources: [Alert.Source]
  public var accounts: [Alert.Account] = []
  public var targets: [Alert.Target] = []
  /// What proves it, not yet reported by an earlier finding.
  public var pieces: [Piece] = []
  /// Acts that are new since the last finding.
  public var count = 1

  /// Packets and what they say.
  public struct Piece: Sendable {
    public var proof: Activity.Proof
    public var time: Instant
    public var summary: String
    /// Whether it tells what led to the act rather than being a part of it.
    public var isBackground: Bool

    public init(
      _ proof: Activity.Proof, _ time: Instant, _ summary: String, isBackground: Bool = false
    ) {
      self.proof = proof
      self.time = time
      self.summary = summary
      self.isBackground = isBackground
    }

    /// In the order of packets.
    static func isBefore(_ left: Piece, _ right: Piece) -> Bool {
      if left.time != right.time { return left.time < right.time }
      return left.proof.capture == right.proof.capture
        ? left.proof.request < right.proof.request : left.proof.capture < right.proof.capture
    }
  }

  public init(
    time: Instant, severity: Alert.Severity, confidence: Double, explanation: String,
    source: Alert.Source
  ) {
    self.time = time
    self.severity = severity
    self.confidence = confidence
    self.explanation = explanation
    sources = [source]
  }
}

extension Alert.Source {
  /// The source as an explanation names it: `WS03 (10.0.5.33)`.
  var text: String { computer.map { "\($0) (\(address))" } ?? "\(address)" }

  /// How far a verdict holds that rests on which computer this is.
  var trust: Double {
    switch certainty {
    case .high: 1
    case .medium: 0.9
    case .low: 0.75
    case nil: 0.85
    }
  }
}

extension Alert.Account {
  /// The account as an explanation names it: `ALPINE\mallory`.
  var text: String { domain.map { "\($0)\\\(name)" } ?? name }
}

/// Words for explanations.
enum Words {
  /// The first names of a list, and how many more there are.
  static func list(_ names: some Collection<String>, limit: Int = 8) -> String {
    guard names.count > limit else { return names.joined(separator: ", ") }
    return names.prefix(limit).joined(separator: ", ") + " and \(names.count - limit) more"
  }

  /// A span as people say it.
  static func span(_ span: Instant.Span) -> String {
    let milliseconds = max(0, span.nanoseconds / 1_000_000)
    if milliseconds < 2000 { return "\(milliseconds) ms" }
    let seconds = milliseconds / 1000
    return seconds < 120 ? "\(seconds) s" : "\(seconds / 60) min"
  }

  static func count(_ number: Int, _ thing: String, _ things: String) -> String {
    number == 1 ? "one \(thing)" : "\(number) \(things)"
  }

  /// An encryption type as RFC 3961's registry names it, with its number.
  static func etype(_ number: Int32) -> String {
    switch number {
    case 1: "DES-CBC-CRC (etype 1)"
    case 3: "DES-CBC-MD5 (etype 3)"
    case 17: "AES-128 (etype 17)"
    case 18: "AES-256 (etype 18)"
    case 19: "AES-128-SHA-256 (etype 19)"
    case 20: "AES-256-SHA-384 (etype 20)"
    case 23: "RC4 (etype 23)"
    case 24: "RC4-EXP (etype 24)"
    default: "etype \(number)"
    }
  }
}
