public import Evidence

/// Somebody sends a password in clear.
public struct CleartextCredentials: Detection {
  public static let card = Card(
    slug: "cleartext-credentials",
    title: "Sensitive account credentials exposed / services exposing credentials",
    severity: .low, phase: .hygiene, techniques: ["T1040", "T1552"], aliases: [],
    kinds: [.ldapBind],
    meaning: "A simple bind without TLS shows the password to everybody on the way.",
    needs: "LDAP on port 389 without StartTLS.",
    blindSpots: ["Passwords in other protocols"],
    lookalikes: ["Printers, appliances and programs that were set up without TLS: they all do it"],
    nextSteps: [
      "Let the program use LDAPS or StartTLS, then change the password",
      "Require signing or TLS at the controllers",
    ],
    identity: [.source],
    thresholds: [Card.Threshold("binds", 1, "each one shows the password")])

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .ldapBind(let bind) = activity.detail, bind.method == .simple, !bind.name.isEmpty,
      bind.passwordMark != nil
    else { return }
    let directory = knowledge.directory
    let entry =
      directory.isEmpty
      ? nil
      : directory.entry(distinguishedName: bind.name)
        ?? activity.account.flatMap { knowledge.entry(for: $0) }
    let reason = entry.flatMap { knowledge.sensitivityReason(of: $0) }
    var finding = Finding(.low, 0.95, of: activity, knowledge)
    let name = entry?.samAccountName ?? bind.name
    finding.accounts = [
      activity.account.map { knowledge.party($0) }
        ?? Alert.Account(name: name, domain: entry?.dnsDomain, sid: entry?.sid)
    ]
    finding.explanation =
      "\(finding.sources.first?.text ?? "Somebody") sent the password of \(name) in clear to "
      + "\(finding.object) (LDAP simple bind)."
      + (reason.map { " The account is sensitive: \($0)." } ?? "")
      + " Everybody on the way can read it."
    finding.pieces = [Finding.Piece(activity, "simple bind as \(bind.name)")]
    findings.append(finding)
  }
}
