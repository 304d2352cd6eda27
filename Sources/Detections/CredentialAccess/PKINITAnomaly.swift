public import Evidence

/// A logon by a certificate that does not fit who logs on.
public struct PKINITAnomaly: Detection {
  public static let card = Card(
    slug: "pkinit-anomaly", title: "PKINIT anomalies", severity: .medium,
    phase: .credentialAccess, techniques: ["T1649"], aliases: [], kinds: [.kerberosAS],
    meaning: "A certificate that is out of date, or for no logon at all, is accepted by "
      + "controllers with weak settings only; an anonymous ticket hides who asks.",
    needs: "AS exchanges with PKINIT, whose certificate is in clear.",
    blindSpots: ["Certificates that fit, however they were come by"],
    lookalikes: [
      "Linux members, which get an anonymous ticket to hide their logon in (FAST)",
      "Smart cards with a mapping instead of a name",
    ],
    nextSteps: [
      "See who issued the certificate, from which template, and for whom",
      "Revoke it if it should not be; review the templates of the authority",
      "Enforce strong mapping (StrongCertificateBindingEnforcement)",
    ],
    identity: [.source, .account],
    thresholds: [Card.Threshold("logons", 1, "a certificate that fits has none of these marks")])

  /// Extended key usages with which Windows lets somebody log on: client authentication, smart
  /// card, PKINIT, any (MS-PKCA section 3.1.5.2.1).
  private static let logonPurposes: Set<String> = [
    "1.3.6.1.5.5.7.3.2", "1.3.6.1.4.1.311.20.2.2", "1.3.6.1.5.2.3.4", "2.5.29.37.0",
  ]
  private static let clockSkew = Instant.Span.minutes(5)

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .kerberosAS(let exchange) = activity.detail, activity.outcome == .success else {
      return
    }
    let client = exchange.client.lowercased()
    if client.hasPrefix("wellknown/anonymous") {
      var finding = Finding(.low, 0.5, of: activity, knowledge)
      finding.explanation =
        "\(finding.sources.first?.text ?? "Somebody") got an anonymous ticket from "
        + "\(finding.object). Linux members hide their logon in one; Windows members do not ask."
      finding.pieces = [Finding.Piece(activity, "anonymous AS-REQ")]
      findings.append(finding)
      return
    }
    guard let certificate = exchange.certificates.first, !certificate.isSelfIssued else { return }
    let why = Self.anomalies(certificate, activity.time)
    guard !why.isEmpty else { return }
    var finding = Finding(.medium, 0.75, of: activity, knowledge)
    finding.accounts = [
      knowledge.party(AccountName(name: exchange.client, domain: exchange.realm))
    ]
    finding.explanation =
      "\(finding.actor) logged on by the certificate of \(certificate.subject), issued by "
      + "\(certificate.issuer): \(why.joined(separator: "; "))."
    finding.pieces = [Finding.Piece(activity, "PKINIT: \(why.joined(separator: "; "))")]
    findings.append(finding)
  }

  private static func anomalies(_ certificate: ClientCertificate, _ moment: Instant) -> [String] {
    var found: [String] = []
    if let end = certificate.notAfter, moment.since(end) > clockSkew {
      found.append("it had expired")
    }
    if let start = certificate.notBefore, start.since(moment) > clockSkew {
      found.append("it was not valid yet")
    }
    let purposes = certificate.purposes + certificate.applicationPolicies
    if !certificate.purposes.isEmpty, !purposes.contains(where: { logonPurposes.contains($0) }) {
      found.append("its purposes are others than a logon")
    }
    return found
  }
}
