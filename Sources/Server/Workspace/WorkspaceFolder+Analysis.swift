import Correlation
import Detections
import Evidence
import Monitor
import Workspaces

extension WorkspaceFolder {
  /// The path from activities to alerts under this workspace's settings and directory.
  func analysis() throws -> Analysis {
    Analysis(
      correlator: Correlator(directory: try directory(), hints: workspace.hints),
      engine: DetectionEngine(settings: workspace.settings, workspace: workspace.name))
  }

  /// What is known without any traffic: the directory, and the workspace's words.
  func knowledge() throws -> Knowledge {
    Correlator(directory: try directory(), hints: workspace.hints).knowledge
  }
}

extension Analysis {
  /// Default settings, no directory, nothing learnt.
  static func withoutWorkspace() -> Analysis {
    Analysis(correlator: Correlator(), engine: DetectionEngine())
  }
}

extension Workspace {
  var hints: Correlator.Hints {
    Correlator.Hints(
      controllers: controllers, sensitive: sensitive, honeytokens: honeytokens,
      domains: domains.map { (dns: $0.dns, netbios: $0.netbios ?? "") })
  }

  var settings: Settings {
    var sensitivities: [String: Sensitivity] = [:]
    for detection in detections {
      for setting in detection.settings where setting.name == "sensitivity" {
        sensitivities[detection.slug] = Sensitivity(rawValue: setting.value)
      }
    }
    return Settings(
      sensitivities: sensitivities, exclusions: exclusions.map(held))
  }
}

/// An exclusion as detections have it.
private func held(_ written: Workspace.Exclusion) -> Exclusion {
  var exclusion = Exclusion(detection: written.detection, reason: written.reason)
  for condition in written.conditions {
    switch condition.name {
    case "account": exclusion.account = condition.value
    case "computer": exclusion.computer = condition.value
    default: exclusion.address = Address(condition.value)
    }
  }
  return exclusion
}
