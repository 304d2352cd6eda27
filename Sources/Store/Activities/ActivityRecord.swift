public import Evidence

/// An activity as it is kept: who did what to whom, in bounded columns.
public struct ActivityRecord: Hashable, Sendable {
  /// A summary longer than this is cut: LDAP filters and file names have no end.
  public static let maximumSummaryLength = 240

  public var time: Instant
  public var end: Instant
  public var kind: String
  public var source: Endpoint
  public var target: Endpoint
  /// In lower case, without a realm.
  public var account: String?
  public var domain: String?
  /// `success`, `unanswered`, `unknown`, or `failure` with the protocol's code.
  public var outcome: String
  public var summary: String

  public init(
    time: Instant, end: Instant, kind: String, source: Endpoint, target: Endpoint,
    account: AccountName?, outcome: String, summary: String
  ) {
    self.time = time
    self.end = end
    self.kind = kind
    self.source = source
    self.target = target
    self.account = account?.key
    domain = account.flatMap { $0.domain.isEmpty ? nil : $0.domain }
    self.outcome = outcome
    let isLong = summary.utf8.count > ActivityRecord.maximumSummaryLength
    self.summary =
      isLong ? summary.prefix(ActivityRecord.maximumSummaryLength - 1) + "…" : summary
  }

  init(
    time: Instant, end: Instant, kind: String, ends: (source: Endpoint, target: Endpoint),
    account: String?, domain: String?
  ) {
    self.time = time
    self.end = end
    self.kind = kind
    source = ends.source
    target = ends.target
    self.account = account
    self.domain = domain
    outcome = ""
    summary = ""
  }

  /// What the activity is: together with its time, its identity.
  ///
  /// Packet numbers do not count, so it is the same in a capture that was cut or merged, as long as
  /// the packets that it depends on (the bind of a call, the logon of a session) are in it too.
  var hash: Int64 {
    var hash = StableHash()
    hash.add(kind)
    hash.add(end.nanoseconds)
    for side in [source, target] {
      hash.add(side.address.high)
      hash.add(side.address.low)
      hash.add(UInt64(side.port))
    }
    hash.add(account ?? "")
    hash.add(domain ?? "")
    hash.add(outcome)
    hash.add(summary)
    return Int64(bitPattern: hash.finish().low)
  }
}
