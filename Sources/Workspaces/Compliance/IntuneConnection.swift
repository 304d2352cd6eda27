/// A platform of Intune's, with what the connection asks of it (rules R84, R103, R118).
public enum Platform: String, CaseIterable, Sendable {
  case windows = "Windows"
  case android = "Android"
  case iOS = "iOS/iPadOS"

  public init?(_ system: OperatingSystem) {
    switch system.family {
    case .android: self = .android
    case .iOS: self = .iOS
    case .windows10, .windows11: self = .windows
    default: return nil
    }
  }

  /// The lowest version that the connection takes.
  public var minimum: PlatformVersion {
    switch self {
    case .windows: PlatformVersion([10, 0, 15063])
    case .android: PlatformVersion([6, 0, 0])
    case .iOS: PlatformVersion([8, 0])
    }
  }

  /// Only Windows is onboarded by a configuration package (R99, R100).
  public var needsPackage: Bool { self == .windows }

  /// The text of 2019 has Windows alone (R118).
  public func isOffered(in era: Inventory.Era) -> Bool { self == .windows || era == .year2020 }
}

/// The service-to-service connection of Intune and the endpoint service: one a tenant (R82).
public struct IntuneConnection: Hashable, Sendable {
  public private(set) var isEnabled: Bool
  /// Platforms whose toggle is on and saved; each stands alone (R165).
  public private(set) var toggles: Set<Platform>
  /// Toggles that were set and not saved: they change nothing (R83).
  private var drafts: [Platform: Bool] = [:]

  public init(isEnabled: Bool = false, toggles: Set<Platform> = []) {
    self.isEnabled = isEnabled
    self.toggles = toggles
  }

  /// Turns it on; twice is once (R82).
  ///
  /// Both portals must be administered (R166).
  public mutating func enable(administers: Set<Inventory.Portal>) throws(RuleViolation) {
    for portal in Inventory.Portal.allCases where !administers.contains(portal) {
      throw RuleViolation(
        rule: "R166",
        reason: "the connection cannot be enabled: administrative access on \(portal.text) is "
          + "missing")
    }
    isEnabled = true
  }

  public mutating func set(_ platform: Platform, isOn: Bool) { drafts[platform] = isOn }

  public mutating func save() {
    for (platform, isOn) in drafts {
      if isOn { toggles.insert(platform) } else { toggles.remove(platform) }
    }
    drafts = [:]
  }

  /// The package comes with the connection: nobody uploads it (R91).
  public var hasPackage: Bool { isEnabled }

  /// A setting that is hidden while the connection is whole: the package is then added by itself
  /// (R96).
  public var showsPackageType: Bool { !isEnabled }

  /// Why a system is not connected for compliance, whenever it was enrolled (R84, R85, R165); nil
  /// where it is.
  public func objection(to system: OperatingSystem, on platform: Platform) -> DeviceCoverage.Reason?
  {
    guard isEnabled else {
      return .init(rule: "R79", text: "the connection to the endpoint service is off")
    }
    guard toggles.contains(platform) else {
      return .init(
        rule: "R165", text: "not connected: the toggle for \(platform.rawValue) devices is off")
    }
    guard let version = system.version else {
      return .init(
        rule: "R84",
        text: "its version is not known; \(platform.rawValue) \(platform.minimum) is the lowest")
    }
    guard version >= platform.minimum else {
      return .init(
        rule: "R84", text: "\(version) is below \(platform.minimum), the lowest that connects")
    }
    return nil
  }
}
