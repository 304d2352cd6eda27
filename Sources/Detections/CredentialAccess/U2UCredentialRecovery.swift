public import Evidence

/// Somebody asks for a ticket to themselves, to take their own secrets out of it.
public struct U2UCredentialRecovery: Detection {
  public static let card = Card(
    slug: "u2u-credential-recovery", title: "U2U / getPac / unPAC-the-hash", severity: .medium,
    phase: .credentialAccess, techniques: ["T1558", "T1003"], aliases: [],
    kinds: [.kerberosAS, .kerberosTGS],
    meaning: "A ticket encrypted with the asker's own session key shows its authorization data: "
      + "after a logon by certificate that is the account's NT hash, for another user that user's "
      + "groups.",
    needs: "AS and TGS exchanges.",
    blindSpots: ["A logon by certificate that was not seen: the ticket alone says little"],
    lookalikes: [
      "User-to-user between computers, whose service is a host's, not the asker's own name"
    ],
    nextSteps: [
      "Revoke the certificate that was used; see who issued it, and for whom",
      "Take the account's hash as known: change its password",
      "Find the program at the source",
    ],
    identity: [.source, .account],
    thresholds: [
      Card.Threshold("minutes", 10, "between the logon by certificate and the ticket to oneself")
    ])

  /// enc-tkt-in-skey (RFC 4120 section 5.4.1).
  private static let userToUser: UInt32 = 0x08
  /// PA-PK-AS-REQ (RFC 4556 section 3.2.1).
  private static let publicKey: Int32 = 16

  private struct Client: Hashable, Sendable {
    var source: Address
    var account: String
  }

  private var logons = Window<Client, Bool>(span: .minutes(10), entries: 4, total: 8192)

  public init(_ settings: DetectionSettings) {}

  public var evictions: UInt64 { logons.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    switch activity.detail {
    case .kerberosAS(let exchange):
      guard activity.outcome == .success, exchange.padata.contains(Self.publicKey) else { return }
      for name in [exchange.client, exchange.answeredClient ?? exchange.client] {
        let client = Client(
          source: activity.source.address, account: AccountName(name: name, domain: "").key)
        logons.addOnce(true, for: client, at: activity.time, activity.proof)
      }
    case .kerberosTGS(let exchange):
      guard exchange.options & Self.userToUser != 0 else { return }
      see(exchange, activity, knowledge, &findings)
    default: return
    }
  }

  private mutating func see(
    _ exchange: KerberosTGSExchange, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge, _ findings: inout [Finding]
  ) {
    let asker =
      exchange.presented.flatMap { knowledge.tickets.account(for: $0.fingerprint) }
      ?? exchange.client
    let service = AccountName(name: String(exchange.service.afterLast("\\")), domain: "").key
    // A computer's own service is named host/…, which is no account's name.
    guard !service.utf8.contains(UInt8(ascii: "/")) else { return }
    let isOwn = asker.map { Self.bare($0.key) == Self.bare(service) } ?? false
    let client = Client(source: activity.source.address, account: asker?.key ?? service)
    let logon = logons.entries(for: client).last {
      activity.time.since($0.time) <= logons.span
    }
    var finding = Finding(.high, 0.9, of: activity, knowledge)
    if let asker { finding.accounts = [knowledge.party(asker)] }
    if let user = exchange.onBehalfOf {
      finding.explanation =
        "\(finding.actor) asked for a ticket of \(user.name) to itself, encrypted with its own "
        + "session key (user to user with PA-FOR-USER). Only tools do so: they read the user's "
        + "groups out of it, to forge a ticket."
      finding.targets.insert(Alert.Target(kind: .account, name: user.name), at: 0)
    } else if isOwn, let logon {
      finding.explanation =
        "\(finding.actor) logged on by certificate and "
        + "\(Words.span(activity.time.since(logon.time))) later asked for a ticket to its own "
        + "account, encrypted with its own session key. The account's NT hash is in that ticket; "
        + "this is how tools turn a certificate into a hash. User to user between computers names "
        + "a host."
      finding.pieces = [
        Finding.Piece(logon.proof, logon.time, "logon by certificate", isBackground: true)
      ]
    } else {
      return
    }
    finding.pieces.append(
      Finding.Piece(activity, "TGS-REQ user to user for \(exchange.service)"))
    findings.append(finding)
  }

  private static func bare(_ key: String) -> String {
    key.utf8.last == UInt8(ascii: "$") ? String(key.dropLast()) : key
  }
}
