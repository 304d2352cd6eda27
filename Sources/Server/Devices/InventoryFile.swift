import Evidence
import Foundation
import Workspaces

/// `inventory.yml`: what people write about a fleet, as YAML or JSON.
///
/// Documented in `Server.docc/Inventory.md`. An unknown key or a wrong type is an error with file,
/// line and key; what a rule can never allow is refused with the rule.
struct InventoryFile {
  static let name = "inventory.yml"

  /// What a stored secret is, by its name; its content is never asked for.
  let secret: (String) throws -> SecretFolder.Summary?

  /// A file, with the tenant whose fleet it says it is.
  struct Content {
    var inventory = Inventory()
    var tenant: String?
    /// Devices under the identity that the endpoint side has for them, where it is written.
    var endpointIDs: [String: String] = [:]
  }

  func read(_ file: String) throws -> Content {
    let text: String
    do {
      text =
        file == "-"
        ? String(
          decoding: try FileHandle.standardInput.readToEnd() ?? Data(), as: UTF8.self)
        : try String(contentsOfFile: file, encoding: .utf8)
    } catch {
      throw Failure("\(file): cannot be read: \(error.localizedDescription)", code: .configuration)
    }
    guard text.utf8.count <= WorkspaceFile.maximumByteCount else {
      throw Failure(
        "\(file): is above \(WorkspaceFile.maximumByteCount) octets", code: .configuration)
    }
    do {
      return try parse(try YAMLReader.root(of: text, file: file == "-" ? "standard input" : file))
    } catch let error as ConfigurationError {
      throw Failure(error.message, code: .configuration)
    }
  }

  private static let keys = [
    "tenant", "organisation", "era", "subscription", "licences", "administers",
    "configurationManager", "collections", "policies", "groups", "connection", "profiles",
    "compliance", "partners", "classicPolicies", "access", "devices",
  ]

  private func parse(_ root: YAMLReader) throws -> Content {
    var content = Content()
    for (name, value) in try root.members(known: InventoryFile.keys) {
      switch name {
      case "tenant": content.tenant = try value.scalar()
      case "organisation": content.inventory.organisation = try value.scalar()
      case "era": content.inventory.era = try value.word()
      case "subscription": content.inventory.hasSubscription = try value.bool()
      case "licences": content.inventory.licences = Set(try value.words())
      case "administers": content.inventory.administers = Set(try value.words())
      case "configurationManager":
        let text = try value.scalar()
        guard let manager = ConfigurationManager(text) else {
          throw value.error("is no version such as 2002: '\(text)'")
        }
        content.inventory.configurationManager = manager
      case "devices": continue
      default: try parse(name, value, into: &content.inventory)
      }
    }
    for (name, value) in try root.members() where name == "devices" {
      try devices(value, into: &content)
    }
    return content
  }

  private func parse(_ name: String, _ value: YAMLReader, into inventory: inout Inventory) throws {
    for element in name == "connection" ? [value] : try value.elements() {
      switch name {
      case "collections": inventory.collections.append(try collection(element))
      case "policies": inventory.policies.append(try policy(element))
      case "groups": inventory.groups.append(try group(element))
      case "connection": inventory.connection = try connection(element)
      case "profiles": inventory.profiles.append(try profile(element))
      case "compliance": inventory.compliancePolicies.append(try compliance(element))
      case "partners": inventory.partners.append(try element.string())
      case "classicPolicies": inventory.classicPolicies.append(try classic(element))
      default: inventory.accessPolicies.append(try access(element))
      }
    }
  }

  // MARK: - Configuration Manager

  private func collection(_ reader: YAMLReader) throws -> DeviceCollection {
    var collection = DeviceCollection(name: "", devices: [])
    for (name, value) in try reader.members(known: ["name", "devices"]) {
      if name == "name" {
        collection.name = try value.string()
      } else {
        collection.devices = try value.strings()
      }
    }
    try reader.need(collection.name, "name")
    return collection
  }

  private func policy(_ reader: YAMLReader) throws -> OnboardingPolicy {
    var policy = OnboardingPolicy(name: "", kind: .onboarding)
    let known = [
      "name", "description", "type", "package", "workspaceId", "workspaceKey", "samples",
      "collections",
    ]
    for (name, value) in try reader.members(known: known) {
      switch name {
      case "name": policy.name = try value.string()
      case "description": policy.text = try value.string()
      case "type": policy.kind = try value.word()
      case "package": policy.package = try package(value)
      case "workspaceId": policy.workspaceID = try value.scalar()
      case "workspaceKey":
        guard try secret(value.scalar())?.kind == .workspaceKey else {
          throw value.missingSecret("workspace-key")
        }
        policy.hasWorkspaceKey = true
      case "samples": policy.samples = try value.samples()
      default: policy.collections = try value.strings()
      }
    }
    try reader.need(policy.name, "name")
    return policy
  }

  private func package(_ reader: YAMLReader) throws -> ConfigurationPackage {
    guard let found = try secret(reader.scalar()),
      let kind = OnboardingPolicy.Kind(rawValue: found.kind.rawValue)
    else { throw reader.missingSecret("onboarding") }
    return ConfigurationPackage(kind: kind, organisation: found.organisation, made: found.made)
  }

  // MARK: - Devices

  private func devices(_ reader: YAMLReader, into content: inout Content) throws {
    for element in try reader.elements() {
      let (device, endpointID) = try device(element)
      guard content.inventory.device(named: device.name) == nil else {
        throw element.error("device '\(device.name)' is given twice")
      }
      content.inventory.devices.append(device)
      if let endpointID { content.endpointIDs[endpointID.lowercased()] = device.name }
    }
  }

  private static let deviceKeys = [
    "name", "id", "system", "version", "build", "managedBy", "joined", "entraId", "user",
    "signedIn", "source", "risk", "agent", "evaluation",
  ]

  private func device(_ reader: YAMLReader) throws -> (FleetDevice, endpointID: String?) {
    var system: (name: String, version: String?, build: Int?) = ("", nil, nil)
    var device = FleetDevice(name: "", system: OperatingSystem(""))
    var endpointID: String?
    for (name, value) in try reader.members(known: InventoryFile.deviceKeys) {
      switch name {
      case "name": device.name = try value.string()
      case "id": endpointID = try value.scalar()
      case "system": system.name = try value.scalar()
      case "version": system.version = try value.scalar()
      case "build": system.build = try value.int(0...1_000_000)
      case "managedBy": device.managers = Set(try value.strings().map(DeviceManager.init(word:)))
      case "joined": device.isEntraJoined = try value.bool()
      case "entraId": device.entraID = try value.scalar().lowercased()
      case "user": device.user = try value.string()
      case "signedIn": device.hasSignIn = try value.bool()
      case "source": device.source = try value.word()
      case "risk": device.risk = try value.risk()
      case "agent": device.agent = try agent(value)
      default: device.evaluation = try evaluation(value)
      }
    }
    try reader.need(device.name, "name")
    device.system = OperatingSystem(
      system.name, version: system.version, build: system.build)
    return (device, endpointID)
  }

  private func agent(_ reader: YAMLReader) throws -> FleetDevice.Agent {
    var agent = FleetDevice.Agent(isOnboarded: false)
    for (name, value) in try reader.members(known: ["onboarded", "service", "lastData"]) {
      switch name {
      case "onboarded": agent.isOnboarded = try value.bool()
      case "service":
        let service: Service = try value.word()
        agent.isServiceRunning = service == .running
      default: agent.lastData = try value.moment()
      }
    }
    return agent
  }

  private enum Service: String, CaseIterable {
    case running
    case stopped
  }

  private enum Evaluation: String, CaseIterable {
    case current
    case pending
    case pendingCompliant = "pending-compliant"
    case pendingNonCompliant = "pending-non-compliant"
  }

  private func evaluation(_ reader: YAMLReader) throws -> FleetDevice.Evaluation {
    switch try reader.word() as Evaluation {
    case .current: .current
    case .pending: .pending(wasCompliant: nil)
    case .pendingCompliant: .pending(wasCompliant: true)
    case .pendingNonCompliant: .pending(wasCompliant: false)
    }
  }
}
