import Detections
import Evidence
import Foundation
import Workspaces

/// `workspace.yml`: what people write about an environment.
enum WorkspaceFile {
  static let name = "workspace.yml"
  /// Octets: a file that people write stays far below.
  static let maximumByteCount = 4 << 20

  /// Reads a file; an unknown key or a wrong type is an error with file, line and key.
  static func read(_ file: String, slugs: [String]) throws -> Workspace {
    let text: String
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: file))
      guard data.count <= maximumByteCount else {
        throw ConfigurationError(file: file, reason: "is above \(maximumByteCount) octets")
      }
      guard let decoded = String(data: data, encoding: .utf8) else {
        throw ConfigurationError(file: file, reason: "is not UTF-8 text")
      }
      text = decoded
    } catch let error as ConfigurationError {
      throw Failure(error.message, code: .configuration)
    } catch {
      throw Failure("\(file): cannot be read: \(error.localizedDescription)", code: .configuration)
    }
    do {
      return try parse(text, file: file, slugs: slugs)
    } catch {
      throw Failure(error.message, code: .configuration)
    }
  }

  static func parse(
    _ text: String, file: String, slugs: [String]
  ) throws(ConfigurationError) -> Workspace {
    let root = try YAMLReader.root(of: text, file: file)
    var workspace = Workspace(name: "", region: "")
    for (name, value) in try root.members(known: keys) {
      switch name {
      case "name": workspace.name = try self.name(value)
      case "region": workspace.region = try value.string()
      case "domains": workspace.domains = try domains(value)
      case "forests":
        workspace.forests = try word(value, ForestRule.Coverage.allCases)
      case "portal": workspace.portal = try value.string()
      case "controllers": workspace.controllers = try value.strings()
      case "directory": workspace.directory = try DirectorySettings(value)
      case "sensitive": workspace.sensitive = try value.strings()
      case "honeytokens": workspace.honeytokens = try value.strings()
      case "detections": workspace.detections = try detections(value, slugs)
      case "exclusions": workspace.exclusions = try exclusions(value, slugs)
      case "licences": workspace.licences = try licences(value)
      case "integrations": workspace.integrations = try integrations(value)
      default: workspace.retention = try retention(value)
      }
    }
    if workspace.name.isEmpty { throw missing("name", in: root) }
    if workspace.region.isEmpty { throw missing("region", in: root) }
    if let surplus = ForestRule.surplus(in: workspace) {
      throw ConfigurationError(
        file: file, key: "domains",
        reason: "'\(surplus)' is a second forest, and 'forests: one' covers one: make another "
          + "workspace for it (rule R10)")
    }
    return workspace
  }

  private static let keys = [
    "name", "region", "forests", "portal", "domains", "controllers", "directory", "sensitive",
    "honeytokens", "detections", "exclusions", "licences", "integrations", "retention",
  ]

  private static func missing(_ key: String, in reader: YAMLReader) -> ConfigurationError {
    ConfigurationError(file: reader.file, key: key, reason: "is missing")
  }

  private static func name(_ reader: YAMLReader) throws(ConfigurationError) -> String {
    let name = try reader.string()
    if let objection = WorkspaceName.objection(to: name) { throw reader.error(objection) }
    return name
  }

  private static func domains(
    _ reader: YAMLReader
  ) throws(ConfigurationError) -> [Workspace.Domain] {
    var domains: [Workspace.Domain] = []
    for element in try reader.elements() {
      var domain = Workspace.Domain(dns: "")
      for (name, value) in try element.members(known: ["dns", "netbios", "forest"]) {
        let text = try value.string()
        switch name {
        case "dns": domain.dns = text
        case "netbios": domain.netbios = text
        default: domain.forest = text
        }
      }
      guard !domain.dns.isEmpty else { throw element.error("needs a 'dns' name") }
      domains.append(domain)
    }
    return domains
  }

  private static func detections(
    _ reader: YAMLReader, _ slugs: [String]
  ) throws(ConfigurationError) -> [Workspace.DetectionSettings] {
    var all: [Workspace.DetectionSettings] = []
    for (slug, value) in try reader.members(known: slugs) {
      var settings: [Workspace.Setting] = []
      for (name, setting) in try value.members(known: ["sensitivity"]) {
        let word = try setting.string()
        guard Sensitivity(rawValue: word) != nil else {
          let known = Sensitivity.allCases.map(\.rawValue).joined(separator: ", ")
          throw setting.error("must be one of \(known), found '\(word)'")
        }
        settings.append(Workspace.Setting(name: name, value: word))
      }
      all.append(Workspace.DetectionSettings(slug: slug, settings: settings))
    }
    return all
  }

  private static func exclusions(
    _ reader: YAMLReader, _ slugs: [String]
  ) throws(ConfigurationError) -> [Workspace.Exclusion] {
    var exclusions: [Workspace.Exclusion] = []
    for element in try reader.elements() {
      var exclusion = Workspace.Exclusion(detection: "", conditions: [], reason: "")
      for (name, value) in try element.members(known: ["detection", "when", "reason"]) {
        switch name {
        case "detection":
          exclusion.detection = try value.string()
          guard slugs.contains(exclusion.detection) else {
            throw value.error("no detection is called '\(exclusion.detection)'")
          }
        case "when":
          exclusion.conditions = try conditions(value)
        default: exclusion.reason = try value.string()
        }
      }
      guard !exclusion.detection.isEmpty else { throw element.error("needs a 'detection'") }
      guard !exclusion.conditions.isEmpty else {
        throw element.error("needs a 'when': without it the detection would be switched off")
      }
      guard !exclusion.reason.isEmpty else { throw element.error("needs a 'reason'") }
      exclusions.append(exclusion)
    }
    return exclusions
  }

  private static func conditions(
    _ reader: YAMLReader
  ) throws(ConfigurationError) -> [Workspace.Setting] {
    var conditions: [Workspace.Setting] = []
    for (name, value) in try reader.members(known: ["account", "computer", "address"]) {
      let text = try value.scalar()
      if name == "address", Address(text) == nil { throw value.error("'\(text)' is no address") }
      conditions.append(Workspace.Setting(name: name, value: text))
    }
    return conditions
  }

  private static func licences(
    _ reader: YAMLReader
  ) throws(ConfigurationError) -> Workspace.Licences {
    var licences = Workspace.Licences()
    for (name, value) in try reader.members(known: ["identity", "endpoint"]) {
      let isHeld = try value.bool()
      if name == "identity" { licences.identity = isHeld } else { licences.endpoint = isHeld }
    }
    return licences
  }

  /// One of the words of a list.
  static func word<Word: RawRepresentable<String>>(
    _ reader: YAMLReader, _ all: [Word]
  ) throws(ConfigurationError) -> Word {
    let text = try reader.string()
    guard let word = Word(rawValue: text) else {
      let known = all.map(\.rawValue).joined(separator: ", ")
      throw reader.error("must be one of \(known), found '\(text)'")
    }
    return word
  }

  private static func retention(
    _ reader: YAMLReader
  ) throws(ConfigurationError) -> Workspace.Retention {
    var retention = Workspace.Retention()
    for (_, value) in try reader.members(known: ["days"]) {
      retention.days = try value.int(1...Workspace.Retention.maximumDays)
    }
    return retention
  }

  /// The file that `workspace create` writes: licences of both sides, nothing switched on.
  static func template(name: String, region: String) -> String {
    """
    name: \(name)
    region: \(region)                       # set at creation, never changed
    domains: []                      # [{dns: corp.example, netbios: CORP}]
    controllers: []                  # addresses or names; empty: learnt from traffic and directory
    sensitive: []                    # accounts, groups, SIDs, computers beyond the default groups
    honeytokens: []
    detections: {}                   # {kerberoasting: {sensitivity: high}}
    exclusions: []
    licences: {identity: true, endpoint: true}
    integrations: []
    retention: {days: \(Workspace.Retention.defaultDays)}

    """
  }
}
