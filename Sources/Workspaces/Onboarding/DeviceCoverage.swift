/// Whether a device is covered by the endpoint side, and if not, why.
public struct DeviceCoverage: Hashable, Sendable {
  public enum State: String, CaseIterable, Sendable {
    /// The endpoint side has seen it onboard: it is not onboarded again (rule R92).
    case onboarded
    /// A deployed policy or an assigned profile will onboard it.
    case onboardable
    /// Assigned to a group of users, none of whom has signed in on it (R98).
    case waitingForSignIn = "waiting-for-sign-in"
    /// Something is missing.
    case notOnboarded = "not-onboarded"
    /// Nothing that is at hand can onboard it.
    case notEligible = "not-eligible"
  }

  /// A reason with the rule that it comes from.
  public struct Reason: Hashable, Sendable {
    public var rule: String
    public var text: String

    public init(rule: String, text: String) {
      self.rule = rule
      self.text = text
    }
  }

  public var state: State
  public var reasons: [Reason]
  /// Policies or profiles that cover it.
  public var by: [String]
  public var source: OnboardingSource?

  init(
    _ state: State, _ reasons: [Reason] = [], by: [String] = [], source: OnboardingSource? = nil
  ) {
    self.state = state
    self.reasons = reasons
    self.by = by
    self.source = source
  }
}

extension Inventory {
  /// What stands between a device and the endpoint side.
  ///
  /// A device that both manage is covered where either way leads there.
  public func coverage(of device: FleetDevice) -> DeviceCoverage {
    if device.isOnboarded {
      return DeviceCoverage(.onboarded, source: device.source)
    }
    if !hasSubscription {
      return DeviceCoverage(
        .notEligible,
        [.init(rule: "R55", text: "no subscription of the endpoint service: it comes first")])
    }
    guard device.isManaged else {
      return DeviceCoverage(
        .notEligible,
        [
          .init(
            rule: "R78",
            text: "managed by neither Configuration Manager nor Intune: install a client or "
              + "enrol it"
          )
        ])
    }
    var ways: [DeviceCoverage] = []
    if device.managers.contains(.configurationManager) { ways.append(byPolicies(device)) }
    if device.managers.contains(.intune) { ways.append(byProfiles(device)) }
    let order = DeviceCoverage.State.allCases
    return ways.min { left, right in
      (order.firstIndex(of: left.state) ?? 0) < (order.firstIndex(of: right.state) ?? 0)
    } ?? DeviceCoverage(.notEligible)
  }

  // MARK: - Configuration Manager

  /// The way of collections and policies (rules R55 to R68).
  private func byPolicies(_ device: FleetDevice) -> DeviceCoverage {
    guard let manager = configurationManager else {
      return DeviceCoverage(
        .notEligible,
        [
          .init(
            rule: "R55", text: "the version of Configuration Manager is not in the inventory")
        ])
    }
    if let objection = manager.objection(to: device.system) {
      return DeviceCoverage(
        .notEligible, [.init(rule: rule(of: objection, device), text: objection)])
    }
    let targeted = collections(of: device).map(\.name)
    let meant = policies.filter { policy in
      policy.kind == .onboarding && policy.collections.contains { targeted.contains($0) }
    }
    guard !meant.isEmpty else { return DeviceCoverage(.notOnboarded, [undeployed(device)]) }
    let kind = OnboardingClass(device.system)
    let lacking = meant.map { missing(in: $0, for: kind, of: manager) }
    let covering = zip(meant, lacking).filter { $0.1.isEmpty }.map(\.0.name)
    guard covering.isEmpty else {
      return DeviceCoverage(.onboardable, by: covering, source: .configurationManager)
    }
    let reasons = zip(meant, lacking).flatMap { policy, parts in
      parts.map { part in
        DeviceCoverage.Reason(
          rule: manager.needs(kind) == Credential.needed(by: kind)
            ? (part == .configurationFile ? "R60" : "R61") : "R66",
          text: "\(part.rawValue) missing in policy '\(policy.name)' (\(kind.name) device, "
            + "\(manager)): get it at \(part.place)")
      }
    }
    return DeviceCoverage(.notOnboarded, reasons)
  }

  private func rule(of objection: String, _ device: FleetDevice) -> String {
    if case .unsupported = OnboardingClass(device.system) { return "R128" }
    return device.system.family == .server2019 || device.system.family == .laterServer
      ? "R56" : "R131"
  }

  private func undeployed(_ device: FleetDevice) -> DeviceCoverage.Reason {
    let waiting = policies.filter { $0.kind == .onboarding && !$0.isDeployed }.map(\.name)
    guard waiting.isEmpty else {
      let names = waiting.joined(separator: "', '")
      return .init(
        rule: "R71", text: "policy '\(names)' is not deployed: deploy it to a collection of it")
    }
    let deploys = policies.contains { $0.kind == .onboarding && $0.isDeployed }
    return .init(
      rule: deploys ? "R62" : "R163",
      text: deploys
        ? "no onboarding policy is deployed to a collection that it is in"
        : "no onboarding policy deployed")
  }

  /// Credentials that a policy lacks for a class, in the order of the list of credentials.
  func missing(
    in policy: OnboardingPolicy, for kind: OnboardingClass, of manager: ConfigurationManager
  ) -> [Credential] {
    let needed = manager.needs(kind).subtracting(policy.credentials)
    return Credential.allCases.filter(needed.contains)
  }

  // MARK: - Intune

  /// The way of the service connection and profiles (rules R79 to R101, R139 to R144, R161).
  private func byProfiles(_ device: FleetDevice) -> DeviceCoverage {
    guard let platform = Platform(device.system) else {
      return DeviceCoverage(
        .notEligible,
        [
          .init(rule: "R103", text: "\(device.system.text) is no platform of Intune's")
        ])
    }
    if let objection = objection(to: device, on: platform) {
      return DeviceCoverage(.notEligible, [objection])
    }
    guard connection.isEnabled else {
      return DeviceCoverage(
        .notOnboarded,
        [
          .init(
            rule: platform == .windows ? "R139" : "R144",
            text: "the connection of Intune and the endpoint service is off"
              + (platform == .windows ? ": package missing" : ""))
        ])
    }
    guard platform.needsPackage else { return byConnection(device, platform) }
    let assigned = profiles.filter { $0.onboards && !reaching(device, $0.groups).isEmpty }
    guard !assigned.isEmpty else { return DeviceCoverage(.notOnboarded, [unassigned()]) }
    let effective = assigned.filter { profile in
      device.hasSignIn != false || reaching(device, profile.groups).contains { $0.kind != .users }
    }
    guard !effective.isEmpty else {
      return DeviceCoverage(
        .waitingForSignIn,
        [
          .init(
            rule: "R98",
            text: "assigned to a group of users: one of them must sign in on the device first")
        ], by: assigned.map(\.name))
    }
    return DeviceCoverage(.onboardable, by: effective.map(\.name), source: effective[0].kind.source)
  }

  /// A phone or tablet: no package, the connection and its toggle are all (R99, R100, R144).
  private func byConnection(_ device: FleetDevice, _ platform: Platform) -> DeviceCoverage {
    if let objection = connection.objection(to: device.system, on: platform) {
      return DeviceCoverage(.notOnboarded, [objection])
    }
    return DeviceCoverage(.onboardable, by: ["connection"])
  }

  private func unassigned() -> DeviceCoverage.Reason {
    let waiting = profiles.filter { $0.onboards && $0.groups.isEmpty }.map(\.name)
    guard waiting.isEmpty else {
      return .init(
        rule: "R161", text: "profile not assigned: '\(waiting.joined(separator: "', '"))'")
    }
    return .init(
      rule: "R139", text: "no onboarding profile reaches it: create one and assign it")
  }

  private func objection(to device: FleetDevice, on platform: Platform) -> DeviceCoverage.Reason? {
    guard platform.isOffered(in: era) else {
      return .init(
        rule: "R118", text: "\(platform.rawValue) is not supported in the texts of \(era.rawValue)")
    }
    guard platform == .windows else { return nil }
    if device.isEntraJoined == false {
      return .init(rule: "R81", text: "not joined to Azure AD: join it first")
    }
    if case .unsupported(let reason) = OnboardingClass(device.system) {
      return .init(rule: "R129", text: reason)
    }
    return nil
  }
}

/// What the onboarding of one collection by one policy will come to (rules R62 to R66, R135).
public struct CollectionForecast: Sendable {
  public var collection: String
  public var policy: String
  public var upLevelCount = 0
  public var downLevelCount = 0
  public var unsupportedCount = 0
  public var onboardable: [String] = []
  /// Members that this policy leaves not onboarded, and what it lacks for them.
  public var left: [(device: String, missing: [Credential])] = []

  public var isMixed: Bool { upLevelCount > 0 && downLevelCount > 0 }
}

extension Inventory {
  /// One forecast for each collection that an onboarding policy is deployed to.
  public func forecasts() -> [CollectionForecast] {
    guard let manager = configurationManager else { return [] }
    return policies.filter { $0.kind == .onboarding }.flatMap { policy in
      policy.collections.map { forecast(of: policy, for: $0, by: manager) }
    }
  }

  /// Devices that any forecast will onboard, each counted once (rule R135).
  public func onboardableInTotal() -> [String] {
    Set(forecasts().flatMap(\.onboardable)).sorted()
  }

  private func forecast(
    of policy: OnboardingPolicy, for name: String, by manager: ConfigurationManager
  ) -> CollectionForecast {
    var forecast = CollectionForecast(collection: name, policy: policy.name)
    for device in devices where collections(of: device).contains(where: { $0.name == name }) {
      let kind = OnboardingClass(device.system)
      switch kind {
      case .upLevel: forecast.upLevelCount += 1
      case .downLevel: forecast.downLevelCount += 1
      case .unsupported: forecast.unsupportedCount += 1
      }
      guard manager.objection(to: device.system) == nil else {
        forecast.left.append((device.name, []))
        continue
      }
      let lacking = missing(in: policy, for: kind, of: manager)
      if lacking.isEmpty {
        forecast.onboardable.append(device.name)
      } else {
        forecast.left.append((device.name, lacking))
      }
    }
    return forecast
  }

  /// Down-level devices in a collection that a policy offboards by file: the portal describes such
  /// files for Windows 10 only (rule R133).
  public func offboardingWarnings() -> [FleetFinding] {
    policies.filter { $0.kind == .offboarding }.flatMap { policy in
      devices.filter { device in
        OnboardingClass(device.system) == .downLevel
          && collections(of: device).contains { policy.collections.contains($0.name) }
      }.map { device in
        FleetFinding(
          rule: "R133", subject: device.name,
          text: "policy '\(policy.name)': no documented offboarding by file of a down-level device")
      }
    }
  }
}

extension Inventory {
  /// Profiles and policies that act nowhere (rules R71, R161).
  public func unassigned() -> [FleetFinding] {
    policies.filter { !$0.isDeployed }.map {
      FleetFinding(rule: "R71", subject: $0.name, text: "policy not deployed")
    }
      + profiles.filter(\.groups.isEmpty).map {
        FleetFinding(rule: "R161", subject: $0.name, text: "profile not assigned")
      }
  }
}
