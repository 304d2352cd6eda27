/// What was learnt about one user, computer, address, group or domain: a value that is stored, and
/// merged with what other runs learnt.
///
/// Merging is idempotent: intervals are united, ends widened, counts kept by the hour with the larger
/// one staying. So the same capture replayed again changes nothing; two captures of one hour that
/// are read in separate runs count as the larger of the two.
public struct EntityRecord: Hashable, Sendable {
  /// `en_` and a hash of the SID where it is known, otherwise of kind, domain and name.
  public var id: String
  /// Identities under which the same entity was stored before its SID was known.
  public var formerIDs: [String]
  public var kind: Kind
  /// DNS name of its domain in lower case, or the NetBIOS name as sent where no other is known.
  public var domain: String?
  public var sid: String?
  /// The name to show: sAMAccountName, host name, or address.
  public var name: String
  public var names: [NameInterval]
  public var firstSeen: Instant
  public var lastSeen: Instant
  /// Which addresses a computer had; for a user, none.
  public var addresses: [AddressInterval]
  /// For a user the computers it was used on, for a computer or address the users seen there.
  public var peers: [Link]
  /// Services that tickets were requested for, and shares.
  public var resources: [Link]
  /// Logons and failures by the hour, ascending.
  public var hours: [HourCount]
  /// What the traffic showed about it: `controller`, `shared-address`, `external`.
  public var traits: [String]

  /// Reasons of the limits: what one page can show and one row should hold.
  public static let namesLimit = 32
  public static let addressesLimit = 128
  public static let linksLimit = 256
  /// Seven days, the window of the risk score.
  public static let hoursLimit = 168

  public init(
    id: String, kind: Kind, domain: String?, name: String, firstSeen: Instant, lastSeen: Instant
  ) {
    self.id = id
    self.kind = kind
    self.domain = domain
    self.name = name
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    formerIDs = []
    names = []
    addresses = []
    peers = []
    resources = []
    hours = []
    traits = []
  }

  public enum Kind: String, CaseIterable, Sendable {
    case user, computer, group, address, domain
  }

  /// A name that the entity had during an interval.
  public struct NameInterval: Hashable, Sendable {
    public enum Kind: String, Sendable {
      case samAccountName, userPrincipalName, netbios, dns, service
    }

    public var name: String
    public var kind: Kind
    public var from: Instant
    public var to: Instant

    public init(name: String, kind: Kind, from: Instant, to: Instant) {
      self.name = name
      self.kind = kind
      self.from = from
      self.to = to
    }
  }

  /// An address that a computer had during an interval, and how that is known.
  public struct AddressInterval: Hashable, Sendable {
    public var address: Address
    public var method: NameClaim.Method
    public var certainty: Certainty
    public var from: Instant
    public var to: Instant

    public init(
      address: Address, method: NameClaim.Method, certainty: Certainty, from: Instant, to: Instant
    ) {
      self.address = address
      self.method = method
      self.certainty = certainty
      self.from = from
      self.to = to
    }
  }

  /// Another entity or a service, first and last seen together with this one.
  public struct Link: Hashable, Sendable {
    /// Identity of the other entity; nil for a service.
    public var id: String?
    public var name: String
    public var from: Instant
    public var to: Instant

    public init(id: String?, name: String, from: Instant, to: Instant) {
      self.id = id
      self.name = name
      self.from = from
      self.to = to
    }
  }

  /// What was counted in one hour of packet time.
  public struct HourCount: Hashable, Sendable {
    /// Hours since 1970.
    public var hour: Int32
    public var logons: UInt32
    public var failures: UInt32

    public init(hour: Int32, logons: UInt32 = 0, failures: UInt32 = 0) {
      self.hour = hour
      self.logons = logons
      self.failures = failures
    }
  }

  /// Logons in all hours that are kept.
  public var logonCount: Int { hours.reduce(0) { $0 + Int($1.logons) } }
  public var failureCount: Int { hours.reduce(0) { $0 + Int($1.failures) } }
}

// MARK: - Identity

extension EntityRecord {
  /// The identity of an entity whose SID is known.
  public static func id(sid: String) -> String {
    var hash = StableHash()
    hash.add("sid")
    hash.add(sid.uppercased())
    return "en_" + hash.text()
  }

  /// The identity of an entity that is known by kind, domain and name only, whatever the case.
  public static func id(kind: Kind, domain: String?, name: String) -> String {
    var hash = StableHash()
    hash.add(kind.rawValue)
    hash.add((domain ?? "").lowercased())
    hash.add(name.lowercased())
    return "en_" + hash.text()
  }
}
