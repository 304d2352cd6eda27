public import Evidence

/// Delegation to krbtgt itself: what comes back is as good as a ticket-granting ticket of anybody.
public struct GoldenTicketRBCD: Detection {
  public static let card = Card(
    slug: "golden-ticket-rbcd",
    title: "Suspected Golden Ticket usage (ticket anomaly using RBCD)", severity: .high,
    phase: .domainDominance, techniques: ["T1558.001"], aliases: ["2040"], kinds: [.kerberosTGS],
    meaning: "Who is allowed to act for anybody towards krbtgt gets a ticket-granting ticket of "
      + "anybody, without krbtgt's key.",
    needs: "TGS-REQ in clear.",
    blindSpots: ["FAST armour"],
    lookalikes: ["None known: nothing is delegated to krbtgt on purpose"],
    nextSteps: [
      "Clear msDS-AllowedToActOnBehalfOfOtherIdentity of krbtgt", "Reset krbtgt twice",
    ],
    identity: [.source])

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .kerberosTGS(let exchange) = activity.detail,
      let act = Delegation(exchange, activity, knowledge), !act.isToSelf,
      exchange.service.prefix(6).lowercased() == "krbtgt",
      isOwn(exchange), !knowledge.isController(activity.source.address)
    else { return }
    let scene = Scene(activity, knowledge)
    let user = act.user.map { $0.name } ?? "somebody"
    let isRefused = activity.outcome.isFailure
    var result = scene.finding(
      isRefused ? .medium : .high, 0.95 * scene.source.trust,
      "From \(scene.source.text), \(act.service?.name ?? "a service") asked for a ticket for "
        + "\(exchange.service) in the name of \(user)\(isRefused ? ", and was refused" : ""): it is "
        + "as good as a ticket-granting ticket.",
      "S4U2proxy to \(exchange.service)")
    result.accounts = [act.service, act.user].compactMap { $0.map { knowledge.party($0) } }
    findings.append(result)
  }

  /// A referral to another realm's krbtgt is part of delegation between realms.
  private func isOwn(_ exchange: KerberosTGSExchange) -> Bool {
    let parts = exchange.service.split(separator: "/", maxSplits: 1)
    return parts.count < 2 || parts[1].lowercased() == exchange.realm.lowercased()
  }
}
