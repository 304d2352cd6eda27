public import Evidence

/// Somebody lists the accounts or groups of the domain, or asks who its administrators are.
public struct SAMRReconnaissance: Detection {
  public static let card = Card(
    slug: "samr-reconnaissance", title: "User and group membership reconnaissance (SAMR)",
    severity: .medium, phase: .reconnaissance, techniques: ["T1087.002", "T1069.002"],
    aliases: ["2021"], kinds: [.rpc],
    meaning: "An attacker who has one account asks for all others, and for those worth taking. "
      + "Windows itself asks the account manager about single accounts, hardly ever for lists.",
    needs: "SAMR calls (MS-SAMR) over an SMB session that is not encrypted; where only the "
      + "arguments are sealed, the operation number decides.",
    blindSpots: ["SMB3 sessions that encrypt", "The same questions over LDAP"],
    lookalikes: [
      "Administrators and help desks (`net user /domain`, `net group /domain`)",
      "Identity governance, scanners, backup products",
      "Old Samba members that list domain users",
    ],
    nextSteps: [
      "Ask whether the user works at the source, and why these names were asked for",
      "Look for logons with the names that were learnt",
      "Restrict clients allowed to make remote calls to SAM",
    ],
    identity: [.source, .account],
    thresholds: [
      Card.Threshold("enumerations", 1, "without a history, one answered list is new"),
      Card.Threshold("groups", 1, "one question for a default sensitive group"),
      Card.Threshold(
        "accounts", 3, "a user looks up itself; three sensitive accounts are a selection"),
    ])

  private static let lookupNames: UInt16 = 17
  private static let openGroup: UInt16 = 19
  private static let membersOfGroup: UInt16 = 25
  private static let openAlias: UInt16 = 27
  private static let membersOfAlias: UInt16 = 33
  private static let openUser: UInt16 = 34
  /// Operations that list accounts or groups (MS-SAMR section 3.1.5), and how people call them.
  private static let enumerations: [UInt16: String] = [
    11: "groups (SamrEnumerateGroupsInDomain)", 13: "users (SamrEnumerateUsersInDomain)",
    15: "aliases (SamrEnumerateAliasesInDomain)",
    40: "accounts (SamrQueryDisplayInformation)", 48: "accounts (SamrQueryDisplayInformation2)",
    51: "accounts (SamrQueryDisplayInformation3)",
  ]
  /// All that are looked at: most calls open, close and ask for one thing.
  private static let operations = Set(enumerations.keys).union([
    lookupNames, openGroup, membersOfGroup, openAlias, membersOfAlias, openUser,
  ])
  /// Relative identifiers of sensitive groups: of a domain, and of its BUILTIN domain.
  private static let domainGroups: [UInt32: String] = names(498...521) { "S-1-5-21-0-\($0)" }
  private static let aliases: [UInt32: String] = names(544...557) { "S-1-5-32-\($0)" }
  /// Accounts are no groups: Administrator and krbtgt.
  private static let accounts: Set<UInt32> = [500, 502]
  private static let groupNames = Set(
    (Array(domainGroups.values) + Array(aliases.values)).map { $0.lowercased() })

  private let accountLimit: Int
  private var asked: Window<Address, String>
  /// What was asked of late, for the explanation.
  private var questions: Window<Address, String>

  public init(_ settings: DetectionSettings) {
    accountLimit = settings.scaled(3)
    asked = Window(span: .minutes(10), entries: 64, total: 8192)
    questions = Window(span: .minutes(10), entries: 16, total: 4096)
  }

  public var evictions: UInt64 { asked.evictions + questions.evictions }

  private static func names(
    _ numbers: ClosedRange<UInt32>, _ sid: (UInt32) -> String
  ) -> [UInt32: String] {
    var found: [UInt32: String] = [:]
    for number in numbers where !accounts.contains(number) {
      found[number] = SensitiveGroups.name(ofSID: sid(number))
    }
    return found
  }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .rpc(let call) = activity.detail, call.interface == .samr,
      Self.operations.contains(call.opnum),
      activity.source.address != activity.target.address,
      !knowledge.isControllerHost(activity.source.address, at: activity.time)
    else { return }
    if let list = Self.enumerations[call.opnum] {
      findings.append(enumeration(of: list, call, activity, knowledge))
      return
    }
    guard case .samr(let query) = call.arguments else { return }
    if let group = Self.sensitiveGroup(call.opnum, query, knowledge) {
      findings.append(question(for: group, call, activity, knowledge))
      return
    }
    lookForAccounts(call, query, activity, knowledge, &findings)
  }

  // MARK: - Lists and groups

  private mutating func enumeration(
    of list: String, _ call: RPCCall, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge
  ) -> Finding {
    var size = ""
    if case .samr(let query) = call.arguments, let count = query.count {
      size = ", \(Words.count(count, "entry", "entries")) in the answer"
    }
    let question = Question(
      what: "the list of all \(list)", told: size,
      because: "Windows does not list a domain's accounts by itself; administrators' tools do.")
    return finding(question, call, activity, knowledge)
  }

  private mutating func question(
    for group: String, _ call: RPCCall, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge
  ) -> Finding {
    let question = Question(
      what: "the sensitive group \(group)", told: "",
      because: "Its members are what an attacker wants; an administrator may ask the same.")
    var result = finding(question, call, activity, knowledge)
    result.targets.append(Alert.Target(kind: .group, name: group))
    // On a server that is no controller, BUILTIN groups are that server's own.
    let isOwnGroup = call.opnum == Self.openAlias || call.opnum == Self.membersOfAlias
    let isKnown = !knowledge.controllers.isEmpty
    if isOwnGroup, isKnown,
      !knowledge.isControllerHost(activity.target.address, at: activity.time)
    {
      result.severity = .low
      result.explanation += " The server is no controller: the group is a local one."
    }
    return result
  }

  /// The sensitive group that a call is about.
  private static func sensitiveGroup(
    _ operation: UInt16, _ query: SAMRQuery, _ knowledge: borrowing Knowledge
  ) -> String? {
    switch operation {
    case lookupNames:
      return query.names.first { name in
        if groupNames.contains(name.lowercased()) { return true }
        guard let entry = knowledge.directory.entry(named: name), entry.kind == .group else {
          return false
        }
        return knowledge.directory.sensitivityReason(sid: entry.sid) != nil
      }
    case openGroup, membersOfGroup:
      return query.rids.lazy.compactMap { domainGroups[$0] }.first
    case openAlias, membersOfAlias:
      return query.rids.lazy.compactMap { aliases[$0] }.first
    default:
      return nil
    }
  }

  // MARK: - Accounts

  private mutating func lookForAccounts(
    _ call: RPCCall, _ query: SAMRQuery, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge, _ findings: inout [Finding]
  ) {
    guard call.opnum == Self.lookupNames || call.opnum == Self.openUser else { return }
    let source = activity.source.address
    let own = activity.account?.key
    var isNew = false
    for name in Self.sensitiveAccounts(query, knowledge) where name != own {
      if asked.addOnce(name, for: source, at: activity.time, activity.proof) { isNew = true }
    }
    guard isNew, asked.distinctCount(for: source) >= accountLimit else { return }
    let names = asked.entries(for: source).map(\.value)
    let question = Question(
      what: "\(names.count) sensitive accounts (\(Words.list(names)))", told: "",
      because: "A user looks up itself and who it works with; this is a selection of the powerful.")
    var result = finding(question, call, activity, knowledge)
    result.targets += names.map { Alert.Target(kind: .account, name: $0) }
    let fresh = asked.takeUnreported(for: source)
    result.count = fresh.count
    result.pieces = fresh.map {
      Finding.Piece($0.proof, $0.time, "SAMR question for \($0.value)")
    }
    findings.append(result)
  }

  private static func sensitiveAccounts(
    _ query: SAMRQuery, _ knowledge: borrowing Knowledge
  ) -> [String] {
    var found: [String] = []
    for name in query.names {
      let account = AccountName(name: name, domain: "")
      let isDefault = account.key == "administrator" || account.key == "krbtgt"
      if isDefault || knowledge.sensitivityReason(of: account) != nil { found.append(account.key) }
    }
    guard found.isEmpty else { return found }
    if query.rids.contains(500) { found.append("administrator") }
    if query.rids.contains(502) { found.append("krbtgt") }
    return found
  }

  // MARK: - What is said

  private struct Question {
    var what: String
    /// What the answer had, after a comma.
    var told: String
    var because: String
  }

  private mutating func finding(
    _ question: Question, _ call: RPCCall, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge
  ) -> Finding {
    let address = activity.source.address
    let source = knowledge.source(address, at: activity.time)
    let target = knowledge.target(activity.target.address, at: activity.time)
    let wasRefused = Self.wasRefused(call, activity.outcome)
    questions.addOnce(question.what, for: address, at: activity.time, activity.proof)
    let all = questions.entries(for: address).map(\.value)
    var result = Finding(
      time: activity.time, severity: wasRefused ? .low : .medium,
      confidence: (call.isSealed ? 0.6 : 0.8) * source.trust, explanation: "", source: source)
    result.accounts = activity.account.map { [knowledge.party($0)] } ?? []
    result.targets = [target]
    let who = result.accounts.first.map { " as \($0.text)" } ?? ""
    result.explanation =
      "\(source.text)\(who) asked the account manager of \(target.name) for "
      + "\(Words.list(all))\(question.told). \(question.because)"
    if wasRefused { result.explanation += " It was refused." }
    if call.isSealed { result.explanation += " The arguments are sealed: the operation decides." }
    result.pieces = [
      Finding.Piece(
        activity.proof, activity.time,
        "SAMR opnum \(call.opnum): asked for \(question.what)\(question.told)")
    ]
    return result
  }

  /// A warning (STATUS_MORE_ENTRIES 0x105, STATUS_SOME_NOT_MAPPED 0x107) is an answer; an error, whose
  /// top bit is set, is not (MS-ERREF section 2.3).
  private static func wasRefused(_ call: RPCCall, _ outcome: Activity.Outcome) -> Bool {
    if case .failure(let code) = outcome { return code >> 31 != 0 || call.status == nil }
    return (call.status ?? 0) >> 31 != 0
  }
}
