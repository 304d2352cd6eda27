public import Evidence

/// Somebody gives an account a key of their own, and logs on with it.
public struct ShadowCredentials: Detection {
  public static let card = Card(
    slug: "shadow-credentials", title: "Suspected account takeover using shadow credentials",
    severity: .high, phase: .credentialAccess, techniques: ["T1098", "T1649"], aliases: ["2431"],
    kinds: [.ldapChange, .kerberosAS],
    meaning: "A key in msDS-KeyCredentialLink logs on as the account, by a certificate that its "
      + "maker signed: who may write the attribute owns the account, without its password.",
    needs: "For the writing, LDAP that is not sealed; for the logon, AS exchanges with PKINIT.",
    blindSpots: ["Keys written over sealed LDAP and used elsewhere than where the mirror looks"],
    lookalikes: [
      "Windows Hello for Business, whose keys a synchronisation account writes, and whose "
        + "certificates are named by SID",
      "Computers that write their own key",
    ],
    nextSteps: [
      "Take the key out of the account's msDS-KeyCredentialLink",
      "Find out how the writer got the right; change the account's password",
      "Look for what was done as the account since then",
    ],
    identity: [.target],
    thresholds: [
      Card.Threshold("writes", 1, "keys are written by their owner or by synchronisation"),
      Card.Threshold("hours", 24, "between writing and logon: attackers do not wait"),
    ])

  /// Who was given a key: by account.
  private var written = Window<String, Bool>(span: .hours(24), entries: 4, total: 8192)

  public init(_ settings: DetectionSettings) {}

  public var evictions: UInt64 { written.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    switch activity.detail {
    case .ldapChange(let change):
      guard change.operation == .modify || change.operation == .add,
        Self.setsKey(change), activity.outcome == .success
      else { return }
      write(change, activity, knowledge, &findings)
    case .kerberosAS(let exchange):
      guard activity.outcome == .success, let certificate = exchange.certificates.first,
        certificate.isSelfIssued, !certificate.subject.isEmpty
      else { return }
      use(certificate, exchange, activity, knowledge, &findings)
    default: return
    }
  }

  private static func setsKey(_ change: LDAPChange) -> Bool {
    let name = "msds-keycredentiallink"
    guard change.attributes.contains(where: { $0.lowercased() == name }) else { return false }
    let values = change.values.filter { $0.attribute.lowercased() == name }
    return values.isEmpty
      || values.contains { ($0.action == .add || $0.action == .replace) && $0.byteCount > 0 }
  }

  private mutating func write(
    _ change: LDAPChange, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    let entry = knowledge.directory.entry(distinguishedName: change.object)
    let commonName = change.object.split(separator: ",", maxSplits: 1).first.map {
      String($0.afterLast("="))
    }
    let name = entry?.samAccountName ?? commonName ?? change.object
    let key = Self.key(name)
    if let writer = activity.account, Self.key(writer.name) == key { return }
    // Entra Connect writes all keys of Windows Hello, under a name of its own making.
    if let writer = activity.account, Self.isSynchronisation(writer.key) { return }
    written.addOnce(true, for: key, at: activity.time, activity.proof)
    var finding = Finding(.medium, 0.8, of: activity, knowledge)
    finding.targets.insert(Alert.Target(kind: .account, name: name), at: 0)
    finding.explanation =
      "\(finding.actor) gave \(name) a key (msDS-KeyCredentialLink), with which its owner can log "
      + "on as that account. Synchronisation writes keys of Windows Hello, a computer its own."
    finding.pieces = [
      Finding.Piece(activity, "msDS-KeyCredentialLink of \(change.object) written")
    ]
    findings.append(finding)
  }

  private mutating func use(
    _ certificate: ClientCertificate, _ exchange: KerberosASExchange,
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    let name = String(exchange.client.before("@"))
    let key = Self.key(name)
    let before = written.entries(for: key).last {
      activity.time.since($0.time) <= written.span
    }
    if before == nil {
      // Windows Hello names its certificates by SID, and a computer logs on from itself.
      guard !certificate.subject.hasOctets("S-1-"), !isFromItself(name, activity, knowledge),
        certificate.subject.lowercased().hasOctets("cn=\(key)")
      else { return }
    }
    var finding = Finding(
      before == nil ? .medium : .high, before == nil ? 0.75 : 0.95, of: activity, knowledge)
    finding.accounts = [knowledge.party(AccountName(name: name, domain: exchange.realm))]
    finding.targets.insert(Alert.Target(kind: .account, name: name), at: 0)
    finding.explanation =
      "\(finding.actor) logged on by a certificate that its maker signed (\(certificate.subject)), "
      + "as tools make them that have put a key into an account."
      + (before == nil
        ? " Windows Hello's certificates are named by SID."
        : " A key was written to \(name) within the day before.")
    finding.pieces =
      (before.map { [Finding.Piece($0.proof, $0.time, "a key was written", isBackground: true)] }
        ?? []) + [Finding.Piece(activity, "PKINIT as \(name) by \(certificate.subject)")]
    findings.append(finding)
  }

  private func isFromItself(
    _ name: String, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge
  ) -> Bool {
    guard name.utf8.last == UInt8(ascii: "$"), let computer = ComputerName(name) else {
      return false
    }
    guard case .resolved(let claim) = knowledge.computer(at: activity.source.address, activity.time)
    else { return true }
    return ComputerName(claim.name)?.isSame(as: computer) == true
  }

  private static func key(_ name: String) -> String {
    let key = AccountName(name: name, domain: "").key
    return key.utf8.last == UInt8(ascii: "$") ? String(key.dropLast()) : key
  }

  private static func isSynchronisation(_ key: String) -> Bool {
    key.hasPrefix("msol_") || key.hasPrefix("adsync") || key.hasPrefix("aad_")
  }
}
