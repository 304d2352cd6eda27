public import Evidence

extension IntegrationState {
  /// Our switch is turned on; one that is on stays on since when it was.
  public mutating func switchOn(at moment: Instant) {
    if switchedOn == nil { switchedOn = moment }
    removed = nil
  }

  /// Our switch is turned off: what was fetched stays as history, and no error is told any more.
  public mutating func switchOff(at moment: Instant) {
    guard switchedOn != nil else { return }
    switchedOn = nil
    failure = nil
    peerOff = nil
    removed = moment
  }

  /// The other side was reached and answered, if only that there is nothing new: its switch is on
  /// (rule R14), and whatever was wrong is over.
  public mutating func succeed(at moment: Instant) {
    lastDelivery = moment
    failure = nil
    peerOff = nil
  }

  /// The other side says that its switch is off (rule R15).
  public mutating func findPeerOff(at moment: Instant) {
    failure = nil
    let isKnown = peerOff.map { $0 >= lastDelivery ?? $0 } ?? false
    if !isKnown { peerOff = moment }
  }

  /// Something went wrong: told since when it first did (rule R17).
  public mutating func fail(
    _ reason: IntegrationFailure.Reason, detail: String?, at moment: Instant
  ) {
    var since = moment
    if let failure, failure.reason == reason, failure.since > lastDelivery ?? .distantPast {
      since = failure.since
    }
    failure = IntegrationFailure(reason: reason, since: since, detail: detail)
  }
}

extension Instant {
  fileprivate static let distantPast = Instant(nanoseconds: Int64.min)
}
