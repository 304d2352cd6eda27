/// Pages of the vendor's documentation that answers point to (rule R176).
public enum HelpLink: String, CaseIterable, Sendable {
  case troubleshooting
  case riskDashboard
  case supervisedProfile
  case advancedFeatures

  public var text: String {
    switch self {
    case .troubleshooting: "Troubleshoot onboarding"
    case .riskDashboard: "Risk dashboard"
    case .supervisedProfile: "Profile for supervised iOS"
    case .advancedFeatures: "The other side's switch (pending peer)"
    }
  }

  public var address: String {
    let pages =
      "https://docs.microsoft.com/windows/security/threat-protection"
      + "/microsoft-defender-atp"
    return switch self {
    case .troubleshooting: "\(pages)/troubleshoot-onboarding"
    case .riskDashboard: "\(pages)/security-operations-dashboard"
    case .supervisedProfile: "https://aka.ms/mdatpiossupervisedprofile"
    case .advancedFeatures: "\(pages)/advanced-features"
    }
  }
}
