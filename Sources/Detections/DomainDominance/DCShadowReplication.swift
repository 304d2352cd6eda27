public import Evidence

/// A controller is told to replicate from somebody who is none.
public struct DCShadowReplication: Detection {
  public static let card = Card(
    slug: "dcshadow-replication",
    title: "Suspected DCShadow attack (domain controller replication request)", severity: .high,
    phase: .domainDominance, techniques: ["T1207"], aliases: ["2029"], kinds: [.rpc],
    meaning: "DRSReplicaAdd makes a controller fetch changes from whom it names: what comes is "
      + "believed, and no log tells of it.",
    needs: "The drsuapi interface and the operation number, which stay readable when sealed.",
    blindSpots: [
      "Sessions whose bind was not captured", "A source that shows itself as a controller",
    ],
    lookalikes: [
      "A server that is being promoted", "An administrator who mends replication (repadmin /add)",
    ],
    nextSteps: [
      "Find out whether the source is, or becomes, a controller",
      "If not: contain it, and compare the directory's objects with a back-up",
    ],
    identity: [.source],
    thresholds: [Card.Threshold("connectBackSeconds", 60, "the controller fetches at once")])

  /// DRSReplicaAdd and DRSReplicaDel (MS-DRSR section 4.1.19, 4.1.20); DRSGetNCChanges.
  private static let replicaAdd: UInt16 = 5
  private static let replicaDelete: UInt16 = 6
  private static let getNCChanges: UInt16 = 3

  /// Additions that wait for the controller to connect back.
  private var added: Window<Route, UInt16>

  public init(_ settings: DetectionSettings) {
    added = Window(span: .seconds(60), entries: 8, total: 1024)
  }

  public var evictions: UInt64 { added.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .rpc(let call) = activity.detail,
      activity.source.address != activity.target.address
    else { return }
    let isReplication = call.interface == .drsuapi
    if isReplication, call.opnum == Self.replicaAdd || call.opnum == Self.replicaDelete {
      guard DCShadow.isStranger(activity.source.address, activity.time, knowledge) else { return }
      let isAddition = call.opnum == Self.replicaAdd
      if isAddition {
        added.add(call.opnum, for: Route(activity), at: activity.time, activity.proof)
      }
      let what =
        isAddition
        ? "told it to replicate from a new partner (DRSReplicaAdd)"
        : "took the partner away again (DRSReplicaDel)"
      findings.append(finding(what, activity, knowledge))
      return
    }
    let back = Route(source: activity.target.address, target: activity.source.address)
    guard isReplication && call.opnum == Self.getNCChanges || call.interface == .epmapper,
      let first = added.entries(for: back).first,
      activity.time.since(first.time) <= added.span
    else { return }
    var result = finding(
      "and got a connection back from it \(Words.span(activity.time.since(first.time))) later",
      activity, knowledge)
    result.sources = [knowledge.source(activity.target.address, at: activity.time)]
    result.targets = [knowledge.target(activity.source.address, at: activity.time)]
    result.accounts = []
    result.severity = .high
    result.explanation =
      "\(result.sources[0].text) told the domain controller "
      + "\(result.targets[0].name) to replicate from it (DRSReplicaAdd), and the controller "
      + "connected back \(Words.span(activity.time.since(first.time))) later to fetch changes. "
      + "Nothing shows that it is a controller."
    findings.append(result)
  }

  private func finding(
    _ what: String, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge
  ) -> Finding {
    let scene = Scene(activity, knowledge)
    return scene.finding(
      activity.outcome.isFailure ? .medium : .high, 0.9 * scene.source.trust,
      "\(scene.actor) called the replication service of \(scene.target.name) and \(what). Only "
        + "domain controllers do so, and nothing shows that it is one.",
      "drsuapi: \(what)")
  }
}
