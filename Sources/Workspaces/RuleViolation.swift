/// A request that a rule refuses: nothing was changed.
public struct RuleViolation: Error, Hashable, Sendable {
  /// The rule's number in the reference on integration, such as `R2`.
  public var rule: String
  /// What was refused, why, and what to do first.
  public var reason: String

  public init(rule: String, reason: String) {
    self.rule = rule
    self.reason = reason
  }
}

extension RuleViolation: CustomStringConvertible {
  public var description: String { "\(reason) (rule \(rule))" }
}
