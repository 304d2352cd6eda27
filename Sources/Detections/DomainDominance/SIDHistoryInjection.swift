public import Evidence

/// An account gets identifiers of another one as its history.
public struct SIDHistoryInjection: Detection {
  public static let card = Card(
    slug: "sid-history-injection", title: "Suspected SID-History injection", severity: .high,
    phase: .domainDominance, techniques: ["T1134.005"], aliases: ["1106"],
    kinds: [.rpc, .ldapChange],
    meaning: "What is in an account's SID history counts as its own: a former domain's, or that of "
      + "the administrators.",
    needs: "DRSAddSidHistory, whose operation number stays readable, or LDAP that is not sealed.",
    blindSpots: ["Sealed LDAP", "Changes made on the controller itself, or replicated (DCShadow)"],
    lookalikes: ["Migration between domains (ADMT)"],
    nextSteps: [
      "Ask whether accounts are being migrated", "Remove the history, and reset the account",
    ],
    identity: [.source])

  /// DRSAddSidHistory (MS-DRSR section 4.1.2).
  private static let addSIDHistory: UInt16 = 20

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    let what: String
    switch activity.detail {
    case .rpc(let call) where call.interface == .drsuapi && call.opnum == Self.addSIDHistory:
      what = "added to an account's SID history (DRSAddSidHistory)"
    case .ldapChange(let change) where change.operation != .delete && change.sets("sidhistory"):
      what = "wrote the SID history of \(change.object)"
    default: return
    }
    let scene = Scene(activity, knowledge)
    let isRefused = activity.outcome.isFailure
    findings.append(
      scene.finding(
        isRefused ? .medium : .high, 0.9 * scene.source.trust,
        "\(scene.actor) \(what) at \(scene.target.name)\(isRefused ? ", and was refused" : ""). "
          + "Outside of a migration nobody does.",
        what))
  }
}
