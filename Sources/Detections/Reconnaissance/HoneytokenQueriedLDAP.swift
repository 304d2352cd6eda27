public import Evidence

/// Somebody asks the directory for an account that exists only to be asked for.
public struct HoneytokenQueriedLDAP: Detection {
  public static let card = Card(
    slug: "honeytoken-queried-ldap", title: "Honeytoken was queried via LDAP", severity: .low,
    phase: .reconnaissance, techniques: ["T1087.002"], aliases: ["2429"], kinds: [.ldapSearch],
    meaning: "Nobody works with a honeytoken: who asks for it by name found the name somewhere.",
    needs: "Honeytokens named in the workspace; LDAP that is not sealed.",
    blindSpots: ["Sealed LDAP and LDAPS", "Lists of all accounts, which name none"],
    lookalikes: [
      "Administrators who look after the honeytoken", "Synchronisation of single users",
    ],
    nextSteps: [
      "Ask the account's owner whether the question was theirs",
      "Look for other reconnaissance of the source, and for logons as the honeytoken",
    ],
    identity: [.source, .target],
    thresholds: [Card.Threshold("questions", 1, "no question for it is meant")])

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard !knowledge.honeytokens.isEmpty, case .ldapSearch(let search) = activity.detail,
      !knowledge.isControllerHost(activity.source.address, at: activity.time),
      let token = Self.token(search, knowledge)
    else { return }
    var finding = Finding(.low, 0.9, of: activity, knowledge)
    let server = finding.object
    finding.targets.insert(Alert.Target(kind: .account, name: token), at: 0)
    finding.explanation =
      "\(finding.actor) asked the directory at \(server) for the honeytoken \(token): "
      + "\(search.filter.prefix(200)). Nobody should; its administrator may have."
    finding.pieces = [Finding.Piece(activity, "search \(search.filter.prefix(200))")]
    findings.append(finding)
  }

  /// The honeytoken that a search names, or that alone it found.
  private static func token(_ search: LDAPSearch, _ knowledge: borrowing Knowledge) -> String? {
    for term in DirectoryQuestion.terms(search.filter) where !term.isNegated {
      let value = String(term.value)
      guard value.utf8.count > 1, value.utf8.count <= 256 else { continue }
      if let name = token(named: value, knowledge) { return name }
    }
    guard search.base.utf8.count > 3 || search.objects.count == 1 else { return nil }
    if let name = token(named: search.base, knowledge) { return name }
    return search.objects.count == 1 ? token(named: search.objects[0], knowledge) : nil
  }

  private static func token(named value: String, _ knowledge: borrowing Knowledge) -> String? {
    if knowledge.honeytokens.contains(value.lowercased()) { return value }
    let directory = knowledge.directory
    guard !directory.isEmpty else { return nil }
    let isPath = value.utf8.contains(UInt8(ascii: "="))
    guard
      let entry = isPath
        ? directory.entry(distinguishedName: value)
        : directory.entry(sid: value) ?? directory.entry(named: value),
      knowledge.isHoneytoken(AccountName(name: entry.samAccountName, domain: ""))
    else { return nil }
    return entry.samAccountName
  }
}
