import Evidence
import Workspaces

extension InventoryFile {
  func group(_ reader: YAMLReader) throws -> FleetGroup {
    var group = FleetGroup(name: "", kind: .users)
    for (name, value) in try reader.members(known: ["name", "kind", "members"]) {
      switch name {
      case "name": group.name = try value.string()
      case "kind": group.kind = try value.word()
      default: group.members = try value.strings()
      }
    }
    try reader.need(group.name, "name")
    return group
  }

  /// A platform by the word of a toggle.
  private enum Toggle: String, CaseIterable {
    case windows
    case android
    case ios

    var platform: Platform {
      switch self {
      case .windows: .windows
      case .android: .android
      case .ios: .iOS
      }
    }
  }

  func connection(_ reader: YAMLReader) throws -> IntuneConnection {
    var isEnabled = false
    var toggles: [Toggle] = []
    for (name, value) in try reader.members(known: ["enabled", "toggles"]) {
      if name == "enabled" {
        isEnabled = try value.bool()
      } else {
        toggles = try value.words()
      }
    }
    return IntuneConnection(isEnabled: isEnabled, toggles: Set(toggles.map(\.platform)))
  }

  func profile(_ reader: YAMLReader) throws -> IntuneProfile {
    let members = try reader.members(
      known: ["name", "description", "kind", "package", "samples", "expedite", "groups"])
    var title = ""
    var kind = IntuneProfile.Kind.endpointDetectionAndResponse
    for (name, value) in members {
      if name == "name" { title = try value.scalar() }
      if name == "kind" { kind = try value.word() }
    }
    var profile = try IntuneProfile(name: title, kind: kind)
    for (name, value) in members {
      switch name {
      case "description": profile.text = try value.string()
      case "package": profile.package = try value.word()
      case "samples": profile.samples = try value.samples()
      case "expedite": profile.expeditesTelemetry = try value.bool()
      case "groups": profile.groups = try value.strings()
      default: continue
      }
    }
    return profile
  }

  func compliance(_ reader: YAMLReader) throws -> CompliancePolicy {
    var policy = CompliancePolicy(name: "", target: .windows10, level: .low)
    for (name, value) in try reader.members(known: ["name", "platform", "level", "groups"]) {
      switch name {
      case "name": policy.name = try value.string()
      case "platform": policy.target = try value.word()
      case "level":
        let word = try value.string()
        guard let level = ThreatLevel(word: word) else {
          throw value.error("must be one of clear, low, medium, high, found '\(word)'")
        }
        policy.level = level
      default: policy.groups = try value.strings()
      }
    }
    try reader.need(policy.name, "name")
    return policy
  }

  func classic(_ reader: YAMLReader) throws -> ClassicPolicy {
    var policy = ClassicPolicy(partner: "", state: .untouched)
    for (name, value) in try reader.members(known: ["partner", "state"]) {
      if name == "partner" {
        policy.partner = try value.string()
      } else {
        policy.state = try value.word()
      }
    }
    try reader.need(policy.partner, "partner")
    return policy
  }

  private static let accessKeys = [
    "name", "enabled", "requireCompliance", "users", "groups", "everyone", "excludedUsers",
    "excludedGroups", "apps", "everyApp", "clients",
  ]

  func access(_ reader: YAMLReader) throws -> AccessPolicy {
    var policy = AccessPolicy(name: "")
    for (name, value) in try reader.members(known: InventoryFile.accessKeys) {
      switch name {
      case "name": policy.name = try value.string()
      case "enabled": policy.isEnabled = try value.bool()
      case "requireCompliance": policy.requiresCompliance = try value.bool()
      case "users": policy.includedUsers = try value.strings()
      case "groups": policy.includedGroups = try value.strings()
      case "everyone": policy.includesEveryone = try value.bool()
      case "excludedUsers": policy.excludedUsers = try value.strings()
      case "excludedGroups": policy.excludedGroups = try value.strings()
      case "apps": policy.apps = try value.strings()
      case "everyApp": policy.includesEveryApp = try value.bool()
      default: policy.clients = Set(try value.words())
      }
    }
    try reader.need(policy.name, "name")
    return policy
  }
}

// MARK: - Values

extension YAMLReader {
  /// One of the words of an enumeration.
  func word<Word: CaseIterable & RawRepresentable>() throws -> Word where Word.RawValue == String {
    let text = try scalar()
    guard let word = Word(rawValue: text) else {
      let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw error("must be one of \(known), found '\(text)'")
    }
    return word
  }

  func words<Word: CaseIterable & RawRepresentable>() throws -> [Word]
  where Word.RawValue == String {
    try elements().map { try $0.word() }
  }

  func samples() throws -> SampleCollection {
    let text = try string()
    guard let samples = SampleCollection(word: text) else {
      throw error("must be one of none, all-file-types, not-configured, enable, found '\(text)'")
    }
    return samples
  }

  func risk() throws -> Device.Risk {
    let text = try string()
    guard let risk = Device.Risk(word: text) else {
      let known = Device.Risk.allCases.map(\.rawValue).joined(separator: ", ")
      throw error("must be one of \(known), found '\(text)'")
    }
    return risk
  }

  func moment() throws -> Instant {
    let text = try scalar()
    guard let moment = Instant(iso8601: text) else {
      throw error("is no UTC time such as 2026-11-21T03:00:00Z: '\(text)'")
    }
    return moment
  }

  func need(_ text: String, _ key: String) throws(ConfigurationError) {
    guard text.isEmpty else { return }
    throw error("needs a '\(key)'")
  }

  /// The value is not repeated: it may be the secret itself.
  func missingSecret(_ kind: String) -> ConfigurationError {
    error(
      "names no stored secret of its kind: import one with 'crosswatch devices secret import NAME "
        + "FILE --kind \(kind)' and write its name here")
  }
}
