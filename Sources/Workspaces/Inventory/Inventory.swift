/// Everything that is known of a fleet: devices, what manages them, and the policies upon them.
///
/// A value: the caller reads it from a file and from what the endpoint side delivered, and asks it.
public struct Inventory: Hashable, Sendable {
  /// The tenant of the endpoint side that it belongs to (rule R164).
  public var organisation: String?
  public var era: Era = .year2020
  /// A subscription of the endpoint service (rule R55).
  public var hasSubscription = true
  public var licences: Set<Licence> = []
  /// Portals on which there is administrative access (rule R166).
  public var administers: Set<Portal> = Set(Portal.allCases)
  public var configurationManager: ConfigurationManager?
  public var collections: [DeviceCollection] = []
  public var policies: [OnboardingPolicy] = []
  public var groups: [FleetGroup] = []
  public var connection = IntuneConnection()
  public var profiles: [IntuneProfile] = []
  public var compliancePolicies: [CompliancePolicy] = []
  public var classicPolicies: [ClassicPolicy] = []
  /// Mobile threat defence products attached to Intune (rule R138).
  public var partners: [String] = []
  public var accessPolicies: [AccessPolicy] = []
  /// In the order of the names.
  public var devices: [FleetDevice] = []

  public init() {}

  /// The texts of 2019 and of 2020 differ in platforms (rule R118).
  public enum Era: String, CaseIterable, Sendable {
    case year2019 = "2019"
    case year2020 = "2020"
  }

  public enum Licence: String, CaseIterable, Sendable {
    case mobilitySecurityE3 = "ems-e3"
    case windowsE5 = "windows-e5"
    case microsoft365E5 = "microsoft-365-e5"
  }

  public enum Portal: String, CaseIterable, Sendable {
    case intune
    case securityCentre = "security-centre"

    public var text: String {
      self == .intune ? "Intune" : Product.securityCentre.rawValue
    }
  }

  /// Groups that a device is in, itself or by its user.
  public func groups(of device: FleetDevice) -> [FleetGroup] {
    groups.filter { group in
      switch group.kind {
      case .allDevices: true
      case .devices: group.members.contains { Inventory.isSame($0, device.name) }
      case .users: device.user.map { user in group.contains(user: user) } ?? false
      }
    }
  }

  /// The groups named that reach a device.
  func reaching(_ device: FleetDevice, _ assigned: [String]) -> [FleetGroup] {
    groups(of: device).filter { group in assigned.contains { Inventory.isSame($0, group.name) } }
  }

  public func collections(of device: FleetDevice) -> [DeviceCollection] {
    collections.filter { $0.devices.contains { Inventory.isSame($0, device.name) } }
  }

  public func device(named name: String) -> FleetDevice? {
    devices.first { Inventory.isSame($0.name, name) }
  }

  /// Names of devices, users and groups are compared without regard to case; a device's first label
  /// is its short name.
  static func isSame(_ left: String, _ right: String) -> Bool {
    let first = left.lowercased()
    let second = right.lowercased()
    guard first != second else { return true }
    guard first.contains(".") != second.contains("."), !first.contains("@"), !second.contains("@")
    else { return false }
    return first.prefix { $0 != "." } == second.prefix { $0 != "." }
  }
}

/// A collection of Configuration Manager: what a policy is deployed to (rule R62).
public struct DeviceCollection: Hashable, Sendable {
  public var name: String
  public var devices: [String]

  public init(name: String, devices: [String]) {
    self.name = name
    self.devices = devices
  }
}

/// A group that profiles and policies are assigned to.
public struct FleetGroup: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    case users
    case devices
    case allDevices = "all-devices"
  }

  public var name: String
  public var kind: Kind
  public var members: [String]

  public init(name: String, kind: Kind, members: [String] = []) {
    self.name = name
    self.kind = kind
    self.members = members
  }

  func contains(user: String) -> Bool {
    let wanted = user.lowercased()
    return kind == .users && members.contains { $0.lowercased() == wanted }
  }
}

/// Something that is not as it should be: the rule, what it is about, and what to do.
public struct FleetFinding: Hashable, Sendable {
  public var rule: String
  public var subject: String
  public var text: String

  public init(rule: String, subject: String, text: String) {
    self.rule = rule
    self.subject = subject
    self.text = text
  }
}
