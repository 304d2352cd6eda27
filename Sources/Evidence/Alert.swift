/// A detection's finding, folded: one alert with a growing count, not a thousand.
public struct Alert: Hashable, Sendable {
  /// `al_` and a hash of detection, folding key and the UTC start of the folding window.
  public var id: String
  /// The slug, which never changes.
  public var detection: String
  public var title: String
  public var severity: Severity
  /// How sure we are, 0 to 1.
  public var confidence: Double
  public var phase: Phase
  /// ATT&CK technique identifiers.
  public var techniques: [String]
  /// The numbers that other products give this detection.
  public var aliases: [String]
  public var workspace: String?
  public var firstSeen: Instant
  public var lastSeen: Instant
  public var count: Int
  /// From where it was done.
  public var sources: [Source]
  /// In whose name.
  public var accounts: [Account]
  /// To what.
  public var targets: [Target]
  public var evidence: [Piece]
  /// What happened and why it is suspicious, in plain words.
  public var explanation: String
  /// What benign thing looks like it.
  public var lookalikes: [String]
  public var nextSteps: [String]
  /// The settings it was decided under.
  public var settings: [Setting]
  /// What threat intelligence says of what it shows; added where it is shown, and not stored.
  public var intelligence: [ThreatEntry] = []

  public init(
    id: String, detection: String, title: String, severity: Severity, confidence: Double,
    phase: Phase, firstSeen: Instant, lastSeen: Instant
  ) {
    self.id = id
    self.detection = detection
    self.title = title
    self.severity = severity
    self.confidence = confidence
    self.phase = phase
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    techniques = []
    aliases = []
    count = 1
    sources = []
    accounts = []
    targets = []
    evidence = []
    explanation = ""
    lookalikes = []
    nextSteps = []
    settings = []
  }

  public enum Severity: Int, Comparable, CaseIterable, Sendable {
    case informational, low, medium, high

    public var name: String {
      switch self {
      case .informational: "informational"
      case .low: "low"
      case .medium: "medium"
      case .high: "high"
      }
    }

    public init?(name: String) {
      guard let severity = Severity.allCases.first(where: { $0.name == name }) else { return nil }
      self = severity
    }

    public static func < (left: Severity, right: Severity) -> Bool {
      left.rawValue < right.rawValue
    }
  }

  public enum Phase: String, CaseIterable, Sendable {
    case reconnaissance
    case credentialAccess = "credential-access"
    case lateralMovement = "lateral-movement"
    case domainDominance = "domain-dominance"
    case exfiltration
    case hygiene
  }

  /// An address from which it was done, and which computer that was at the time.
  public struct Source: Hashable, Sendable {
    public var address: Address
    public var computer: String?
    public var certainty: Certainty?
    /// Why no computer is named.
    public var unresolved: String?

    public init(
      address: Address, computer: String? = nil, certainty: Certainty? = nil,
      unresolved: String? = nil
    ) {
      self.address = address
      self.computer = computer
      self.certainty = certainty
      self.unresolved = unresolved
    }

    /// Whether several computers were at the address at once, or claims disagreed.
    public var isAmbiguous: Bool {
      guard let unresolved else { return false }
      return unresolved.hasPrefix("several computers") || unresolved.hasPrefix("claims disagree")
    }
  }

  public struct Account: Hashable, Sendable {
    public var name: String
    public var domain: String?
    public var sid: String?

    public init(name: String, domain: String? = nil, sid: String? = nil) {
      self.name = name
      self.domain = domain
      self.sid = sid
    }
  }

  public struct Target: Hashable, Sendable {
    public enum Kind: String, Sendable { case computer, account, group, address, domain, service }

    public var kind: Kind
    public var name: String

    public init(kind: Kind, name: String) {
      self.kind = kind
      self.name = name
    }
  }

  /// Packets of one capture that prove a part of it, and what they say.
  public struct Piece: Hashable, Sendable {
    public var capture: String
    public var packets: [UInt64]
    public var time: Instant
    public var summary: String

    public init(capture: String, packets: [UInt64], time: Instant, summary: String) {
      self.capture = capture
      self.packets = packets
      self.time = time
      self.summary = summary
    }
  }

  public struct Setting: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Alerts are listed by when they began, then by identity.
  public static func isListedBefore(_ left: Alert, _ right: Alert) -> Bool {
    left.firstSeen == right.firstSeen ? left.id < right.id : left.firstSeen < right.firstSeen
  }
}

/// How far a claim about a name can be relied upon.
public enum Certainty: String, Comparable, CaseIterable, Sendable {
  case low, medium, high

  public static func < (left: Certainty, right: Certainty) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .low: 0
    case .medium: 1
    case .high: 2
    }
  }
}
