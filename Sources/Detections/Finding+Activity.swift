import Evidence

extension Finding {
  /// A finding about one activity: its source, account and target are the activity's.
  init(
    _ severity: Alert.Severity, _ confidence: Double, of activity: borrowing Activity,
    _ knowledge: borrowing Knowledge
  ) {
    let source = knowledge.source(activity.source.address, at: activity.time)
    self.init(
      time: activity.time, severity: severity, confidence: confidence * source.trust,
      explanation: "", source: source)
    accounts = activity.account.map { [knowledge.party($0)] } ?? []
    targets = [knowledge.target(activity.target.address, at: activity.time)]
  }

  /// Who did it, from where, as an explanation begins: `WS03 (10.0.5.33) as ALPINE\mallory`.
  var actor: String {
    let source = sources.first?.text ?? "somebody"
    guard let account = accounts.first, !account.name.isEmpty else { return source }
    return "\(source) as \(account.text)"
  }

  /// The first target's name.
  var object: String { targets.first?.name ?? "the server" }
}

extension Activity {
  /// Whether an answer said no, or the call returned an error.
  var wasRefused: Bool {
    if case .failure = outcome { return true }
    if case .rpc(let call) = detail { return (call.status ?? 0) != 0 }
    return false
  }
}

extension Finding.Piece {
  /// The packets of an activity.
  init(_ activity: borrowing Activity, _ summary: String) {
    self.init(activity.proof, activity.time, summary)
  }
}
