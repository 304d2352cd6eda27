/// A computer as the endpoint side knows it (a machine document of Defender for Endpoint).
///
/// A re-imaged computer is a new device with the old name. Keys that are not named here stay in the
/// stored document.
public struct Device: Hashable, Sendable {
  /// 40 hex digits.
  public var id: String
  /// `computerDnsName`: a host name, or a bare one in any case.
  public var dnsName: String?
  /// Entra device identifier, lower case.
  public var entraID: String?
  /// Addresses that can name a host: no loopback, link-local or empty ones.
  public var addresses: [Address]
  public var lastAddress: Address?
  /// 12 lower-case hex digits each.
  public var hardwareAddresses: [String]
  public var firstSeen: Instant?
  /// The last full report, about one a day: evidence may be newer.
  public var lastSeen: Instant?
  public var platform: String?
  public var platformVersion: String?
  /// `osBuild`: such as 22631.
  public var build: Int?
  /// `managedBy`: `Intune`, `ConfigMgr`, …: as sent.
  public var managedBy: String?
  /// `isAadJoined`.
  public var isEntraJoined: Bool?
  /// `Active`, `Inactive`, …: as sent.
  public var health: String?
  public var onboarding: String?
  public var exposure: String?
  /// How well it is configured, as sent; "secure score" is its older name (rule R50).
  public var configurationScore: String?
  /// The endpoint side's own `riskScore`, kept apart from ours.
  public var risk: Risk?
  /// The device that this one was found to be; its alerts are that one's.
  public var mergedInto: String?
  public var isPotentialDuplicate: Bool
  public var tags: [String]

  public init(id: String, dnsName: String? = nil) {
    self.id = id.lowercased()
    self.dnsName = dnsName
    addresses = []
    hardwareAddresses = []
    isPotentialDuplicate = false
    tags = []
  }

  public enum Risk: String, Comparable, CaseIterable, Sendable {
    case none = "None"
    case informational = "Informational"
    case low = "Low"
    case medium = "Medium"
    case high = "High"

    /// Reads the endpoint side's word, whatever the case.
    public init?(word: String) {
      let lower = word.lowercased()
      guard let risk = Risk.allCases.first(where: { $0.rawValue.lowercased() == lower }) else {
        return nil
      }
      self = risk
    }

    public static func < (left: Risk, right: Risk) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .none: 0
      case .informational: 1
      case .low: 2
      case .medium: 3
      case .high: 4
      }
    }
  }

  /// An address that can name a host; nil for an empty text, loopback, link-local, multicast, or
  /// what is no address.
  public static func usableAddress(_ text: String?) -> Address? {
    guard let text, let address = Address(text), !address.isLoopback, !address.isLinkLocal,
      !address.isMulticastOrBroadcast, address != Address(ipv4: 0),
      address != Address(high: 0, low: 0)
    else { return nil }
    return address
  }

  /// 12 lower-case hex digits out of `AA-BB-…`, `aa:bb:…` or `AABB…`; nil for anything else, and for
  /// the address of all zeros.
  public static func hardwareAddress(_ text: String?) -> String? {
    guard let text else { return nil }
    let digits = text.lowercased().utf8.filter {
      $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: ".")
    }
    let isHex = digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    guard digits.count == 12, isHex, digits.contains(where: { $0 != 0x30 }) else { return nil }
    return String(decoding: digits, as: UTF8.self)
  }
}

/// A user as an endpoint document names it: any of the keys may be missing.
public struct EndpointUser: Hashable, Sendable {
  public var name: String?
  public var domain: String?
  public var sid: String?
  public var entraID: String?
  public var principalName: String?

  public init(
    name: String? = nil, domain: String? = nil, sid: String? = nil, entraID: String? = nil,
    principalName: String? = nil
  ) {
    self.name = name
    self.domain = domain
    self.sid = sid
    self.entraID = entraID
    self.principalName = principalName
  }
}

/// An alert of the endpoint side.
public struct EndpointAlert: Hashable, Sendable {
  public var id: String
  public var title: String
  public var category: String?
  /// `UnSpecified`, `Informational`, `Low`, `Medium`, `High`: as sent.
  public var severity: String
  /// `New`, `InProgress`, `Resolved`: as sent.
  public var status: String
  public var classification: String?
  public var determination: String?
  public var detectionSource: String?
  public var investigationState: String?
  /// Device that it was raised on.
  public var deviceID: String?
  public var deviceName: String?
  public var created: Instant?
  public var firstEvent: Instant?
  public var lastEvent: Instant?
  public var updated: Instant?
  public var techniques: [String]
  /// Users of the evidence, the related user first.
  public var users: [EndpointUser]
  /// Addresses of the evidence.
  public var addresses: [Address]
  /// What the evidence holds, one sentence each.
  public var evidence: [String]

  public init(id: String, title: String, severity: String, status: String) {
    self.id = id
    self.title = title
    self.severity = severity
    self.status = status
    techniques = []
    users = []
    addresses = []
    evidence = []
  }

  /// Not resolved yet.
  public var isOpen: Bool { status.lowercased() != "resolved" }

  public var isFalsePositive: Bool { classification?.lowercased() == "falsepositive" }

  /// When it happened: its last event, or what is nearest to that.
  public var time: Instant? { lastEvent ?? firstEvent ?? created ?? updated }
}
