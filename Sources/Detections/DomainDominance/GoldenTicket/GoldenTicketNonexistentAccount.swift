public import Evidence

/// A ticket in the name of an account that the directory does not have.
public struct GoldenTicketNonexistentAccount: Detection {
  public static let card = Card(
    slug: "golden-ticket-nonexistent-account",
    title: "Suspected Golden Ticket usage (nonexistent account)", severity: .high,
    phase: .domainDominance, techniques: ["T1558.001", "T1068", "T1210"], aliases: ["2027"],
    kinds: [.kerberosTGS],
    meaning: "For its first minutes a forged ticket is believed without a look at the directory: "
      + "it may name anybody.",
    needs: "The directory, and TGS-REP in clear, which names the client.",
    blindSpots: ["Without a directory nothing is said", "Tickets in a real account's name"],
    lookalikes: ["Accounts made since the directory was read, whose logon was not seen"],
    nextSteps: [
      "Find out whether the account is new",
      "If not: end the source's sessions, reset krbtgt twice",
    ],
    identity: [.source, .account])

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .kerberosTGS(let exchange) = activity.detail, activity.outcome == .success,
      !knowledge.directory.isEmpty,
      exchange.onBehalfOf == nil, exchange.options & Delegation.proxyOption == 0,
      let forged = PresentedTGT(exchange, activity, knowledge), let client = exchange.client,
      // `host/ws03…`, `WELLKNOWN/ANONYMOUS`: principals that no account is named by.
      !client.isAnonymous, !client.key.utf8.contains(UInt8(ascii: "/")),
      let domain = knowledge.directory.dnsDomain,
      knowledge.domains.canonical(client.domain) == domain,
      knowledge.domains.canonical(forged.ticket.realm) == domain,
      knowledge.entry(for: client) == nil,
      // Made, or logged on, before our eyes: the directory is behind.
      knowledge.accounts.habit(of: client.key) == nil
    else { return }
    let scene = Scene(activity, knowledge)
    var result = scene.finding(
      .high, 0.85 * scene.source.trust,
      "\(scene.source.text) got a ticket for \(exchange.service) in the name of \(client.name), an "
        + "account that the directory does not have, with a ticket-granting ticket whose issue was "
        + "not seen.",
      "TGS-REP for \(client.name), who is not in the directory")
    result.accounts = [knowledge.party(client)]
    findings.append(result)
  }
}
