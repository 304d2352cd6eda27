public import Evidence

/// The health of a device's agent: one of four states (rule R74).
public enum AgentHealth: String, CaseIterable, Sendable {
  case healthy
  /// No data was sent within the period.
  case inactive
  /// The system service of the agent is not running.
  case agentState = "agent-state"
  /// The policy was applied, but the agent has not reported that it onboarded.
  case notOnboarded = "not-onboarded"

  /// The seeds leave the period open: seven days is what the endpoint side calls inactive.
  public static let period = Instant.Span.hours(7 * 24)

  /// The worst state that fits: not onboarded, then the service, then silence (R75); nil where the
  /// device reports nothing, so that it is no part of the base (R162).
  public init?(_ device: FleetDevice, at now: Instant) {
    guard let agent = device.agent else { return nil }
    if !agent.isOnboarded {
      self = .notOnboarded
    } else if agent.isServiceRunning == false {
      self = .agentState
    } else if agent.lastData.map({ now.since($0) > AgentHealth.period }) ?? true {
      self = .inactive
    } else {
      self = .healthy
    }
  }

  public var text: String {
    switch self {
    case .healthy: "works"
    case .inactive: "no data sent for more than 7 days"
    case .agentState: "the system service of the agent is not running"
    case .notOnboarded: "the policy was applied, but the agent has not reported onboarding"
    }
  }
}

/// A share of a base that is named: no tile stands without saying of what it is a share (R162).
public struct Tile: Hashable, Sendable {
  public var name: String
  public var count: Int
  public var base: Int
  /// What the base is made of.
  public var baseText: String
  public var percent: Int

  /// `30 of 40 (75 %)`; a base of nothing has no share (R137).
  public var text: String {
    base == 0 ? "0 of 0" : "\(count) of \(base) (\(percent) %)"
  }
}

/// What the dashboard of Configuration Manager shows: deployment and health (rules R73 to R75).
public struct FleetHealth: Sendable {
  /// Nil where no onboarding policy is deployed: there is nothing to monitor (R163).
  public var deployment: Tile?
  public var states: [(state: AgentHealth, tile: Tile)]
  public var eligible: [String]

  public static let nothingDeployed = "no onboarding policy deployed"
}

extension Inventory {
  /// Whether it enters the base of the deployment status: managed, and of a system that its manager
  /// supports (rule R137).
  public func isEligible(_ device: FleetDevice) -> Bool {
    guard hasSubscription else { return false }
    if device.managers.contains(.configurationManager), let manager = configurationManager,
      manager.objection(to: device.system) == nil
    {
      return true
    }
    guard device.managers.contains(.intune), let platform = Platform(device.system) else {
      return false
    }
    guard platform.isOffered(in: era), device.isEntraJoined != false else { return false }
    if case .unsupported = OnboardingClass(device.system) { return platform != .windows }
    return true
  }

  /// Something that onboards is out among the devices.
  public var isOnboardingDeployed: Bool {
    policies.contains { $0.kind == .onboarding && $0.isDeployed }
      || profiles.contains { $0.onboards && !$0.groups.isEmpty }
  }

  public func health(at now: Instant) -> FleetHealth {
    let eligible = devices.filter(isEligible)
    let onboarded = eligible.count(where: \.isOnboarded)
    var health = FleetHealth(deployment: nil, states: [], eligible: eligible.map(\.name))
    if isOnboardingDeployed {
      health.deployment = Tile(
        name: "deployment", count: onboarded, base: eligible.count,
        baseText: "eligible managed clients",
        percent: Shares.percent([onboarded, eligible.count - onboarded])[0])
    }
    let states = devices.compactMap { AgentHealth($0, at: now) }
    guard isOnboardingDeployed || !states.isEmpty else { return health }
    let counts = AgentHealth.allCases.map { state in states.count { $0 == state } }
    let shares = Shares.percent(counts)
    for (place, state) in AgentHealth.allCases.enumerated() {
      health.states.append(
        (
          state,
          Tile(
            name: state.rawValue, count: counts[place], base: states.count,
            baseText: "clients whose agent reports", percent: shares[place])
        ))
    }
    return health
  }
}

/// Whole percentages that sum to 100.
enum Shares {
  /// The largest remainders are rounded up; a sum of zero gives zeros.
  static func percent(_ counts: [Int]) -> [Int] {
    let total = counts.reduce(0, +)
    guard total > 0 else { return counts.map { _ in 0 } }
    var shares = counts.map { $0 * 100 / total }
    let order = counts.indices.sorted { left, right in
      let remainders = (counts[left] * 100 % total, counts[right] * 100 % total)
      return remainders.0 == remainders.1 ? left < right : remainders.0 > remainders.1
    }
    for place in order.prefix(100 - shares.reduce(0, +)) { shares[place] += 1 }
    return shares
  }
}
