/// Which workspace is primary, and which of its integrations are on: one value, so that no rule can
/// be asked about half of it.
public struct Primacy: Hashable, Sendable {
  /// The primary workspace; there is at most one (rule R3).
  public var primary: String?
  /// The integrations that are on, by workspace.
  public var integrations: [String: Set<IntegrationKind>]

  public init(primary: String? = nil, integrations: [String: Set<IntegrationKind>] = [:]) {
    self.primary = primary
    self.integrations = integrations
  }

  public func isPrimary(_ name: String) -> Bool { primary == name }

  /// Kinds that are on, in the order of the list of kinds.
  public func integrations(of name: String) -> [IntegrationKind] {
    let active = integrations[name] ?? []
    return IntegrationKind.allCases.filter(active.contains)
  }
}

/// At most one workspace is primary, and only without integrations does it cease to be (rules R2 to
/// R7).
///
/// The order that follows: remove the integrations, un-prime, prime another, integrate (R6). Each
/// function returns what is to be stored, or refuses and leaves everything as it was.
public enum PrimaryRule {
  /// Makes a workspace primary; setting the primary one again changes nothing.
  public static func settingPrimary(
    _ name: String, in now: Primacy
  ) throws(RuleViolation) -> Primacy {
    if now.isPrimary(name) { return now }
    if let current = now.primary {
      let active = now.integrations(of: current)
      let steps =
        active.isEmpty
        ? "unset it first"
        : "remove its integration (\(list(active))) and unset it first"
      throw RuleViolation(
        rule: "R3",
        reason: "workspace '\(name)' cannot be primary: '\(current)' is; \(steps)")
    }
    var next = now
    next.primary = name
    return next
  }

  /// Takes the mark away.
  public static func unsettingPrimary(
    _ name: String, in now: Primacy
  ) throws(RuleViolation) -> Primacy {
    guard now.isPrimary(name) else {
      throw RuleViolation(rule: "R5", reason: "workspace '\(name)' is not primary")
    }
    let active = now.integrations(of: name)
    guard active.isEmpty else {
      throw RuleViolation(
        rule: "R5",
        reason:
          "workspace '\(name)' stays primary: remove the integration first (\(list(active)))")
    }
    var next = now
    next.primary = nil
    return next
  }

  /// Deletes a workspace from the value; its files are the caller's.
  public static func deleting(_ name: String, in now: Primacy) throws(RuleViolation) -> Primacy {
    let active = now.integrations(of: name)
    guard active.isEmpty else {
      throw RuleViolation(
        rule: "R7",
        reason: "workspace '\(name)' cannot be deleted: remove the integration first "
          + "(\(list(active))), then unset it as primary")
    }
    guard !now.isPrimary(name) else {
      throw RuleViolation(
        rule: "R7",
        reason: "workspace '\(name)' cannot be deleted: unset it as primary first")
    }
    var next = now
    next.integrations[name] = nil
    return next
  }

  /// A workspace's region is what it was created with (rule R9).
  public static func keepsRegion(
    of name: String, created: String, now: String
  ) throws(RuleViolation) {
    guard created == now else {
      throw RuleViolation(
        rule: "R9",
        reason: "the region of workspace '\(name)' is '\(created)' since its creation and cannot "
          + "become '\(now)': create another workspace there")
    }
  }

  private static func list(_ kinds: [IntegrationKind]) -> String {
    kinds.map(\.rawValue).joined(separator: ", ")
  }
}
