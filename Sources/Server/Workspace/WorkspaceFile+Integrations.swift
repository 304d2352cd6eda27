import Workspaces

extension WorkspaceFile {
  private static let integrationKeys = [
    "kind", "tenant", "secretFile", "link", "source", "api", "authority", "certificates", "folder",
    "mapping",
  ]

  static func integrations(
    _ reader: YAMLReader
  ) throws(ConfigurationError) -> [Workspace.IntegrationSettings] {
    var all: [Workspace.IntegrationSettings] = []
    for element in try reader.elements() {
      var settings: Workspace.IntegrationSettings?
      let members = try element.members(known: integrationKeys)
      for (name, value) in members where name == "kind" {
        let word = try value.string()
        guard let kind = IntegrationKind(rawValue: word) else {
          let known = IntegrationKind.allCases.map(\.rawValue).joined(separator: ", ")
          throw value.error("no integration is called '\(word)'; known: \(known)")
        }
        settings = Workspace.IntegrationSettings(kind: kind)
      }
      guard var settings else { throw element.error("needs a 'kind'") }
      for (name, value) in members where name != "kind" { try set(name, value, in: &settings) }
      all.append(settings)
    }
    return all
  }

  private static func set(
    _ name: String, _ value: YAMLReader, in settings: inout Workspace.IntegrationSettings
  ) throws(ConfigurationError) {
    switch name {
    case "tenant": settings.tenant = try value.string()
    case "secretFile": settings.secretFile = try value.string()
    case "source":
      settings.source = try word(value, Workspace.IntegrationSettings.Source.allCases)
    case "api": settings.api = try value.string()
    case "authority": settings.authority = try value.string()
    case "certificates": settings.certificates = try value.string()
    case "folder": settings.folder = try value.string()
    case "mapping": settings.mapping = try value.string()
    default:
      settings.link = try value.string()
      guard settings.link?.contains("{id}") == true else {
        throw value.error("must contain {id}, where the device's identity goes")
      }
    }
  }
}
