public import Evidence

/// Somebody who is no controller asks a controller for the directory's secrets, as controllers do.
public struct DCSync: Detection {
  public static let card = Card(
    slug: "dcsync", title: "Suspected DCSync attack (replication of directory services)",
    severity: .high, phase: .domainDominance, techniques: ["T1003.006"], aliases: ["2006"],
    kinds: [.rpc],
    meaning: "DRSGetNCChanges returns password hashes of any account, krbtgt included. Only domain "
      + "controllers, and few directory products, have a reason to call it.",
    needs: "The bind of the drsuapi interface and the operation number of the request, which stay "
      + "readable when the arguments are sealed (MS-DRSR section 4.1.10).",
    blindSpots: [
      "Sessions whose bind was not captured",
      "Replication asked for from the address of a real controller",
      "drsuapi over a named pipe of an encrypted SMB3 session",
    ],
    lookalikes: [
      "Directory synchronisation (Entra Connect, its MSOL_ account), identity management, "
        + "migration tools",
      "A server that is being promoted to a controller, or a controller not yet known as one",
    ],
    nextSteps: [
      "Find out whether the source is, or is becoming, a controller or a synchronisation server",
      "If not: contain the source, disable the account, and reset krbtgt twice",
      "Review who holds Replicating Directory Changes on the domain",
    ],
    identity: [.source, .account])

  /// DRSReplicaSync, DRSGetNCChanges, DRSUpdateRefs (MS-DRSR section 4.1).
  private static let replicaSync: UInt16 = 2
  private static let getNCChanges: UInt16 = 3
  private static let updateReferences: UInt16 = 4

  /// Addresses remembered as partners: more controllers than a forest has.
  private static let partnerLimit = 4096
  /// Operations of one caller that the explanation tells of.
  private static let trailLimit = 16

  /// Hosts that answered drsuapi calls: only controllers do.
  private var servers: Set<Address> = []
  /// Hosts that did what only a replication partner does.
  private var partners: Set<Address> = []
  private var trails: Window<Address, UInt16>

  public init(_ settings: DetectionSettings) {
    trails = Window(span: .minutes(10), entries: DCSync.trailLimit, total: 4096)
  }

  public var evictions: UInt64 { trails.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .rpc(let call) = activity.detail, call.interface == .drsuapi else { return }
    let source = activity.source.address
    let moment = activity.time
    trails.addOnce(call.opnum, for: source, at: moment, activity.proof)
    if DCSync.answered(activity.outcome), servers.count < DCSync.partnerLimit {
      servers.insert(activity.target.address)
    }
    let isMachine = activity.account?.isMachine == true
    let isPartnersCall = call.opnum == DCSync.replicaSync || call.opnum == DCSync.updateReferences
    // A machine account that also tells its partner what to send, and when, replicates both ways.
    if isMachine, isPartnersCall, DCSync.answered(activity.outcome),
      partners.count < DCSync.partnerLimit
    {
      partners.insert(source)
    }

    guard call.opnum == DCSync.getNCChanges, source != activity.target.address,
      !knowledge.isControllerHost(source, at: moment), !isKnownPartner(source, activity, knowledge)
    else { return }
    findings.append(finding(call, activity, knowledge))
  }

  private static func answered(_ outcome: Activity.Outcome) -> Bool {
    outcome == .success || outcome == .unknown
  }

  /// A partner by its own traffic, under a machine account that is not known to be another host's.
  private func isKnownPartner(
    _ source: Address, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge
  ) -> Bool {
    if servers.contains(source) { return true }
    guard let account = activity.account else { return partners.contains(source) }
    guard account.isMachine else { return false }
    if let entry = knowledge.entry(for: account) {
      // The account of a controller, used from elsewhere than that controller, is stolen.
      guard entry.isController else { return false }
      guard case .resolved(let claim) = knowledge.computer(at: source, activity.time) else {
        return true
      }
      guard claim.certainty > .low, let host = ComputerName(claim.name) else { return true }
      return ComputerName(account.name)?.isSame(as: host) == true
    }
    return partners.contains(source)
  }

  private func finding(
    _ call: RPCCall, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge
  ) -> Finding {
    let source = knowledge.source(activity.source.address, at: activity.time)
    let target = knowledge.target(activity.target.address, at: activity.time)
    let account = activity.account
    let isShared = knowledge.names.isShared(activity.source.address, at: activity.time)
    let wasRefused = DCSync.isRefusal(activity.outcome)
    let isUnsure = isShared || source.certainty == .low || wasRefused
    var result = Finding(
      time: activity.time, severity: isUnsure ? .medium : .high,
      confidence: (call.isSealed ? 0.9 : 0.95) * source.trust * (isShared ? 0.7 : 1),
      explanation: "", source: source)
    result.accounts = account.map { [knowledge.party($0)] } ?? []
    result.targets = [target]
    let who = result.accounts.first.map { "as \($0.text) " } ?? ""
    let trail = trails.entries(for: activity.source.address).map { String($0.value) }
    result.explanation =
      "\(source.text) asked \(target.name) \(who)for a replica of the directory (DRSGetNCChanges), "
      + "which only domain controllers do; nothing shows that it is one. "
      + "Its replication calls by operation number, each once: \(trail.joined(separator: ", ")) "
      + "(tools that steal hashes call 0, 12 and 3; controllers also 2 and 4). "
      + DCSync.doubt(account, wasRefused: wasRefused, isShared: isShared)
    result.pieces = [
      Finding.Piece(activity.proof, activity.time, DCSync.summary(call, wasRefused: wasRefused))
    ]
    return result
  }

  private static func isRefusal(_ outcome: Activity.Outcome) -> Bool {
    guard case .failure = outcome else { return false }
    return true
  }

  private static func doubt(
    _ account: AccountName?, wasRefused: Bool, isShared: Bool
  ) -> String {
    if wasRefused { return "The controller refused." }
    if isShared { return "Several computers share the source's address." }
    if account?.key.hasPrefix("msol_") == true {
      return "The account is named as directory synchronisation names it: if the source is its "
        + "server, exclude both together."
    }
    return "A server that is being promoted looks the same."
  }

  private static func summary(_ call: RPCCall, wasRefused: Bool) -> String {
    var text = "drsuapi DRSGetNCChanges (opnum 3)"
    if case .replication(let context?) = call.arguments { text += " of \(context)" }
    if call.isSealed { text += ", arguments sealed" }
    return wasRefused ? text + ", refused" : text
  }
}
