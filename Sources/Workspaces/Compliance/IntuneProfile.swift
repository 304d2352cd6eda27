/// A profile of Intune's that concerns the endpoint product.
public struct IntuneProfile: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    /// Endpoint security → Endpoint detection and response.
    case endpointDetectionAndResponse = "endpoint-detection-and-response"
    /// Devices → Configuration profiles → Microsoft Defender ATP (Windows 10 Desktop).
    case deviceConfiguration = "device-configuration"
    /// Tells the iOS app whether the device is supervised (R101).
    case appConfiguration = "app-configuration"
    /// The .mobileconfig for supervised iOS.
    case custom

    /// How a device that it onboarded came in (R93).
    public var source: OnboardingSource? {
      switch self {
      case .endpointDetectionAndResponse: .endpointDetectionAndResponse
      case .deviceConfiguration: .deviceConfiguration
      case .appConfiguration, .custom: nil
      }
    }
  }

  /// Whether the package is in the profile or was taken out of it (R141).
  public enum Package: String, CaseIterable, Sendable {
    case onboard
    case offboard
  }

  /// It needs a name and no description (R174).
  public var name: String
  public var text: String?
  public var kind: Kind
  public var package: Package
  /// Sample sharing for all files (R95).
  public var samples: SampleCollection
  /// Reports more often from devices at high risk (R95).
  public var expeditesTelemetry: Bool
  /// Groups that it is assigned to; none: it acts nowhere (R161).
  public var groups: [String]

  public init(name: String, kind: Kind) throws(RuleViolation) {
    guard !name.isEmpty else {
      throw RuleViolation(rule: "R174", reason: "a profile needs a name: give it one")
    }
    self.name = name
    self.kind = kind
    package = .onboard
    samples = .none
    expeditesTelemetry = false
    groups = []
  }

  /// Whether it brings the package to devices.
  public var onboards: Bool { kind.source != nil && package == .onboard }

  /// What the app-configuration policy for supervised iOS says (R101).
  public static let supervisedKey = "issupervised"
  public static let supervisedType = "string"
  public static let supervisedValue = "{{issupervised}}"
  public static let supervisedApp = "Microsoft Defender for iOS"
}

/// The three things that the package makes a device do, each checked apart (rule R140).
public struct PackageChecks: Hashable, Sendable {
  public var communicates: Bool
  public var scans: Bool
  /// To the endpoint service, which compliance asks.
  public var reportsRisk: Bool

  public init(_ device: FleetDevice) {
    communicates = device.agent?.lastData != nil
    scans = device.isOnboarded && device.agent?.isServiceRunning != false
    reportsRisk = device.risk != nil
  }
}

extension Inventory {
  /// Whether a profile's effect waits for a user to sign in: the same for every kind (R98, R143).
  public func waitsForSignIn(_ profile: IntuneProfile, on device: FleetDevice) -> Bool {
    let reached = reaching(device, profile.groups)
    return device.hasSignIn == false && !reached.isEmpty
      && reached.allSatisfy { $0.kind == .users }
  }

  /// Several profiles that set the onboarding of one device (rules R94, R142).
  ///
  /// Two that say the same can conflict as well, as soon as one is changed: both are named.
  public func conflicts() -> [FleetFinding] {
    devices.compactMap { device in
      let setting = profiles.filter { profile in
        profile.kind.source != nil && !reaching(device, profile.groups).isEmpty
      }
      guard setting.count > 1 else { return nil }
      let names = setting.map { "'\($0.name)' (\($0.kind.rawValue), \($0.package.rawValue))" }
      return FleetFinding(
        rule: "R94", subject: device.name,
        text: "conflict: \(names.joined(separator: " and ")) both set its onboarding; keep one")
    }
  }

  /// Profiles under their types, each list in the order of the names (R174).
  public func profilesByKind() -> [(kind: IntuneProfile.Kind, names: [String])] {
    IntuneProfile.Kind.allCases.map { kind in
      (kind, profiles.filter { $0.kind == kind }.map(\.name).sorted())
    }
  }

  /// The state of the connection, in words (R139).
  public var connectionText: String {
    guard connection.isEnabled else { return "off: package missing" }
    let delivers = profiles.contains { $0.onboards && !$0.groups.isEmpty }
    return delivers || devices.contains { $0.risk != nil }
      ? "connected" : "connected, no device data: no onboarding profile is assigned"
  }
}
