public import Evidence

/// An integration of a workspace as it is kept: our switch, and what is known of the peer.
public struct IntegrationState: Hashable, Sendable {
  public var kind: IntegrationKind
  /// When our switch was turned on; nil while it is off.
  public var switchedOn: Instant?
  public var tenant: String?
  public var secretFile: String?
  /// When the peer last delivered; nil until it first did, which shows that its switch is on.
  public var lastDelivery: Instant?
  /// When the peer said, or was found, to be off; nil while it is not known to be.
  public var peerOff: Instant?
  public var failure: IntegrationFailure?
  /// When our switch was turned off after it had been on: what was fetched stays as history.
  public var removed: Instant?

  public init(kind: IntegrationKind) { self.kind = kind }
}

/// What went wrong with the peer (rule R17): distinct, readable, and since when.
public struct IntegrationFailure: Hashable, Sendable {
  public enum Reason: String, CaseIterable, Sendable {
    case tokenRejected = "token-rejected"
    case permissionMissing = "permission-missing"
    case throttled
    case unreachable
    case wrongTenant = "wrong-tenant"
    /// It answers, with a failure of its own.
    case failing
    /// It answers what has no meaning.
    case malformed

    /// In words for people, with what to do.
    public var text: String {
      switch self {
      case .tokenRejected: "the token was rejected: check the secret file"
      case .permissionMissing: "a permission is missing: grant Alert.Read.All and Machine.Read.All"
      case .throttled: "the other side asks for patience: polling goes on more slowly"
      case .unreachable: "the other side cannot be reached: check network and proxy"
      case .wrongTenant: "the other side is of another tenant: check the tenant's identity"
      case .failing: "the other side fails: polling goes on"
      case .malformed: "the other side answers what is not understood: check its address"
      }
    }
  }

  public var reason: Reason
  public var since: Instant
  /// What was asked and what came, where it is known.
  public var detail: String?

  public init(reason: Reason, since: Instant, detail: String? = nil) {
    self.reason = reason
    self.since = since
    self.detail = detail
  }
}

/// What the status of an integration is, as people are told (rules R14 to R19).
public enum IntegrationStatus: Hashable, Sendable {
  /// Our switch is off.
  case off
  /// It cannot be turned on, and why.
  case unavailable(String)
  /// Our switch is on; the peer's is not known to be.
  case pendingPeer
  /// Both are on and documents came.
  case connected(since: Instant)
  /// It was connected, and the peer is off now.
  case peerOff(since: Instant)
  case failed(IntegrationFailure)

  /// Whether both sides are on, so that badges are shown (rule R19): an error keeps what was
  /// fetched before on show, a switch that is off does not.
  public var isComplete: Bool {
    switch self {
    case .connected, .failed: true
    case .off, .unavailable, .pendingPeer, .peerOff: false
    }
  }

  /// One word for programs.
  public var name: String {
    switch self {
    case .off: "off"
    case .unavailable: "unavailable"
    case .pendingPeer: "pending-peer"
    case .connected: "connected"
    case .peerOff: "peer-off"
    case .failed: "failed"
    }
  }

  /// For people.
  public var text: String {
    switch self {
    case .off: "off"
    case .unavailable(let reason): "not available: \(reason)"
    case .pendingPeer:
      "pending peer: the endpoint side has delivered nothing yet; turn its switch on, "
        + "or import its documents"
    case .connected(let moment): "connected, last delivery \(moment)"
    case .peerOff(let moment): "the endpoint side is off since \(moment): badges are not refreshed"
    case .failed(let failure): "\(failure.reason.text) (since \(failure.since))"
    }
  }
}

/// Who may integrate, and what the state of an integration means (rules R2, R4, R11 to R19).
public enum IntegrationRule {
  /// Switches an integration on; on an integration that is on, only the settings change.
  public static func integrating(
    _ kind: IntegrationKind, with workspace: Workspace, primacy: Primacy, isOnboarded: Bool
  ) throws(RuleViolation) -> Primacy {
    guard primacy.isPrimary(workspace.name) else {
      let other = primacy.primary.map { "; primary is '\($0)'" } ?? ""
      throw RuleViolation(
        rule: kind == .defenderForEndpoint ? "R2" : "R4",
        reason: "workspace '\(workspace.name)' must be primary before it can be integrated: "
          + "run 'crosswatch workspace set-primary \(workspace.name)' first\(other)")
    }
    if kind == .defenderForEndpoint,
      let obstacle = obstacle(for: workspace, isOnboarded: isOnboarded)
    {
      throw RuleViolation(
        rule: obstacle.rule,
        reason: "workspace '\(workspace.name)' cannot be integrated: \(obstacle.reason)")
    }
    var next = primacy
    next.integrations[workspace.name, default: []].insert(kind)
    return next
  }

  /// Switches an integration off; what it delivered before stays as history.
  public static func removing(
    _ kind: IntegrationKind, from name: String, in now: Primacy
  ) throws(RuleViolation) -> Primacy {
    guard now.integrations[name]?.contains(kind) == true else {
      throw RuleViolation(
        rule: "R5", reason: "workspace '\(name)' has no integration '\(kind.rawValue)'")
    }
    var next = now
    next.integrations[name]?.remove(kind)
    return next
  }

  /// What stands in the way of the endpoint integration: licences of both sides (R11), then
  /// onboarding (R12); nil where nothing does.
  public static func obstacle(for workspace: Workspace, isOnboarded: Bool) -> RuleViolation? {
    if !workspace.licences.identity {
      return RuleViolation(rule: "R11", reason: "identity licence missing")
    }
    if !workspace.licences.endpoint {
      return RuleViolation(rule: "R11", reason: "endpoint licence missing")
    }
    if !isOnboarded {
      return RuleViolation(rule: "R12", reason: "endpoint onboarding is not completed")
    }
    return nil
  }

  /// The data-source entry of the endpoint product is offered under the same conditions (R12).
  public static func offersDataSource(in workspace: Workspace, isOnboarded: Bool) -> Bool {
    obstacle(for: workspace, isOnboarded: isOnboarded) == nil
  }

  /// The switch stands on the settings of the primary workspace and of no other (R13).
  public static func offersSwitch(in name: String, primacy: Primacy) -> Bool {
    primacy.isPrimary(name)
  }

  /// What people are told: our switch, then the peer's, then what went wrong (R14, R15, R17).
  ///
  /// A peer that delivered, over its API or as a file, has its switch on; a delivery after an
  /// error or after it was off ends either.
  public static func status(
    of state: IntegrationState, in workspace: Workspace, primacy: Primacy, isOnboarded: Bool
  ) -> IntegrationStatus {
    guard state.switchedOn != nil, primacy.isPrimary(workspace.name) else {
      guard state.kind == .defenderForEndpoint,
        let obstacle = obstacle(for: workspace, isOnboarded: isOnboarded)
      else { return .off }
      return .unavailable(obstacle.reason)
    }
    if let failure = state.failure, failure.since > (state.lastDelivery ?? failure.since) {
      return .failed(failure)
    }
    guard let delivery = state.lastDelivery else {
      return state.failure.map(IntegrationStatus.failed) ?? .pendingPeer
    }
    if let off = state.peerOff, off >= delivery { return .peerOff(since: off) }
    return .connected(since: delivery)
  }
}
