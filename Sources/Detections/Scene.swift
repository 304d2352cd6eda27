import Evidence

/// The parties of an activity as findings name them.
struct Scene {
  let source: Alert.Source
  let target: Alert.Target
  let account: Alert.Account?
  private let time: Instant
  private let proof: Activity.Proof

  init(_ activity: borrowing Activity, _ knowledge: borrowing Knowledge) {
    source = knowledge.source(activity.source.address, at: activity.time)
    target = knowledge.target(activity.target.address, at: activity.time)
    account = activity.account.flatMap { $0.isAnonymous ? nil : knowledge.party($0) }
    time = activity.time
    proof = activity.proof
  }

  /// `WS03 (10.0.5.33) as ALPINE\mallory`, or without an account.
  var actor: String { source.text + (account.map { " as \($0.text)" } ?? "") }

  /// A finding of the source, proved by the activity.
  func finding(
    _ severity: Alert.Severity, _ confidence: Double, _ explanation: String, _ summary: String
  ) -> Finding {
    var result = Finding(
      time: time, severity: severity, confidence: confidence, explanation: explanation,
      source: source)
    result.accounts = account.map { [$0] } ?? []
    result.targets = [target]
    result.pieces = [Finding.Piece(proof, time, summary)]
    return result
  }
}

/// Who does something to whom: the key of most memories.
struct Route: Hashable, Sendable {
  var source: Address
  var target: Address

  init(source: Address, target: Address) {
    self.source = source
    self.target = target
  }

  init(_ activity: borrowing Activity) {
    source = activity.source.address
    target = activity.target.address
  }
}

extension Activity.Outcome {
  /// Whether it is known to have been refused.
  var isFailure: Bool {
    if case .failure = self { return true }
    return false
  }
}

extension RPCCall {
  /// Whether the server refused, as far as the answer can be read.
  func wasRefused(_ outcome: Activity.Outcome) -> Bool { outcome.isFailure || (status ?? 0) != 0 }
}
