public import Evidence

/// Somebody asks the directory who there is, and who is powerful.
public struct LDAPPrincipalReconnaissance: Detection {
  public static let card = Card(
    slug: "ldap-principal-reconnaissance", title: "Security principal reconnaissance (LDAP)",
    severity: .medium, phase: .reconnaissance, techniques: ["T1087.002"],
    aliases: ["2038", "xdr_SuspiciousLdapQuery"], kinds: [.ldapSearch],
    meaning: "An attacker with one account asks for those worth taking: accounts with services, "
      + "members of powerful groups, all users, computers and groups.",
    needs: "LDAP that is not sealed: port 389 with signing only, or none.",
    blindSpots: ["Sealed LDAP and LDAPS", "The same questions over SAMR or ADWS"],
    lookalikes: [
      "Identity governance, directory synchronisation, inventory and security scanners",
      "Administrators who look up a group's members with LDAP tools",
    ],
    nextSteps: [
      "Ask whether the host is meant to query the directory so; exclude it if so",
      "Look for tickets of the services that were found, and for logons of those accounts",
      "Look for reconnaissance by SAMR, DNS and SMB of the same source",
    ],
    identity: [.source],
    thresholds: [
      Card.Threshold(
        "services", 1, "only administrators' tools ask for all accounts with services"),
      Card.Threshold("groups", 1, "without a history, one question for a powerful group is new"),
      Card.Threshold(
        "lists", 3, "an address book lists users, a member's daemon users and groups"),
    ])

  private let listLimit: Int
  private var lists: Window<Address, DirectoryQuestion.List>

  public init(_ settings: DetectionSettings) {
    listLimit = settings.scaled(3)
    lists = Window(span: .minutes(10), entries: 32, total: 8192)
  }

  public var evictions: UInt64 { lists.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .ldapSearch(let search) = activity.detail, !search.isConnectionless,
      search.scope != .base || search.filter.utf8.count > 40, !search.filter.isEmpty,
      !knowledge.isControllerHost(activity.source.address, at: activity.time)
    else { return }
    let question = DirectoryQuestion(search)
    let source = activity.source.address
    var what: String?
    if question.asksForServices, search.scope == .sub {
      what = "all accounts that have services, whose tickets can be cracked"
    } else if let group = question.sensitiveGroup, search.scope != .base {
      what = "the powerful group \(group), or who is in it"
    }
    if question.isFromRoot {
      var isNew = false
      for list in DirectoryQuestion.List.allCases
      where question.lists.contains(list) && (list.isPrincipals || list == .trusts) {
        if lists.addOnce(list, for: source, at: activity.time, activity.proof) { isNew = true }
      }
      let count = lists.distinctCount(for: source)
      if what == nil, isNew, count >= listLimit {
        let names = lists.entries(for: source).map { $0.value.rawValue }
        what = "all \(Words.list(names)) within ten minutes"
      }
    }
    guard let what else { return }
    var finding = Finding(
      activity.wasRefused ? .low : .medium, 0.8, of: activity, knowledge)
    finding.explanation =
      "\(finding.actor) asked the directory at \(finding.object) for \(what): "
      + "\(search.filter.prefix(200)) below \(search.base.isEmpty ? "the root" : search.base), "
      + "\(Words.count(search.entryCount, "entry", "entries")) in the answer. Applications ask for "
      + "one object at a time; synchronisation and scanners ask like this."
    finding.pieces =
      lists.takeUnreported(for: source).filter { $0.proof != activity.proof }.map {
        Finding.Piece($0.proof, $0.time, "search for all \($0.value.rawValue)", isBackground: true)
      } + [Finding.Piece(activity, "search \(search.filter.prefix(200))")]
    findings.append(finding)
  }
}
