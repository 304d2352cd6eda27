import Evidence
import Workspaces

/// Inventories for tests.
enum Fleet {
  static let now = Instant(seconds: 1_795_000_000)

  static func device(
    _ name: String, _ system: String, managedBy managers: Set<DeviceManager> = [.intune],
    risk: Device.Risk? = nil
  ) -> FleetDevice {
    var device = FleetDevice(name: name, system: OperatingSystem(system))
    device.managers = managers
    device.isEntraJoined = true
    device.entraID = "entra-\(name)"
    device.user = "h.graf"
    device.risk = risk
    return device
  }

  static func agent(_ isOnboarded: Bool = true, hours: Int64 = 1) -> FleetDevice.Agent {
    FleetDevice.Agent(
      isOnboarded: isOnboarded, isServiceRunning: true,
      lastData: Instant(seconds: now.seconds - hours * 3600))
  }

  /// One Windows device under Intune, everything in place.
  static func intune(
    risk: Device.Risk? = Device.Risk.none, level: ThreatLevel = .low
  ) throws -> Inventory {
    var inventory = Inventory()
    inventory.licences = [.microsoft365E5]
    inventory.groups = [
      FleetGroup(name: "Staff", kind: .users, members: ["h.graf"]),
      FleetGroup(name: "All Devices", kind: .allDevices),
    ]
    inventory.connection = IntuneConnection(isEnabled: true, toggles: [.windows])
    var profile = try IntuneProfile(name: "Onboard", kind: .endpointDetectionAndResponse)
    profile.groups = ["All Devices"]
    inventory.profiles = [profile]
    inventory.compliancePolicies = [
      CompliancePolicy(name: "Risk", target: .windows10, level: level, groups: ["Staff"])
    ]
    inventory.accessPolicies = [access()]
    inventory.devices = [device("ws01", "Windows 10, version 22H2", risk: risk)]
    return inventory
  }

  static func access() -> AccessPolicy {
    var policy = AccessPolicy(name: "Compliant only")
    policy.isEnabled = true
    policy.requiresCompliance = true
    policy.includedGroups = ["Staff"]
    policy.apps = ["SharePoint"]
    policy.clients = [.browser]
    return policy
  }

  static func request(
    _ device: String = "ws01", user: String = "h.graf", app: String = "SharePoint",
    client: AccessPolicy.Client = .browser
  ) -> AccessRequest {
    AccessRequest(user: user, device: device, app: app, client: client)
  }

  /// Devices of a collection, and a policy with these credentials deployed to it.
  static func collection(
    _ systems: [String], manager: Int = 2006, holding credentials: Set<Credential>
  ) -> Inventory {
    var inventory = Inventory()
    inventory.configurationManager = ConfigurationManager(version: manager)
    inventory.devices = systems.enumerated().map { index, system in
      device("pc\(index)", system, managedBy: [.configurationManager])
    }
    inventory.collections = [
      DeviceCollection(name: "All", devices: inventory.devices.map(\.name))
    ]
    var policy = OnboardingPolicy(name: "Onboard", kind: .onboarding)
    if credentials.contains(.configurationFile) {
      policy.package = ConfigurationPackage(kind: .onboarding)
    }
    policy.workspaceID = credentials.contains(.workspaceID) ? "id" : nil
    policy.hasWorkspaceKey = credentials.contains(.workspaceKey)
    policy.collections = ["All"]
    inventory.policies = [policy]
    return inventory
  }
}
