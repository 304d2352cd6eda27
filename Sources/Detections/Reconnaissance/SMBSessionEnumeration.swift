public import Evidence

/// Somebody asks a controller who is connected to it, and from where.
public struct SMBSessionEnumeration: Detection {
  public static let card = Card(
    slug: "smb-session-enumeration", title: "User and IP address reconnaissance (SMB)",
    severity: .medium, phase: .reconnaissance, techniques: ["T1087.002", "T1049"],
    aliases: ["2012"], kinds: [.rpc, .ldapBind, .ldapSearch, .smbTree],
    meaning: "Every user's computer keeps a session with a controller: its list of sessions says "
      + "where each user sits, which is how an attacker finds an administrator's computer.",
    needs: "NetrSessionEnum on the srvsvc pipe of an SMB session that is not encrypted "
      + "(MS-SRVS section 3.1.4.5).",
    blindSpots: ["SMB3 sessions that encrypt", "Other ways to ask, such as remote registry"],
    lookalikes: [
      "Asset and security scanners, monitoring",
      "The list of sessions in Computer Management, opened by an administrator",
    ],
    nextSteps: [
      "Ask who uses the account at the source, and for what",
      "Look for other reconnaissance of the same source, and for logons to the computers it learnt",
      "Restrict who may list sessions on controllers (SrvsvcSessionInfo)",
    ],
    identity: [.source, .account],
    thresholds: [
      Card.Threshold(
        "controllers", 3, "one controller may be a console; several in ten minutes is a sweep")
    ])

  /// NetrSessionEnum (MS-SRVS section 3.1.4.5).
  private static let sessionEnumeration: UInt16 = 12
  /// Hosts remembered as serving the directory: more than a forest has controllers.
  private static let serverLimit = 4096

  private let sweep: Int
  /// Who asked which controllers.
  private var asked: Window<Address, Address>
  /// Hosts that answered for the domain: LDAP, or the interfaces of its directory.
  private var directoryServers: Set<Address> = []

  public init(_ settings: DetectionSettings) {
    sweep = settings.scaled(3)
    asked = Window(span: .minutes(10), entries: 256, total: 8192)
  }

  public var evictions: UInt64 { asked.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    let server = activity.target.address
    if case .smbTree(let tree) = activity.detail {
      // Only controllers share these (MS-ADTS section 6.1.1.2.3 and MS-GPOL section 2.1).
      let path = tree.path.lowercased()
      if path.hasSuffix("\\sysvol") || path.hasSuffix("\\netlogon") { note(server) }
      return
    }
    guard case .rpc(let call) = activity.detail else {
      if activity.outcome == .success { note(server) }
      return
    }
    if call.interface == .drsuapi || call.interface == .netlogon { note(server) }
    guard call.opnum == Self.sessionEnumeration,
      call.interface == .srvsvc || (call.interface == nil && call.pipe == "srvsvc"),
      activity.source.address != server,
      !knowledge.isControllerHost(activity.source.address, at: activity.time)
    else { return }
    findings.append(finding(call, activity, knowledge))
  }

  private mutating func note(_ server: Address) {
    if directoryServers.count < Self.serverLimit { directoryServers.insert(server) }
  }

  private mutating func finding(
    _ call: RPCCall, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge
  ) -> Finding {
    let moment = activity.time
    let server = activity.target.address
    let source = knowledge.source(activity.source.address, at: moment)
    let target = knowledge.target(server, at: moment)
    // A sensor stands at controllers: where none is known yet, this is one as likely as not.
    let isController =
      knowledge.isControllerHost(server, at: moment) || directoryServers.contains(server)
      || (directoryServers.isEmpty && knowledge.controllers.isEmpty)
    if isController {
      asked.addOnce(server, for: activity.source.address, at: moment, activity.proof)
    }
    let count = asked.distinctCount(for: activity.source.address)
    let wasRefused = Self.wasRefused(call, activity.outcome)

    var result = Finding(
      time: moment, severity: isController ? .medium : .low,
      confidence: (wasRefused ? 0.6 : 0.8) * source.trust, explanation: "", source: source)
    if isController, count >= sweep { result.severity = .high }
    result.accounts = activity.account.map { [knowledge.party($0)] } ?? []
    result.targets = [target]
    let who = result.accounts.first.map { " as \($0.text)" } ?? ""
    result.explanation =
      "\(source.text)\(who) asked \(target.name) for its list of sessions (NetrSessionEnum): "
      + "which user is connected from which address. "
      + Self.told(call, wasRefused: wasRefused)
      + (isController
        ? " The host is a domain controller, where every user has a session"
          + (count > 1 ? "; \(count) controllers were asked within ten minutes." : ".")
          + " An administrator's console or a scanner asks the same."
        : " The host is not known as a controller: administration of file servers looks like this.")
    result.pieces = [
      Finding.Piece(activity.proof, moment, Self.summary(call, wasRefused: wasRefused))
    ]
    return result
  }

  private static func wasRefused(_ call: RPCCall, _ outcome: Activity.Outcome) -> Bool {
    if case .failure = outcome { return true }
    return (call.status ?? 0) != 0
  }

  private static func told(_ call: RPCCall, wasRefused: Bool) -> String {
    if wasRefused { return "It was refused." }
    guard case .sessionEnumeration(let question) = call.arguments else {
      return "The answer could not be read."
    }
    let count = question.count.map { Words.count($0, "session", "sessions") }
    return "It was told \(count ?? "an unread number of sessions") at level \(question.level)."
  }

  private static func summary(_ call: RPCCall, wasRefused: Bool) -> String {
    var text = "srvsvc NetrSessionEnum (opnum 12)"
    if case .sessionEnumeration(let question) = call.arguments {
      text += " level \(question.level)"
      if let count = question.count { text += ", \(Words.count(count, "session", "sessions"))" }
    }
    return wasRefused ? text + ", refused" : text
  }
}
