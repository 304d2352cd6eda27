/// Which credentials an operating system needs to be onboarded (rules R58 to R61, R129, R130).
public enum OnboardingClass: Hashable, Sendable {
  /// Windows 10 from 1607, Server 2016 from 1803, Server 2019: the configuration file.
  case upLevel
  /// Windows 8.1, Server 2012 R2, Server 2016 up to 1709: Workspace ID and key.
  case downLevel
  /// Neither, and why: never taken for down-level.
  case unsupported(String)

  public init(_ system: OperatingSystem) {
    switch system.family {
    case .windows10:
      guard let release = system.release else {
        self = .unsupported("its version is not known, and only 1607 and later can be onboarded")
        return
      }
      self =
        release >= OperatingSystem.version1607
        ? .upLevel : .unsupported("\(system.text) is before 1607")
    // Later than what the seeds name, of the same line.
    case .windows11, .server2019, .laterServer: self = .upLevel
    case .server2016:
      // Without a version it is the long-term release, 1607 (R130).
      let release = system.release ?? OperatingSystem.version1607
      self = release >= OperatingSystem.version1803 ? .upLevel : .downLevel
    case .windows81, .server2012R2: self = .downLevel
    case .windows7, .windows8, .server2008R2, .server2012, .android, .iOS, .other:
      self = .unsupported("\(system.text) is not in the list of supported systems")
    }
  }

  /// One word for programs.
  public var name: String {
    switch self {
    case .upLevel: "up-level"
    case .downLevel: "down-level"
    case .unsupported: "unsupported"
    }
  }
}

/// What onboarding hands to a device.
public enum Credential: String, CaseIterable, Sendable {
  case configurationFile = "configuration file"
  case workspaceID = "workspace ID"
  case workspaceKey = "workspace key"

  /// Where the endpoint side's portal offers it (rules R67, R68, R132, R173).
  public var place: String {
    switch self {
    case .configurationFile:
      "Settings → Onboarding → Windows 10 (the same file as for Windows Server 1803 and 2019)"
    case .workspaceID, .workspaceKey:
      "Settings → Onboarding → Windows 7 and 8.1 → Configure connection"
    }
  }

  /// What a class of systems needs.
  public static func needed(by kind: OnboardingClass) -> Set<Credential> {
    switch kind {
    case .upLevel: [.configurationFile]
    case .downLevel: [.workspaceID, .workspaceKey]
    case .unsupported: []
    }
  }
}

/// A version of Configuration Manager, and what it can onboard (rules R56, R57, R128, R131).
public struct ConfigurationManager: Hashable, Sendable {
  /// Such as 1910 or 2002: year and month.
  public var version: Int

  /// Reads `2002`, `Configuration Manager 2002` or `SCCM current branch 1910`; nil without a number.
  public init?(_ text: String) {
    let numbers = text.split { !$0.isNumber }.filter { $0.utf8.count == 4 }.compactMap { Int($0) }
    guard let version = numbers.last else { return nil }
    self.version = version
  }

  public init(version: Int) { self.version = version }

  /// The first version that onboards more than Windows 10.
  private static let widened = 2002

  /// Why it cannot onboard a system; nil where it can.
  ///
  /// A version that is too old is named before any credential that is missing (R131).
  public func objection(to system: OperatingSystem) -> String? {
    let kind = OnboardingClass(system)
    if case .unsupported(let reason) = kind {
      return "not supported by Configuration Manager: \(reason)"
    }
    let isWindows10 = system.family == .windows10 || system.family == .windows11
    if version < ConfigurationManager.widened, !isWindows10 {
      return "\(system.text) is not supported by Configuration Manager version \(version): "
        + "2002 or later onboards it"
    }
    return nil
  }

  /// What a policy must carry for a class: version 2002 alone wants all three, whatever the
  /// collection holds (R66).
  public func needs(_ kind: OnboardingClass) -> Set<Credential> {
    version == ConfigurationManager.widened
      ? Set(Credential.allCases) : Credential.needed(by: kind)
  }
}

extension ConfigurationManager: CustomStringConvertible {
  public var description: String { "Configuration Manager \(version)" }
}
