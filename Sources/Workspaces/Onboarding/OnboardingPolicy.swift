public import Evidence

/// A policy of Configuration Manager, as its wizard makes it: deploying it is a step of its own
/// (rule R71).
public struct OnboardingPolicy: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    case onboarding
    case offboarding
  }

  public var name: String
  public var text: String?
  public var kind: Kind
  public var package: ConfigurationPackage?
  public var workspaceID: String?
  /// The key itself is a secret and stands nowhere in a policy (rule R70).
  public var hasWorkspaceKey: Bool
  public var samples: SampleCollection?
  /// Collections that it is deployed to; none: it was made and not deployed.
  public var collections: [String]

  public init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
    hasWorkspaceKey = false
    collections = []
  }

  public var isDeployed: Bool { !collections.isEmpty }

  /// What it carries.
  public var credentials: Set<Credential> {
    var held: Set<Credential> = []
    if package?.kind == .onboarding { held.insert(.configurationFile) }
    if workspaceID != nil { held.insert(.workspaceID) }
    if hasWorkspaceKey { held.insert(.workspaceKey) }
    return held
  }

  /// Refuses what can never be right: the other kind's package (R77), another organisation's (R164),
  /// an offboarding package that expired (R76), and an offboarding that carries what its wizard does
  /// not ask (R134).
  public func check(organisation: String?, now: Instant) throws(RuleViolation) {
    if let package { try check(package, organisation: organisation, now: now) }
    guard kind == .offboarding else { return }
    let extra =
      (workspaceID == nil ? [] : ["a workspace ID"]) + (hasWorkspaceKey ? ["a workspace key"] : [])
      + (samples == nil ? [] : ["a sample setting"])
    guard extra.isEmpty else {
      throw RuleViolation(
        rule: "R134",
        reason: "policy '\(name)' offboards, which takes no \(extra.joined(separator: " and no "))"
          + ": remove it")
    }
  }

  private func check(
    _ package: ConfigurationPackage, organisation: String?, now: Instant
  ) throws(RuleViolation) {
    guard package.kind == kind else {
      throw RuleViolation(
        rule: "R77",
        reason: "policy '\(name)' is of type \(kind.rawValue) and was given an "
          + "\(package.kind.rawValue) file: download the \(kind.rawValue) package")
    }
    try package.check(belongsTo: organisation)
    guard package.isValid(at: now) else {
      throw RuleViolation(
        rule: "R76",
        reason: "the offboarding file of policy '\(name)' has expired: it was valid for "
          + "\(ConfigurationPackage.offboardingDays) days from \(package.made?.description ?? "")"
          + "; download a new one at Settings → Offboarding")
    }
  }
}

/// Samples that devices may share: two values in two vocabularies (rules R72, R95, R168).
public enum SampleCollection: String, CaseIterable, Sendable {
  case none
  case allFileTypes = "all-file-types"

  /// Reads the words of Configuration Manager and of Intune; nil for others.
  public init?(word: String) {
    switch word.lowercased().filter({ $0.isLetter }) {
    case "none", "notconfigured": self = .none
    case "allfiletypes", "enable", "enabled": self = .allFileTypes
    default: return nil
    }
  }

  /// Whether a file may be handed in for analysis.
  public func checkSubmission() throws(RuleViolation) {
    guard self == .allFileTypes else {
      throw RuleViolation(
        rule: "R168",
        reason: "sample sharing is not configured, so nothing is shared: enable it first")
    }
  }
}

/// What is known of a configuration file without its content, which is a secret (rule R70).
public struct ConfigurationPackage: Hashable, Sendable {
  /// How long an offboarding file is valid; on the last day it still is (R76).
  public static let offboardingDays: Int64 = 30

  public var kind: OnboardingPolicy.Kind
  /// The organisation whose tenant made it.
  public var organisation: String?
  public var made: Instant?

  public init(kind: OnboardingPolicy.Kind, organisation: String? = nil, made: Instant? = nil) {
    self.kind = kind
    self.organisation = organisation
    self.made = made
  }

  /// Whether it can be used: an onboarding file always, an offboarding file to the end of its
  /// thirtieth day, and never where nobody knows when it was made.
  public func isValid(at now: Instant) -> Bool {
    guard kind == .offboarding else { return true }
    guard let made else { return false }
    let day: Int64 = 86400
    return now.since(made).seconds < (ConfigurationPackage.offboardingDays + 1) * day
  }

  /// Refuses the file of another organisation, and names both (R164).
  public func check(belongsTo wanted: String?) throws(RuleViolation) {
    guard let wanted, let organisation, wanted.lowercased() != organisation.lowercased() else {
      return
    }
    throw RuleViolation(
      rule: "R164",
      reason: "the configuration file belongs to organisation '\(organisation)', the inventory to "
        + "'\(wanted)': download it from the portal of '\(wanted)'")
  }
}
