public import Evidence

/// A device of an inventory: what onboarding, compliance and access ask about it.
public struct FleetDevice: Hashable, Sendable {
  public var name: String
  /// The endpoint side's identity; nil while it does not know the device.
  public var endpointID: String?
  public var system: OperatingSystem
  /// Addresses that the endpoint side saw it under.
  public var addresses: [Address]
  /// All that manage it: a device attached to both has two.
  public var managers: Set<DeviceManager>
  /// Joined to Azure AD (Entra); nil where the inventory does not say.
  public var isEntraJoined: Bool?
  /// The identity without which it cannot report (rule R89).
  public var entraID: String?
  /// Who it belongs to.
  public var user: String?
  /// Whether somebody has signed in since policies were assigned; nil where it is not said.
  public var hasSignIn: Bool?
  /// How it was onboarded, where that is known (rule R93).
  public var source: OnboardingSource?
  /// As the endpoint side reports it; nil before any report: never taken for none.
  public var risk: Device.Risk?
  public var agent: Agent?
  /// Whether compliance waits for an evaluation, and what the last one said (rule R146).
  public var evaluation: Evaluation

  public init(name: String, system: OperatingSystem) {
    self.name = name
    self.system = system
    managers = []
    addresses = []
    evaluation = .current
  }

  /// What a device's agent said of itself.
  public struct Agent: Hashable, Sendable {
    public var isOnboarded: Bool
    /// The system service of the agent; nil where nobody asked.
    public var isServiceRunning: Bool?
    public var lastData: Instant?

    public init(isOnboarded: Bool, isServiceRunning: Bool? = nil, lastData: Instant? = nil) {
      self.isOnboarded = isOnboarded
      self.isServiceRunning = isServiceRunning
      self.lastData = lastData
    }
  }

  public enum Evaluation: Hashable, Sendable {
    /// The risk that is known was looked at.
    case current
    /// It was not yet: what was said before stands; nil where nothing was.
    case pending(wasCompliant: Bool?)
  }

  /// Whether the endpoint side has seen it onboard.
  public var isOnboarded: Bool { agent?.isOnboarded == true }

  /// Managed by one of the two that onboarding is supported with (rule R78).
  public var isManaged: Bool {
    managers.contains(.configurationManager) || managers.contains(.intune)
  }
}

/// By which of the ways a device was onboarded (rule R93).
public enum OnboardingSource: String, CaseIterable, Sendable {
  case configurationManager = "configuration-manager"
  case deviceConfiguration = "device-configuration"
  case endpointDetectionAndResponse = "endpoint-detection-and-response"
  case groupPolicy = "group-policy"
  case script
}
