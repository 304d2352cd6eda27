public import Evidence

/// A ticket-granting ticket is used for longer than any is good.
public struct GoldenTicketTimeAnomaly: Detection {
  public static let card = Card(
    slug: "golden-ticket-time-anomaly",
    title: "Suspected Golden Ticket usage (time anomaly)", severity: .high,
    phase: .domainDominance, techniques: ["T1558.001"], aliases: ["2022"],
    kinds: [.kerberosTGS],
    meaning: "A forged ticket lasts as long as its maker likes, ten years by the tools' default.",
    needs: "The same capture over more than ten hours, TGS-REQ in clear.",
    blindSpots: ["Tickets used for a short time"],
    lookalikes: ["A policy of longer tickets: those are seen to be issued, and not reported"],
    nextSteps: ["See the policy's maximum lifetime", "If it is the default: reset krbtgt twice"],
    identity: [.source],
    thresholds: [
      Card.Threshold("minutes", 630, "MaxTicketAge of ten hours, and half an hour for clocks")
    ])

  private static let limit = 65_536
  private static let span = Instant.Span.minutes(630)

  /// When each ticket whose issue was not seen was first used.
  private var firstUses = BoundedTable<UInt128, Instant>(limit: GoldenTicketTimeAnomaly.limit)

  public init(_ settings: DetectionSettings) {}

  public var evictions: UInt64 { firstUses.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .kerberosTGS(let exchange) = activity.detail,
      let forged = PresentedTGT(exchange, activity, knowledge)
    else { return }
    guard let slot = firstUses.find(forged.ticket.fingerprint) else {
      _ = firstUses.insert(forged.ticket.fingerprint, activity.time)
      return
    }
    let age = activity.time.since(firstUses[slot])
    guard activity.outcome == .success, age > Self.span else { return }
    let scene = Scene(activity, knowledge)
    findings.append(
      scene.finding(
        .high, 0.85 * scene.source.trust,
        "\(scene.actor) used a ticket-granting ticket \(Words.span(age)) after its first use, "
          + "longer than the ten hours that tickets are good for. Its issue was not seen.",
        "TGS-REQ with a ticket of \(Words.span(age))"))
  }
}
