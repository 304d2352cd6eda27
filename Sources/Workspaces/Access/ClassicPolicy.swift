/// The classic conditional access policy that Azure AD makes for each mobile threat defence product
/// (rules R86 to R90, R138).
///
/// It only demands that devices are registered, so that they have an identity to report under. It
/// may be ignored, must not be edited, deleted or disabled, cannot be migrated, and takes no part in
/// any decision about access.
public struct ClassicPolicy: Hashable, Sendable {
  public enum State: String, CaseIterable, Sendable {
    case untouched
    case edited
    case disabled
    case deleted
  }

  /// What can be done about one: migrating it is not among them (R88).
  public enum Action: String, CaseIterable, Sendable {
    case ignore
    case recreate
  }

  /// The product that it belongs to, under any of its names.
  public var partner: String
  public var state: State

  public init(partner: String, state: State) {
    self.partner = partner
    self.state = state
  }

  public var action: Action { state == .untouched ? .ignore : .recreate }
}

extension Inventory {
  /// One finding for each partner whose policy is not as it was made (R86, R87, R138).
  public func classicPolicyFindings() -> [FleetFinding] {
    guard connection.isEnabled || !partners.isEmpty else { return [] }
    let attached = partners.isEmpty ? [Product.defenderForEndpoint.rawValue] : partners
    return attached.compactMap { partner in
      let policy = classicPolicies.first { Inventory.isSameProduct($0.partner, partner) }
      let state = policy?.state ?? .deleted
      guard state != .untouched else { return nil }
      return FleetFinding(
        rule: state == .deleted ? "R87" : "R86", subject: partner,
        text: state == .deleted
          ? "its classic policy is missing: delete the connection to Intune that made it, then set "
            + "the connection up again, which makes the policy again"
          : "its classic policy was \(state.rawValue): it must be left as Azure AD made it")
    }
  }

  private static func isSameProduct(_ left: String, _ right: String) -> Bool {
    if let product = Product(spelling: left) { return product == Product(spelling: right) }
    return left.lowercased() == right.lowercased()
  }
}
