/// The four parts that work in concert, after what comes before the first step (rules R79, R80, R166,
/// R170).
public struct Readiness: Hashable, Sendable {
  /// One part.
  public struct Check: Hashable, Sendable {
    public var name: String
    public var isMet: Bool
    /// What is so, or what to do.
    public var text: String
  }

  public var prerequisites: [Check]
  /// Connection, onboarding, compliance, access: in this order.
  ///
  /// A part that waits for a
  /// prerequisite names it.
  public var parts: [Check]

  public var isReady: Bool { (prerequisites + parts).allSatisfy(\.isMet) }
}

extension Inventory {
  public func readiness() -> Readiness {
    let prerequisites = self.prerequisites()
    let blocker = prerequisites.first { !$0.isMet }
    let parts = [
      part("connection", connection.isEnabled && !connection.toggles.isEmpty, connectionText),
      part(
        "onboarding profile", profiles.contains { $0.onboards && !$0.groups.isEmpty },
        "a profile with the package is assigned", otherwise: "assign a profile with the package"),
      part(
        "compliance policy", compliancePolicies.contains { !$0.groups.isEmpty },
        "a policy with a level of risk is assigned",
        otherwise: "assign a compliance policy with a level of risk"),
      part(
        "conditional access", accessPolicies.contains { $0.isEnabled && $0.requiresCompliance },
        "a policy that requires a compliant device is enabled",
        otherwise: "enable a policy that requires a compliant device"),
    ].map { check in
      guard let blocker else { return check }
      return Readiness.Check(
        name: check.name, isMet: false,
        text: "blocked: the prerequisite '\(blocker.name)' comes first")
    }
    return Readiness(prerequisites: prerequisites, parts: parts)
  }

  private func prerequisites() -> [Readiness.Check] {
    let isLicensed =
      licences.contains(.microsoft365E5)
      || (licences.contains(.mobilitySecurityE3) && licences.contains(.windowsE5))
    let hasDevices = devices.contains { $0.managers.contains(.intune) && $0.isEntraJoined == true }
    return [
      part(
        "subscription", hasSubscription, "held",
        otherwise: "subscribe to the endpoint service"),
      part(
        "licence", isLicensed, "held",
        otherwise: "get Enterprise Mobility + Security E3 and Windows E5, or Microsoft 365 E5"),
      part(
        "administration", administers == Set(Portal.allCases), "of both portals",
        otherwise: "get administrative access on "
          + Portal.allCases.filter { !administers.contains($0) }.map(\.text)
          .joined(separator: " and ")),
      part(
        "devices", hasDevices, "managed by Intune and joined to Azure AD",
        otherwise: "enrol devices with Intune and join them to Azure AD"),
    ]
  }

  private func part(
    _ name: String, _ isMet: Bool, _ text: String, otherwise: String? = nil
  ) -> Readiness.Check {
    Readiness.Check(name: name, isMet: isMet, text: isMet ? text : otherwise ?? text)
  }
}
