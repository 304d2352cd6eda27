public import Evidence

/// Somebody logs on with a response that can be cracked in hours.
public struct NTLMv1Authentication: Detection {
  public static let card = Card(
    slug: "ntlmv1-authentication", title: "NTLMv1/LM authentication", severity: .low,
    phase: .hygiene, techniques: ["T1557"], aliases: [], kinds: [.ntlm],
    meaning: "An NTLMv1 or LM response gives the key of its account to whoever catches it.",
    needs: "NTLM over SMB, LDAP, HTTP or DCE/RPC in clear.",
    blindSpots: ["NTLM at servers that the mirror does not carry"],
    lookalikes: [
      "Old appliances, network storage and printers", "RADIUS servers that use MS-CHAP",
    ],
    nextSteps: [
      "Update or replace the client; set LmCompatibilityLevel to 5 on members",
      "Where a known challenge was sent, look for who answers in the server's place",
    ],
    identity: [.source],
    thresholds: [Card.Threshold("logons", 1, "each one gives the account's key away")])

  /// The challenge of tools whose tables of answers are computed: 1122334455667788.
  private static let knownChallenges: Set<UInt64> = [0x1122_3344_5566_7788, 0x8877_6655_4433_2211]

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .ntlm(let logon) = activity.detail, !logon.user.isEmpty else { return }
    let isOld = logon.version == .v1 || logon.version == .v1ESS
    let isKnown = logon.serverChallenge.map { Self.knownChallenges.contains($0) } ?? false
    guard isOld || isKnown else { return }
    let account = AccountName(name: logon.user, domain: logon.domain)
    let isControllers =
      account.isMachine && knowledge.isControllerHost(activity.source.address, at: activity.time)
    let isGrave = isKnown || isControllers
    var finding = Finding(isGrave ? .high : .low, 0.9, of: activity, knowledge)
    finding.accounts = [knowledge.party(account)]
    finding.explanation =
      "\(finding.actor) logged on to \(finding.object) with \(logon.version.rawValue)"
      + (isKnown ? ", to the challenge 1122334455667788 that tools with ready tables send" : "")
      + (isControllers ? "; it is a controller's own account" : "")
      + (isOld ? ". The account's key follows from the response. Old appliances do this." : ".")
    finding.pieces = [
      Finding.Piece(activity, "\(logon.version.rawValue) response of \(account.name)")
    ]
    findings.append(finding)
  }
}
