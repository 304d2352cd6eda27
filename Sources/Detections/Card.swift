public import Evidence

/// What a detection is: everything that a reader of its alerts, or of the catalogue, must know.
public struct Card: Sendable {
  /// Names the detection for ever.
  public var slug: String
  public var title: String
  /// Of an alert where nothing raises or lowers it.
  public var severity: Alert.Severity
  public var phase: Alert.Phase
  /// ATT&CK technique identifiers.
  public var techniques: [String]
  /// What other products call it.
  public var aliases: [String]
  /// The activities that it looks at.
  public var kinds: [Activity.Kind]
  /// Why what it finds is suspicious.
  public var meaning: String
  /// What must be on the wire, and readable, for it to work.
  public var needs: String
  public var blindSpots: [String]
  /// Benign things that look like it.
  public var lookalikes: [String]
  public var nextSteps: [String]
  /// What makes two findings one alert, besides the detection and the window.
  public var identity: Identity
  /// Findings of one UTC window of this length become one alert; windows start at multiples of it
  /// since 1970.
  public var folding: Instant.Span
  public var thresholds: [Threshold]

  public init(
    slug: String, title: String, severity: Alert.Severity, phase: Alert.Phase,
    techniques: [String], aliases: [String], kinds: [Activity.Kind], meaning: String,
    needs: String, blindSpots: [String], lookalikes: [String], nextSteps: [String],
    identity: Identity, folding: Instant.Span = Card.day, thresholds: [Threshold] = []
  ) {
    self.slug = slug
    self.title = title
    self.severity = severity
    self.phase = phase
    self.techniques = techniques
    self.aliases = aliases
    self.kinds = kinds
    self.meaning = meaning
    self.needs = needs
    self.blindSpots = blindSpots
    self.lookalikes = lookalikes
    self.nextSteps = nextSteps
    self.identity = identity
    self.folding = folding
    self.thresholds = thresholds
  }

  /// One alert a day for what goes on: who has seen it in the morning need not see it every hour.
  public static let day = Instant.Span.hours(24)

  /// Which parties of a finding form its identity: of each the first, which the detection chooses.
  public struct Identity: OptionSet, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let source = Identity(rawValue: 1)
    public static let account = Identity(rawValue: 2)
    public static let target = Identity(rawValue: 4)
  }

  /// A number that decides, and why it is that number.
  public struct Threshold: Sendable {
    public var name: String
    /// At medium sensitivity.
    public var value: Int
    public var reason: String

    public init(_ name: String, _ value: Int, _ reason: String) {
      self.name = name
      self.value = value
      self.reason = reason
    }
  }
}
