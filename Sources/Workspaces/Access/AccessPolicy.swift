import Evidence

/// A conditional access policy (rules R113, R159, R160).
public struct AccessPolicy: Hashable, Sendable {
  public enum Client: String, CaseIterable, Sendable {
    case browser
    /// Mobile apps and desktop clients.
    case apps
  }

  public var name: String
  /// "Enable policy": without it nothing happens.
  public var isEnabled = false
  /// Grant → Require device to be marked as compliant.
  public var requiresCompliance = false
  /// Users and groups; nobody where both are empty.
  public var includedUsers: [String] = []
  public var includedGroups: [String] = []
  public var includesEveryone = false
  public var excludedUsers: [String] = []
  public var excludedGroups: [String] = []
  /// Cloud apps; none where empty.
  public var apps: [String] = []
  public var includesEveryApp = false
  public var clients: Set<Client> = []

  public init(name: String) { self.name = name }
}

/// Somebody who wants in: from a device, to an app, through a client.
public struct AccessRequest: Hashable, Sendable {
  public var user: String
  public var device: String
  public var app: String
  public var client: AccessPolicy.Client

  public init(user: String, device: String, app: String, client: AccessPolicy.Client) {
    self.user = user
    self.device = device
    self.app = app
    self.client = client
  }
}

/// Whether a user on a device is let in, with the reasons in their order: risk, compliance, access
/// (rule R146).
public struct AccessDecision: Hashable, Sendable {
  public enum Verdict: String, CaseIterable, Sendable {
    case allowed
    case blocked
    /// Nothing speaks against it, but the device was not evaluated.
    case unchanged
  }

  public var request: AccessRequest
  public var verdict: Verdict
  public var risk: String
  public var compliance: Compliance
  /// Why access is what it is.
  public var reason: String
  /// The policy that decided; nil where none applies.
  public var policy: String?
}

extension Inventory {
  /// Decides about one device: another device of the same user is decided apart (R160).
  ///
  /// Classic policies take no part (R90).
  public func access(_ request: AccessRequest) -> AccessDecision {
    let device = self.device(named: request.device)
    let compliance =
      device.map { self.compliance(of: $0) }
      ?? .notEvaluated(
        rule: "R149", reason: "the inventory does not know the device", wasCompliant: nil)
    var decision = AccessDecision(
      request: request, verdict: .allowed,
      risk: device?.risk?.rawValue ?? "not evaluated", compliance: compliance, reason: "")
    let obstacles = accessPolicies.map { (policy: $0, obstacle: obstacle(to: $0, request)) }
    guard let policy = obstacles.first(where: { $0.obstacle == nil })?.policy else {
      decision.reason =
        obstacles.compactMap { policy, obstacle in
          obstacle.map { "policy '\(policy.name)' does not apply: \($0)" }
        }.first ?? "no conditional access policy"
      return decision
    }
    decision.policy = policy.name
    switch compliance {
    case .compliant:
      decision.reason = "compliant, as policy '\(policy.name)' requires"
    case .nonCompliant:
      decision.verdict = .blocked
      decision.reason = "policy '\(policy.name)' requires a compliant device"
    case .notEvaluated(_, _, let wasCompliant):
      decision.verdict = wasCompliant == false ? .blocked : .unchanged
      decision.reason =
        wasCompliant == false
        ? "blocked before, and unchanged until compliance is evaluated"
        : "let in as before: unchanged until compliance is evaluated"
    }
    return decision
  }

  /// Why a policy says nothing to a request; nil where it does.
  private func obstacle(to policy: AccessPolicy, _ request: AccessRequest) -> String? {
    guard policy.isEnabled else { return "it is not enabled" }
    guard policy.requiresCompliance else { return "it does not require a compliant device" }
    let memberships = groups.filter { $0.contains(user: request.user) }.map(\.name)
    if names(policy.excludedUsers, request.user)
      || memberships.contains(where: { names(policy.excludedGroups, $0) })
    {
      return "\(request.user) is excluded"
    }
    let isIncluded =
      policy.includesEveryone || names(policy.includedUsers, request.user)
      || memberships.contains { names(policy.includedGroups, $0) }
    guard isIncluded else { return "\(request.user) is not included" }
    guard policy.includesEveryApp || names(policy.apps, request.app) else {
      return "\(request.app) is not among its apps"
    }
    guard policy.clients.contains(request.client) else {
      return "its clients do not include \(request.client.rawValue)"
    }
    return nil
  }

  private func names(_ list: [String], _ wanted: String) -> Bool {
    let lower = wanted.lowercased()
    return list.contains { $0.lowercased() == lower }
  }

  /// Devices of one user: what an attacker on one of them reaches next (R112, R148).
  public func otherDevices(ofUserOf device: FleetDevice) -> [FleetDevice] {
    guard let user = device.user?.lowercased() else { return [] }
    return devices.filter { $0.name != device.name && $0.user?.lowercased() == user }
  }
}
