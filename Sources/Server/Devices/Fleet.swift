import Connectors
public import Evidence
import Foundation
import Store
public import Workspaces

/// A fleet as commands ask it: the inventory's file joined with the machines that the endpoint side
/// delivered, at one moment.
public struct Fleet: Sendable {
  public let inventory: Inventory
  public let now: Instant
  /// What is wrong with the inventory without making it useless.
  public let findings: [FleetFinding]
  let workspace: String?
  let links: [String: String]
  let folder: WorkspaceFolder?

  /// Machines that are read: ten times a large company's.
  private static let limit = 1_000_000

  /// Machines and secrets are the folder's, where there is one; without a file the workspace's own
  /// inventory is read, and periods are measured to `now`.
  public init(_ folder: WorkspaceFolder?, file: String?, now: Instant) throws {
    self.folder = folder
    self.now = now
    workspace = folder?.workspace.name
    let secrets = folder.map(SecretFolder.init)
    let reader = InventoryFile { name in try secrets?.summary(name) }
    var content = InventoryFile.Content()
    let own = folder.map { "\($0.path)/\(InventoryFile.name)" }
    if let file {
      content = try reader.read(file)
    } else if let own, FileManager.default.fileExists(atPath: own) {
      content = try reader.read(own)
    }
    let settings = folder?.workspace.integrations.first { $0.kind == .defenderForEndpoint }
    if let wanted = settings?.tenant, let found = content.tenant,
      wanted.lowercased() != found.lowercased()
    {
      throw RuleViolation(
        rule: "R164",
        reason: "the inventory belongs to tenant '\(found)', workspace "
          + "'\(folder?.workspace.name ?? "")' is integrated with '\(wanted)': use that tenant's")
    }
    var inventory = content.inventory
    var findings: [FleetFinding] = []
    inventory.policies = try Fleet.checked(inventory, now: now, &findings)
    for policy in inventory.compliancePolicies { try policy.check(era: inventory.era) }
    let devices = try folder.map(Fleet.delivered) ?? []
    var links: [String: String] = [:]
    for device in devices {
      let name = Fleet.join(device, content.endpointIDs, into: &inventory)
      if let template = settings?.link {
        links[name] = template.replacingOccurrences(of: "{id}", with: device.id)
      }
    }
    inventory.devices.sort { $0.name < $1.name }
    guard file != nil || !inventory.devices.isEmpty else {
      throw Failure(
        "no devices: write \(own ?? InventoryFile.name), name a file with --inventory, or import "
          + "machines with 'crosswatch endpoint import'", code: .configuration)
    }
    self.inventory = inventory
    self.findings = findings
    self.links = links
  }

  /// Policies without those whose offboarding file expired: these are refused and told (R76).
  private static func checked(
    _ inventory: Inventory, now: Instant, _ findings: inout [FleetFinding]
  ) throws -> [OnboardingPolicy] {
    var kept: [OnboardingPolicy] = []
    for policy in inventory.policies {
      do {
        try policy.check(organisation: inventory.organisation, now: now)
        kept.append(policy)
      } catch {
        guard error.rule == "R76" else { throw error }
        findings.append(
          FleetFinding(rule: error.rule, subject: policy.name, text: "refused: \(error.reason)"))
      }
    }
    return kept
  }

  /// Machines of the workspace's database, without those that became others.
  private static func delivered(_ folder: WorkspaceFolder) throws -> [Device] {
    guard FileManager.default.fileExists(atPath: folder.databasePath) else { return [] }
    return try folder.questions().devices(limit: limit)
      .compactMap { try DefenderForEndpoint.device(json: $0.json) }
      .filter { $0.mergedInto == nil }
  }

  /// Adds what the endpoint side says to the device that it is, and returns that one's name.
  ///
  /// Joined by the identity, then the Entra identity, then the name; what the endpoint side reports
  /// of risk and agent wins over a file (rule R145).
  private static func join(
    _ device: Device, _ endpointIDs: [String: String], into inventory: inout Inventory
  ) -> String {
    let place = place(of: device, endpointIDs, in: inventory)
    var joined = FleetDevice(
      name: (device.dnsName ?? device.id).lowercased(), system: OperatingSystem(""))
    if let place { joined = inventory.devices[place] }
    if joined.system.name.isEmpty {
      joined.system = OperatingSystem(
        device.platform ?? "", version: device.platformVersion, build: device.build)
    }
    joined.endpointID = device.id
    joined.entraID = joined.entraID ?? device.entraID
    joined.isEntraJoined = joined.isEntraJoined ?? device.isEntraJoined
    if joined.managers.isEmpty, let word = device.managedBy {
      joined.managers = [DeviceManager(word: word)]
    }
    joined.risk = device.risk
    joined.addresses = (device.lastAddress.map { [$0] } ?? []) + device.addresses
    joined.agent = agent(of: device, joined.agent)
    if let place {
      inventory.devices[place] = joined
    } else {
      inventory.devices.append(joined)
    }
    return joined.name
  }

  private static func place(
    of device: Device, _ endpointIDs: [String: String], in inventory: Inventory
  ) -> Int? {
    if let name = endpointIDs[device.id] {
      return inventory.devices.firstIndex { $0.name == name }
    }
    if let id = device.entraID,
      let place = inventory.devices.firstIndex(where: { $0.entraID == id })
    {
      return place
    }
    guard let name = device.dnsName, let found = inventory.device(named: name) else { return nil }
    return inventory.devices.firstIndex { $0.name == found.name }
  }

  /// What a machine document says of the agent: one that can be onboarded has none yet.
  private static func agent(of device: Device, _ written: FleetDevice.Agent?) -> FleetDevice.Agent?
  {
    guard let word = device.onboarding?.lowercased() else { return written }
    guard word == "onboarded" else { return written }
    let health = device.health?.lowercased() ?? ""
    let isSilent = health == "inactive" || health.hasPrefix("nosensordata")
    return FleetDevice.Agent(
      isOnboarded: true, isServiceRunning: written?.isServiceRunning,
      lastData: isSilent ? nil : device.lastSeen)
  }
}
