public import Evidence

/// The highest risk that a compliance policy lets pass: "require the device to be at or under the
/// machine risk score" (rules R104 to R109).
public enum ThreatLevel: String, CaseIterable, Sendable {
  /// Any threat is too much; the endpoint side calls it Secure (R105).
  case clear
  case low
  case medium
  case high

  /// Reads Intune's word or the endpoint side's; nil for others.
  public init?(word: String) {
    switch word.lowercased() {
    case "secure", "secured", "clear": self = .clear
    case "low": self = .low
    case "medium": self = .medium
    case "high": self = .high
    default: return nil
    }
  }

  /// Whether a device at this risk is compliant.
  ///
  /// Informational is below low, yet something was found: it passes every level but clear (R109).
  public func allows(_ risk: Device.Risk) -> Bool {
    switch self {
    case .clear: risk == .none
    case .low: risk <= .low
    case .medium: risk <= .medium
    case .high: true
    }
  }
}

/// A compliance policy with the endpoint product's setting.
public struct CompliancePolicy: Hashable, Sendable {
  public enum Target: String, CaseIterable, Sendable {
    case androidAdministrator = "android-device-administrator"
    case androidEnterprise = "android-enterprise"
    case iOS = "ios-ipados"
    case windows10 = "windows-10-and-later"
    /// App protection on iOS and Android: no control of risk (R117, R167).
    case appProtection = "app-protection"

    var platform: Platform? {
      switch self {
      case .androidAdministrator, .androidEnterprise: .android
      case .iOS: .iOS
      case .windows10: .windows
      case .appProtection: nil
      }
    }

    /// What the wizard offers (R103, R118).
    public static func offered(in era: Inventory.Era) -> [Target] {
      allCases.filter { $0.platform?.isOffered(in: era) ?? false }
    }
  }

  public var name: String
  public var target: Target
  public var level: ThreatLevel
  /// Groups that it is assigned to; none: nothing is evaluated (R110).
  public var groups: [String]

  public init(name: String, target: Target, level: ThreatLevel, groups: [String] = []) {
    self.name = name
    self.target = target
    self.level = level
    self.groups = groups
  }

  /// Refuses a platform that risk does not control.
  public func check(era: Inventory.Era) throws(RuleViolation) {
    guard target != .appProtection else {
      throw RuleViolation(
        rule: "R167",
        reason: "policy '\(name)': app protection policies are not supported as a control of risk; "
          + "use a compliance policy")
    }
    guard Target.offered(in: era).contains(target) else {
      throw RuleViolation(
        rule: "R118",
        reason: "policy '\(name)': \(target.rawValue) is not supported in the texts of "
          + era.rawValue)
    }
  }
}

/// Whether a device is compliant, and why (rules R104 to R110, R145, R146).
public enum Compliance: Hashable, Sendable {
  case compliant(policies: [String])
  case nonCompliant(policy: String, reason: String)
  /// Nothing was said of it, and why; an evaluation that is due leaves what was said before.
  case notEvaluated(rule: String, reason: String, wasCompliant: Bool?)

  public var name: String {
    switch self {
    case .compliant: "compliant"
    case .nonCompliant: "non-compliant"
    case .notEvaluated: "not-evaluated"
    }
  }

  public var reason: String {
    switch self {
    case .compliant(let policies): "at or under the risk of \(policies.joined(separator: ", "))"
    case .nonCompliant(_, let reason), .notEvaluated(_, let reason, _): reason
    }
  }
}

extension Inventory {
  /// A device's compliance by the risk that the endpoint side reported: it is never worked out again
  /// here (R145).
  public func compliance(of device: FleetDevice) -> Compliance {
    guard let platform = Platform(device.system), device.managers.contains(.intune) else {
      return unevaluated("R103", "not managed by Intune on a platform that has compliance policies")
    }
    let assigned = compliancePolicies.filter { policy in
      policy.target.platform == platform && !reaching(device, policy.groups).isEmpty
    }
    guard !assigned.isEmpty else {
      return unevaluated("R110", "no compliance policy is assigned to a group that it is in")
    }
    if let objection = connection.objection(to: device.system, on: platform) {
      return unevaluated(objection.rule, objection.text)
    }
    guard device.entraID != nil else {
      return unevaluated("R89", "cannot report: it has no Azure AD device ID")
    }
    guard let risk = device.risk else {
      return unevaluated("R104", "the endpoint side has reported no risk of it")
    }
    if case .pending(let wasCompliant) = device.evaluation {
      return .notEvaluated(
        rule: "R146", reason: "risk is \(risk.rawValue), and compliance was not evaluated since",
        wasCompliant: wasCompliant)
    }
    if let violated = assigned.first(where: { !$0.level.allows(risk) }) {
      return .nonCompliant(
        policy: violated.name,
        reason: "risk \(risk.rawValue) is above \(violated.level.rawValue), which policy "
          + "'\(violated.name)' allows")
    }
    return .compliant(policies: assigned.map(\.name))
  }

  private func unevaluated(_ rule: String, _ reason: String) -> Compliance {
    .notEvaluated(rule: rule, reason: reason, wasCompliant: nil)
  }

  /// Each policy with its devices (R115).
  public func complianceByPolicy() -> [(
    policy: String, compliant: [String], nonCompliant: [String]
  )] {
    compliancePolicies.map { policy in
      var alone = self
      alone.compliancePolicies = [policy]
      let verdicts = devices.map { (name: $0.name, verdict: alone.compliance(of: $0).name) }
      return (
        policy.name, verdicts.filter { $0.verdict == "compliant" }.map(\.name),
        verdicts.filter { $0.verdict == "non-compliant" }.map(\.name)
      )
    }
  }
}
