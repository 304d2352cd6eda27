public import Evidence

/// Somebody logs on with a certificate that an authority gave to somebody else, or to a tool.
public struct RogueCertificate: Detection {
  public static let card = Card(
    slug: "rogue-certificate", title: "Suspected rogue Kerberos certificate usage",
    severity: .high, phase: .lateralMovement, techniques: ["T1649"], aliases: ["2047"],
    kinds: [.kerberosAS],
    meaning: "A template that lets its user choose the name, or a relayed enrolment, gives anybody "
      + "a certificate of an administrator. It works until it ends, whatever the password.",
    needs: "PKINIT requests in clear, as the certificate in them always is (RFC 4556).",
    blindSpots: [
      "Certificates used with Schannel (LDAPS) instead of Kerberos",
      "Forged certificates that are complete, used with the system's own client",
    ],
    lookalikes: ["Smart cards that administrators enrol for others", "Testers' tools"],
    nextSteps: [
      "Find the certificate by its serial number at the authority, and who asked for it",
      "Revoke it; review templates that let the requester choose the name",
    ],
    identity: [.source, .account],
    thresholds: [Card.Threshold("freshMinutes", 60, "a card is enrolled before the day it is used")]
  )

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .kerberosAS(let exchange) = activity.detail,
      let certificate = exchange.certificates.first, !certificate.isSelfIssued
    else { return }
    let account = AccountName(name: exchange.client, domain: exchange.realm)
    var signs = Self.strangers(certificate, account, activity, knowledge)
    let isProven = !signs.isEmpty
    if let tool = exchange.tool { signs.append("the request is that of \(tool.rawValue)") }
    guard !signs.isEmpty else { return }
    if certificate.sid == nil { signs.append("the authority wrote no account's SID into it") }
    if let begin = certificate.notBefore,
      activity.time.since(begin) <= .minutes(60), activity.time.since(begin) >= .seconds(0)
    {
      signs.append("it is \(Words.span(activity.time.since(begin))) old")
    }
    let scene = Scene(activity, knowledge)
    let isRefused = activity.outcome.isFailure
    let isSure = (isProven || signs.count >= 2) && !isRefused
    var result = scene.finding(
      isSure ? .high : .medium, (isProven ? 0.9 : 0.75) * scene.source.trust,
      "From \(scene.source.text), \(exchange.client) logged on with a certificate of "
        + "\(certificate.issuer), given to \(certificate.subject): "
        + "\(signs.joined(separator: "; ")).\(isRefused ? " It was refused." : "")",
      "PKINIT with certificate \(certificate.serialNumber)")
    result.accounts = [knowledge.party(account)]
    findings.append(result)
  }

  /// Signs that the certificate is not the account's.
  private static func strangers(
    _ certificate: ClientCertificate, _ account: AccountName, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge
  ) -> [String] {
    var found: [String] = []
    let entry = knowledge.entry(for: account)
    if let sid = certificate.sid, let entry, entry.sid.uppercased() != sid.uppercased() {
      found.append("the SID in it is another account's (\(sid))")
    }
    if let entry, !certificate.userPrincipalNames.isEmpty,
      let named = certificate.userPrincipalNames.compactMap({
        knowledge.entry(for: AccountName(name: $0, domain: ""))
      }).first, named.sid != entry.sid
    {
      found.append("it names \(named.samAccountName)")
    }
    let subject = commonName(certificate.subject).lowercased()
    if !subject.isEmpty, subject != account.key, !account.isMachine,
      knowledge.hosts.hasPerson(subject, at: activity.source.address)
    {
      found.append("it was given to \(subject), who logged on from the same computer")
    }
    if account.isMachine, let own = ComputerName(account.name),
      let claim = knowledge.otherComputer(
        than: own, at: activity.source.address, activity.time), claim.method != .machineLogon
    {
      found.append("the source is another computer (\(claim.name))")
    }
    return found
  }

  /// CN of an RFC 4514 text.
  private static func commonName(_ subject: String) -> String {
    for part in subject.split(separator: ",") {
      let bare = part.drop { $0 == " " }
      if bare.prefix(3).lowercased() == "cn=" { return String(bare.dropFirst(3)) }
    }
    return ""
  }
}
