public import Evidence

/// A ticket without a PAC, and a PAC brought along: MS14-068.
public struct GoldenTicketForgedPAC: Detection {
  public static let card = Card(
    slug: "golden-ticket-forged-pac",
    title: "Suspected Golden Ticket usage (forged authorization data)", severity: .high,
    phase: .domainDominance, techniques: ["T1558.001"], aliases: ["2013", "CVE-2014-6324"],
    kinds: [.kerberosAS, .kerberosTGS],
    meaning: "MS14-068: the client asks for a ticket without a PAC and brings one of its own with "
      + "the next request; an unpatched controller believes it.",
    needs: "AS-REQ and TGS-REQ in clear.",
    blindSpots: ["PACs forged inside a ticket: without krbtgt's key nobody can see them"],
    lookalikes: [
      "Unix and Java clients ask for no PAC too, but bring none along (not reported)"
    ],
    nextSteps: [
      "Find out whether every controller has KB3011780", "Reset the account, and krbtgt twice",
    ],
    identity: [.source],
    thresholds: [Card.Threshold("minutes", 10, "the tool's next request follows at once")])

  private var bare: Window<Address, String>

  public init(_ settings: DetectionSettings) {
    bare = Window(span: .minutes(10), entries: 8, total: 8192)
  }

  public var evictions: UInt64 { bare.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    let source = activity.source.address
    switch activity.detail {
    case .kerberosAS(let exchange):
      guard exchange.includesPAC == false, exchange.issued != nil else { return }
      bare.add(exchange.client, for: source, at: activity.time, activity.proof)
    case .kerberosTGS(let exchange):
      guard exchange.hasAuthorizationData, let first = bare.entries(for: source).last,
        activity.time.since(first.time) <= bare.span
      else { return }
      let scene = Scene(activity, knowledge)
      let isRefused = activity.outcome.isFailure
      var result = scene.finding(
        .high, (isRefused ? 0.8 : 0.95) * scene.source.trust,
        "From \(scene.source.text), \(first.value) asked for a ticket without a PAC, and "
          + "\(Words.span(activity.time.since(first.time))) later for \(exchange.service) with "
          + "authorization data of its own"
          + "\(isRefused ? "; the controller refused." : ", and got it.")",
        "TGS-REQ with enc-authorization-data")
      result.accounts = [
        knowledge.party(AccountName(name: first.value, domain: exchange.realm))
      ]
      result.pieces.insert(
        Finding.Piece(first.proof, first.time, "AS-REQ without a PAC"), at: 0)
      findings.append(result)
    default: return
    }
  }
}
