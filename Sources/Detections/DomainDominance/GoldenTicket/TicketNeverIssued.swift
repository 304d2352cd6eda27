public import Evidence

/// A ticket-granting ticket is used that no controller issued, where another was issued just before.
public struct TicketNeverIssued: Detection {
  public static let card = Card(
    slug: "ticket-never-issued", title: "Diamond/sapphire ticket", severity: .medium,
    phase: .domainDominance, techniques: ["T1558.001"],
    aliases: ["xdr_PossibleGoldenTicketAttacks"], kinds: [.kerberosAS, .kerberosTGS],
    meaning:
      "A real ticket, opened with krbtgt's key and changed, is another ticket: nobody issued "
      + "it, although its account just logged on from the same computer.",
    needs: "Every controller of the realm mirrored without loss, for a ticket's lifetime; or a "
      + "tool's own logon just before.",
    blindSpots: ["The first ten hours, but for tools", "Controllers that are not mirrored"],
    lookalikes: ["Packets that the mirror lost", "Tickets of controllers that are not mirrored"],
    nextSteps: [
      "See the coverage of the controllers for lost packets", "Reset krbtgt twice",
    ],
    identity: [.source, .account],
    thresholds: [Card.Threshold("minutes", 10, "the changed ticket is used at once")])

  private struct Logon: Hashable, Sendable {
    var account: String
    var isTool: Bool
  }

  private var logons: Window<Address, Logon>
  /// Tickets that were in use before the logon: other sessions go on with theirs.
  private var used: Window<UInt128, Bool>

  public init(_ settings: DetectionSettings) {
    logons = Window(span: .minutes(10), entries: 16, total: 16_384)
    used = Window(span: .hours(10), entries: 1, total: 65_536)
  }

  public var evictions: UInt64 { logons.evictions + used.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    let source = activity.source.address
    switch activity.detail {
    case .kerberosAS(let exchange):
      guard exchange.issued != nil else { return }
      let key = AccountName(name: exchange.answeredClient ?? exchange.client, domain: "").key
      let tool = exchange.tool
      logons.add(
        Logon(account: key, isTool: tool == .rubeus || tool == .impacket), for: source,
        at: activity.time, activity.proof)
    case .kerberosTGS(let exchange):
      guard let forged = PresentedTGT(exchange, activity, knowledge),
        used.addOnce(true, for: forged.ticket.fingerprint, at: activity.time, activity.proof),
        activity.outcome == .success, let client = exchange.client,
        let logon = logons.entries(for: source).last(where: { $0.value.account == client.key }),
        activity.time.since(logon.time) <= logons.span,
        logon.value.isTool || PresentedTGT.isCovered(activity.time, knowledge)
      else { return }
      let scene = Scene(activity, knowledge)
      var result = scene.finding(
        .medium, (knowledge.controllers.count > 1 ? 0.6 : 0.75) * scene.source.trust,
        "\(scene.source.text) used a ticket-granting ticket of \(client.name) that no controller was "
          + "seen to issue, \(Words.span(activity.time.since(logon.time))) after it had been issued "
          + "another one. "
          + (knowledge.controllers.count > 1
            ? "A controller that is not mirrored may have issued it."
            : "The only known controller is watched."),
        "TGS-REQ with a ticket that was not issued")
      result.accounts = [knowledge.party(client)]
      result.pieces.insert(
        Finding.Piece(logon.proof, logon.time, "another ticket issued", isBackground: true), at: 0)
      findings.append(result)
    default: return
    }
  }
}
