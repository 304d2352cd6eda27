/// One monitored environment: what people wrote in its `workspace.yml`.
public struct Workspace: Hashable, Sendable {
  public var name: String
  /// Where its data is kept; set at creation and never changed (rule R9).
  public var region: String
  public var domains: [Domain] = []
  /// Whether domains of several forests belong here (rule R10).
  public var forests = ForestRule.Coverage.several
  /// Addresses or names of domain controllers; empty where they are learnt.
  public var controllers: [String] = []
  /// Where the directory is read; nil where it is imported or unknown.
  public var directory: DirectorySettings?
  /// Accounts, groups, SIDs and computers that are sensitive beyond the default groups.
  public var sensitive: [String] = []
  /// Accounts and computers that nobody should use.
  public var honeytokens: [String] = []
  /// Settings of detections, by slug, in the order of the file.
  public var detections: [DetectionSettings] = []
  public var exclusions: [Exclusion] = []
  public var licences = Licences()
  public var integrations: [IntegrationSettings] = []
  public var retention = Retention()
  /// Where our own pages are, for links that others follow; nil for links without a server.
  public var portal: String?

  public init(name: String, region: String) {
    self.name = name
    self.region = region
  }

  /// A directory domain under both of its names.
  public struct Domain: Hashable, Sendable {
    public var dns: String
    public var netbios: String?
    /// The forest's root domain, where the names do not tell.
    public var forest: String?

    public init(dns: String, netbios: String? = nil, forest: String? = nil) {
      self.dns = dns
      self.netbios = netbios
      self.forest = forest
    }
  }

  /// What a workspace says about one detection.
  public struct DetectionSettings: Hashable, Sendable {
    public var slug: String
    /// Names and values as written, in the order of the file.
    public var settings: [Setting]

    public init(slug: String, settings: [Setting]) {
      self.slug = slug
      self.settings = settings
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

  /// Alerts that are expected here, and why; all conditions must hold.
  public struct Exclusion: Hashable, Sendable {
    public var detection: String
    public var conditions: [Setting]
    public var reason: String

    public init(detection: String, conditions: [Setting], reason: String) {
      self.detection = detection
      self.conditions = conditions
      self.reason = reason
    }
  }

  /// Both sides need one (rule R11).
  public struct Licences: Hashable, Sendable {
    public var identity: Bool
    public var endpoint: Bool

    public init(identity: Bool = false, endpoint: Bool = false) {
      self.identity = identity
      self.endpoint = endpoint
    }
  }

  /// How an integration reaches the other service.
  public struct IntegrationSettings: Hashable, Sendable {
    public var kind: IntegrationKind
    public var tenant: String?
    /// A file that holds the secret: the secret itself never stands in a workspace file.
    public var secretFile: String?
    /// Where a device is shown in the other service; `{id}` stands for its identity.
    public var link: String?
    public var source = Source.api
    /// Where the API is; nil for its usual place.
    public var api: String?
    /// Where tokens come from; nil for their usual place.
    public var authority: String?
    /// Certificates in PEM that are believed besides the system's.
    public var certificates: String?
    /// The folder that is watched, for the source of that name.
    public var folder: String?
    /// A file that says which field of foreign documents is what.
    public var mapping: String?

    public init(kind: IntegrationKind) { self.kind = kind }

    /// Where the other side's documents come from.
    public enum Source: String, CaseIterable, Sendable {
      /// The API of Defender for Endpoint.
      case api
      /// The security alerts of Microsoft Graph.
      case graph
      /// A folder that another program writes into.
      case folder
    }
  }

  /// How long alerts and activities are kept.
  public struct Retention: Hashable, Sendable {
    /// The reference product keeps alerts for 180 days and its timeline for half of that.
    public static let defaultDays = 90
    /// Ten years: beyond it a number is a slip of the pen.
    public static let maximumDays = 3650

    public var days: Int

    public init(days: Int = Retention.defaultDays) { self.days = days }
  }
}

/// The services that a primary workspace can integrate with (rules R4 and R52).
public enum IntegrationKind: String, CaseIterable, Hashable, Sendable {
  case defenderForEndpoint = "defender-for-endpoint"
  case intune
  case configurationManager = "configuration-manager"
  case office365ATP = "office-365-atp"
  case azureSecurityCenter = "azure-security-center"
  case cloudAppSecurity = "cloud-app-security"
  case skypeForBusiness = "skype-for-business"
  case siem
  case vpn
}
