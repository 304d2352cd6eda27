public import Evidence

/// Somebody logs on, or tries to, as an account that exists only to be tried.
public struct HoneytokenAuthentication: Detection {
  public static let card = Card(
    slug: "honeytoken-authentication", title: "Honeytoken authentication activity",
    severity: .high, phase: .credentialAccess, techniques: ["T1078.002"],
    aliases: ["2014", "xdr_HoneytokenSignInAttempt"],
    kinds: [.kerberosAS, .kerberosTGS, .ntlm, .ldapBind],
    meaning: "Nobody works as a honeytoken: every try, right or wrong, is an intruder's or a "
      + "mistake of its owner.",
    needs: "Honeytokens named in the workspace; Kerberos, NTLM or LDAP binds.",
    blindSpots: ["NTLM at servers that the mirror does not carry"],
    lookalikes: ["Scanners that try all accounts", "The owner, who tests the alert"],
    nextSteps: [
      "Ask the account's owner; if it was not them, isolate the source",
      "See which other accounts the source tried",
      "Find out how the name, and perhaps the password, was found",
    ],
    identity: [.source, .account],
    thresholds: [Card.Threshold("tries", 1, "no try is meant, whether it succeeds or fails")])

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard !knowledge.honeytokens.isEmpty,
      let (account, how) = Self.account(activity, knowledge), knowledge.isHoneytoken(account)
    else { return }
    var finding = Finding(.high, 0.95, of: activity, knowledge)
    finding.accounts = [knowledge.party(account)]
    let outcome: String
    switch activity.outcome {
    case .success: outcome = "It succeeded."
    case .failure(let code): outcome = "It was refused (\(code))."
    case .unanswered, .unknown: outcome = "The answer was not seen."
    }
    finding.explanation =
      "\(finding.sources.first?.text ?? "Somebody") used the honeytoken \(account.name) at "
      + "\(finding.object): \(how). \(outcome) Nobody should use this account."
    finding.pieces = [Finding.Piece(activity, "\(how) as \(account.name)")]
    findings.append(finding)
  }

  private static func account(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge
  ) -> (AccountName, String)? {
    switch activity.detail {
    case .kerberosAS(let exchange):
      return (AccountName(name: exchange.client, domain: exchange.realm), "Kerberos AS-REQ")
    case .kerberosTGS(let exchange):
      return exchange.client.map { ($0, "Kerberos ticket for \(exchange.service)") }
    case .ntlm(let logon):
      return (AccountName(name: logon.user, domain: logon.domain), "NTLM logon")
    case .ldapBind(let bind):
      if let account = activity.account { return (account, "LDAP bind") }
      guard !bind.name.isEmpty else { return nil }
      let entry = knowledge.directory.entry(distinguishedName: bind.name)
      return (AccountName(name: entry?.samAccountName ?? bind.name, domain: ""), "LDAP bind")
    default: return nil
    }
  }
}
