/// The part of the endpoint product that an alert comes from (rules R44 to R51), in the order in
/// which the product names them.
public enum EndpointPillar: String, CaseIterable, Sendable {
  case vulnerabilityManagement = "threat-and-vulnerability-management"
  case attackSurfaceReduction = "attack-surface-reduction"
  case nextGenerationProtection = "next-generation-protection"
  case detectionAndResponse = "endpoint-detection-and-response"
  case automatedInvestigation = "automated-investigation-and-remediation"
  case threatExperts = "microsoft-threat-experts"

  /// The pillar of a `detectionSource`, whatever the case; nil for one that says no pillar, such as
  /// another product's.
  public init?(detectionSource: String?) {
    switch detectionSource?.lowercased() {
    case "windowsdefenderav", "antivirus", "windowsdefendersmartscreen", "smartscreen":
      self = .nextGenerationProtection
    case "asr", "attacksurfacereduction", "windowsdefenderasr", "exploitguard",
      "networkprotection":
      self = .attackSurfaceReduction
    // An analyst's own rules and indicators are asked of what detection and response records.
    case "windowsdefenderatp", "customdetection", "customerti", "microsoftdefenderforendpoint",
      "advancedhunting":
      self = .detectionAndResponse
    case "automatedinvestigation": self = .automatedInvestigation
    case "threatexperts", "microsoftthreatexperts", "mtp-experts": self = .threatExperts
    case "tvm", "threatandvulnerabilitymanagement": self = .vulnerabilityManagement
    default: return nil
    }
  }
}

extension EndpointAlert {
  public var pillar: EndpointPillar? { EndpointPillar(detectionSource: detectionSource) }

  /// Written by people rather than raised by a machine (rule R51).
  public var isHumanAuthored: Bool { pillar == .threatExperts }

  /// Raised by a rule that the customer wrote (rule R48).
  public var isCustomDetection: Bool {
    ["customdetection", "customerti"].contains(detectionSource?.lowercased())
  }
}
