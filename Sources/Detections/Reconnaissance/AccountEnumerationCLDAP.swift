public import Evidence

/// Somebody asks for many names, by the question that finds a controller, whether they exist.
public struct AccountEnumerationCLDAP: Detection {
  public static let card = Card(
    slug: "account-enumeration-cldap", title: "Account enumeration reconnaissance (LDAP)",
    severity: .medium, phase: .reconnaissance, techniques: ["T1087.002"], aliases: ["2437"],
    kinds: [.ldapSearch],
    meaning: "A netlogon ping may name an account; the controller says whether it exists, to "
      + "anybody, without a logon and without a log.",
    needs: "Netlogon pings (MS-ADTS section 6.3.3), over UDP or TCP.",
    blindSpots: ["Names tried slowly, or from many addresses", "Pings over LDAPS"],
    lookalikes: ["Trusts and computers, which name their own account, the same each time"],
    nextSteps: [
      "Find the program at the source; isolate the host if nobody knows it",
      "Watch the accounts that were found for guessed passwords",
      "Block UDP 389 from networks without members",
    ],
    identity: [.source],
    thresholds: [
      Card.Threshold("names", 20, "people's names in ten minutes: a client names none, or its own")
    ])

  /// NetlogonAnswer operations that say the account exists (MS-ADTS section 6.3.1.3).
  private static let existing: Set<UInt16> = [19, 23]

  private let limit: Int
  private var names: Window<Address, String>
  private var found: Window<Address, String>

  public init(_ settings: DetectionSettings) {
    limit = settings.scaled(20)
    names = Window(span: .minutes(10), entries: 256, total: 16_384)
    found = Window(span: .minutes(10), entries: 64, total: 4096)
  }

  public var evictions: UInt64 { names.evictions + found.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .ldapSearch(let search) = activity.detail, search.scope == .base,
      search.base.isEmpty, search.filter.utf8.count > 6, search.filter.utf8.count < 1024,
      let name = Self.user(search.filter), name.utf8.last != UInt8(ascii: "$")
    else { return }
    let source = activity.source.address
    if let answer = search.netlogon, Self.existing.contains(answer.operation) {
      found.addOnce(name, for: source, at: activity.time, activity.proof)
    }
    let isNew = names.addOnce(name, for: source, at: activity.time, activity.proof)
    guard isNew, names.distinctCount(for: source) >= limit else { return }
    let all = names.entries(for: source).map(\.value)
    let hits = found.entries(for: source).map(\.value)
    var finding = Finding(.medium, 0.9, of: activity, knowledge)
    finding.explanation =
      "\(finding.actor) asked \(finding.object) by netlogon pings whether \(all.count) accounts "
      + "exist (\(Words.list(all))). "
      + (hits.isEmpty ? "None was found." : "Found: \(Words.list(hits)).")
      + " A client's own pings name no account, or its own."
    finding.accounts = hits.prefix(AlertTable.partyLimit).map {
      knowledge.party(AccountName(name: $0, domain: search.netlogon?.dnsDomain ?? ""))
    }
    let fresh = names.takeUnreported(for: source)
    finding.count = fresh.count
    finding.pieces = fresh.map {
      Finding.Piece($0.proof, $0.time, "netlogon ping for \($0.value)")
    }
    findings.append(finding)
  }

  /// The account that a ping names, in lower case; nil where it names none.
  private static func user(_ filter: String) -> String? {
    let term = DirectoryQuestion.terms(filter.lowercased()).first { $0.attribute == "user" }
    guard let value = term?.value, !value.isEmpty, value != "*" else { return nil }
    return String(value)
  }
}
