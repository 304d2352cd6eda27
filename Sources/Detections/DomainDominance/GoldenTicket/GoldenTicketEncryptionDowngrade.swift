public import Evidence

/// A ticket-granting ticket under RC4 in a realm that issues them under AES.
public struct GoldenTicketEncryptionDowngrade: Detection {
  public static let card = Card(
    slug: "golden-ticket-encryption-downgrade",
    title: "Suspected Golden Ticket usage (encryption downgrade)", severity: .medium,
    phase: .domainDominance, techniques: ["T1558.001"], aliases: ["2009"],
    kinds: [.kerberosAS, .kerberosTGS],
    meaning:
      "Ticket-granting tickets are encrypted with krbtgt's strongest key, whatever the client "
      + "can do. Who stole krbtgt's NT hash forges them with RC4.",
    needs: "TGS-REQ in clear, and at least one ticket-granting ticket that the realm issued.",
    blindSpots: ["Tickets forged with krbtgt's AES key", "Realms that issue RC4 themselves"],
    lookalikes: ["Tickets that were issued before krbtgt had an AES key"],
    nextSteps: ["Find the source's sessions and end them", "Reset krbtgt twice"],
    identity: [.source])

  /// Realms remembered: more than a forest and its trusts have.
  private static let realmLimit = 1024

  /// By realm in lower case: whether it issued a ticket-granting ticket under AES, or under RC4.
  private var strong: Set<String> = []
  private var weak: Set<String> = []
  private var reported: Window<UInt128, Bool>

  public init(_ settings: DetectionSettings) {
    reported = Window(span: .hours(1), entries: 1, total: 4096)
  }

  public var evictions: UInt64 { reported.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    switch activity.detail {
    case .kerberosAS(let exchange): learn(exchange.issued)
    case .kerberosTGS(let exchange):
      learn(exchange.issued)
      guard let forged = PresentedTGT(exchange, activity, knowledge),
        forged.ticket.etype.isRC4Etype
      else { return }
      let realm = forged.ticket.realm.lowercased()
      guard strong.contains(realm), !weak.contains(realm),
        reported.addOnce(
          true, for: forged.ticket.fingerprint, at: activity.time, activity.proof)
      else { return }
      let scene = Scene(activity, knowledge)
      var result = scene.finding(
        .medium, 0.85 * scene.source.trust,
        "\(scene.actor) asked for \(exchange.service) with a ticket-granting ticket of "
          + "\(forged.ticket.realm) under \(Words.etype(forged.ticket.etype)). This realm issues "
          + "them under AES, and the issue of this one was not seen.",
        "TGS-REQ with a ticket-granting ticket under \(Words.etype(forged.ticket.etype))")
      if result.accounts.isEmpty, let client = forged.client {
        result.accounts = [knowledge.party(client)]
      }
      findings.append(result)
    default: return
    }
  }

  private mutating func learn(_ issued: Ticket?) {
    guard let issued, Delegation.isOwnRealm(issued), strong.count < Self.realmLimit else { return }
    let realm = issued.realm.lowercased()
    if issued.etype.isStrongEtype {
      strong.insert(realm)
    } else if issued.etype.isRC4Etype, weak.count < Self.realmLimit {
      weak.insert(realm)
    }
  }
}
