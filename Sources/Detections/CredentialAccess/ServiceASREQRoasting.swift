public import Evidence

/// Somebody gets a service's ticket without any password, by an account that needs none.
public struct ServiceASREQRoasting: Detection {
  public static let card = Card(
    slug: "service-as-req-roasting", title: "AS-REQ for a service (kerberoast without preauth)",
    severity: .high, phase: .credentialAccess, techniques: ["T1558.003", "T1558.004"],
    aliases: [], kinds: [.kerberosAS],
    meaning: "An account without pre-authentication may be named by anybody; asked for a service "
      + "instead of a ticket-granting ticket, the controller hands out what can be cracked.",
    needs: "AS exchanges (RFC 4120 section 3.1).",
    blindSpots: ["Requests for ticket-granting tickets, which AS-REP roasting covers"],
    lookalikes: [
      "Changes of passwords, which ask for kadmin/changepw",
      "MIT and Heimdal clients that ask for a service at once, with pre-authentication",
    ],
    nextSteps: [
      "Let the account that was named need pre-authentication",
      "Change the passwords of the services asked for, if people chose them",
      "Find the program at the source",
    ],
    identity: [.source, .account],
    thresholds: [Card.Threshold("requests", 1, "no client asks so without pre-authentication")])

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .kerberosAS(let exchange) = activity.detail, activity.outcome == .success,
      exchange.requestWasSeen, !exchange.hasPreauthentication, !exchange.service.isEmpty
    else { return }
    let service = exchange.service.lowercased()
    guard !service.hasPrefix("krbtgt"), !service.hasPrefix("kadmin/"),
      service.before("@") != "changepw"
    else { return }
    var finding = Finding(.high, 0.95, of: activity, knowledge)
    finding.accounts = [
      knowledge.party(AccountName(name: exchange.client, domain: exchange.realm))
    ]
    finding.targets.insert(Alert.Target(kind: .service, name: exchange.service), at: 0)
    let etype = exchange.issued.map { Words.etype($0.etype) } ?? "a type that cannot be read"
    finding.explanation =
      "\(finding.sources.first?.text ?? "Somebody") asked, as \(exchange.client), which needs no "
      + "pre-authentication, for a ticket of \(exchange.service) by an AS-REQ, and got it in "
      + "\(etype). No password was needed; the service's can now be tried offline."
    finding.pieces = [Finding.Piece(activity, "AS-REP with a ticket for \(exchange.service)")]
    findings.append(finding)
  }
}
