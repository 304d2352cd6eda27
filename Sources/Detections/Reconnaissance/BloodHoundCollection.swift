public import Evidence

/// Somebody collects the whole directory, with who may do what to whom.
public struct BloodHoundCollection: Detection {
  public static let card = Card(
    slug: "bloodhound-collection", title: "BloodHound/SharpHound collection", severity: .high,
    phase: .reconnaissance, techniques: ["T1087", "T1069", "T1482", "T1615"], aliases: [],
    kinds: [.ldapSearch, .rpc],
    meaning: "All users, computers, groups, units, policies and trusts with their access lists, "
      + "and the sessions of many hosts, make a map of every way to domain administrators.",
    needs: "LDAP that is not sealed, or the calls by which sessions are listed at many hosts.",
    blindSpots: [
      "Sealed LDAP and LDAPS, unless sessions are collected too", "Collection over ADWS",
      "Collection of one kind a day",
    ],
    lookalikes: [
      "Security assessments: BloodHound Enterprise, PingCastle, Purple Knight",
      "Identity governance that reads access lists",
    ],
    nextSteps: [
      "Ask whether an assessment runs at the source; exclude its computer and account if so",
      "Isolate the source: paths that the map shows are tried next",
      "Watch the accounts and computers on short paths to administrators",
    ],
    identity: [.source],
    thresholds: [
      Card.Threshold("lists", 4, "kinds of objects, at least one with its access lists: a map"),
      Card.Threshold("plainLists", 6, "kinds of objects without access lists"),
      Card.Threshold(
        "hosts", 15,
        "hosts asked for their sessions: administrators ask one, file servers' monitors "
          + "a few"),
    ])

  private struct Collected: Hashable, Sendable {
    var list: DirectoryQuestion.List
    var hasAccess: Bool
  }

  /// NetrSessionEnum and NetrWkstaUserEnum (MS-SRVS section 3.1.4.5, MS-WKST section 3.2.4.3).
  private static let sessionEnumeration: UInt16 = 12
  private static let userEnumeration: UInt16 = 2

  private let listLimit: Int
  private let plainLimit: Int
  private let hostLimit: Int
  private var lists: Window<Address, Collected>
  private var hosts: Window<Address, Address>

  public init(_ settings: DetectionSettings) {
    listLimit = settings.scaled(4)
    plainLimit = settings.scaled(6)
    hostLimit = settings.scaled(15)
    lists = Window(span: .minutes(30), entries: 48, total: 8192)
    hosts = Window(span: .minutes(30), entries: 256, total: 16_384)
  }

  public var evictions: UInt64 { lists.evictions + hosts.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    switch activity.detail {
    case .ldapSearch(let search):
      guard !search.isConnectionless, search.scope == .sub,
        !knowledge.isControllerHost(activity.source.address, at: activity.time)
      else { return }
      see(search, activity, knowledge, &findings)
    case .rpc(let call):
      let isList =
        (call.interface == .srvsvc && call.opnum == Self.sessionEnumeration)
        || (call.interface == .wkssvc && call.opnum == Self.userEnumeration)
      guard isList, !knowledge.isControllerHost(activity.source.address, at: activity.time) else {
        return
      }
      let source = activity.source.address
      let isNew = hosts.addOnce(
        activity.target.address, for: source, at: activity.time, activity.proof)
      let count = hosts.distinctCount(for: source)
      guard isNew, count >= hostLimit else { return }
      var finding = Finding(.high, 0.75, of: activity, knowledge)
      finding.explanation =
        "\(finding.actor) asked \(count) hosts within half an hour who is logged on to them "
        + "(NetrSessionEnum, NetrWkstaUserEnum), as collectors do to find where administrators sit. "
        + "Asset scanners ask as many."
      let fresh = hosts.takeUnreported(for: source)
      finding.count = fresh.count
      finding.pieces = fresh.map {
        Finding.Piece($0.proof, $0.time, "\($0.value) is asked for its sessions or users")
      }
      findings.append(finding)
    default: return
    }
  }

  private mutating func see(
    _ search: LDAPSearch, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    let question = DirectoryQuestion(search)
    guard question.isFromRoot, !question.lists.isEmpty else { return }
    let source = activity.source.address
    let hasAccess =
      search.securityFlags != nil
      || search.attributes.contains { $0.lowercased() == "ntsecuritydescriptor" }
    var isNew = false
    for list in DirectoryQuestion.List.allCases where question.lists.contains(list) {
      let item = Collected(list: list, hasAccess: hasAccess)
      if lists.addOnce(item, for: source, at: activity.time, activity.proof) { isNew = true }
    }
    guard isNew else { return }
    let entries = lists.entries(for: source)
    var names: [String] = []
    for entry in entries where !names.contains(entry.value.list.rawValue) {
      names.append(entry.value.list.rawValue)
    }
    // A console for group policies lists policies, units and domains, with access lists too.
    let principals = DirectoryQuestion.List.allCases.count { list in
      list.isPrincipals && entries.contains { $0.value.list == list }
    }
    guard principals > 1 else { return }
    let withAccess = entries.contains { $0.value.hasAccess }
    guard names.count >= (withAccess ? listLimit : plainLimit) else { return }
    var finding = Finding(.high, withAccess ? 0.9 : 0.7, of: activity, knowledge)
    finding.explanation =
      "\(finding.actor) collected all \(Words.list(names)) of the domain from \(finding.object) "
      + "within half an hour" + (withAccess ? ", with their access lists" : "")
      + ". This is how BloodHound's collectors draw the map of all ways to administrators; an "
      + "assessment does the same."
    let fresh = lists.takeUnreported(for: source)
    finding.count = max(1, fresh.count)
    finding.pieces = fresh.map {
      Finding.Piece(
        $0.proof, $0.time,
        "all \($0.value.list.rawValue)\($0.value.hasAccess ? ", with access lists" : "")")
    }
    findings.append(finding)
  }
}
