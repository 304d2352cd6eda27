public import Evidence

/// Somebody counts through identifiers to learn the names of all accounts.
public struct SIDEnumeration: Detection {
  public static let card = Card(
    slug: "sid-enumeration", title: "SID lookup / RID cycling & null session", severity: .medium,
    phase: .reconnaissance, techniques: ["T1087"], aliases: [], kinds: [.rpc],
    meaning: "Accounts are numbered: who translates number after number into names lists the "
      + "domain, without a right to list it, and at a null session without a logon.",
    needs: "LSARPC and SAMR calls that are not sealed, over SMB that is not encrypted; where only "
      + "the arguments are sealed, the number of calls decides.",
    blindSpots: ["SMB3 sessions that encrypt", "Look-ups slower than the window"],
    lookalikes: [
      "Computers that show access lists, which translate scattered identifiers",
      "Old printers and trusts, which use null sessions",
    ],
    nextSteps: [
      "Find the program at the source; isolate the host if nobody knows it",
      "Restrict anonymous access (RestrictAnonymous, RestrictRemoteSAM)",
      "Watch the accounts that were found for guessed passwords",
    ],
    identity: [.source],
    thresholds: [
      Card.Threshold("identifiers", 50, "neighbouring numbers in ten minutes: no access list has"),
      Card.Threshold(
        "sealedCalls", 200, "look-ups whose numbers cannot be read: no access list is so long"),
      Card.Threshold("nullSessions", 1, "an anonymous caller that is answered"),
    ])

  /// LsarLookupSids and its later forms (MS-LSAT section 3.1.4).
  private static let lookUps: Set<UInt16> = [15, 57, 76]
  /// SamrRidToSid, SamrLookupIdsInDomain and SamrOpenUser (MS-SAMR section 3.1.5).
  private static let ridToSID: UInt16 = 65
  private static let lookUpIDs: UInt16 = 18
  /// What a null session is used for: lists and names (MS-SAMR, MS-LSAD, MS-LSAT section 3.1).
  ///
  /// The domain's own identifier is asked for by whoever joins it.
  private static let tellingSAMR: Set<UInt16> = [
    11, 13, 15, 17, 18, 20, 25, 33, 36, 47, 40, 48, 51,
  ]
  private static let tellingLSA: Set<UInt16> = [11, 14, 15, 35, 50, 57, 58, 68, 76, 77]

  private let limit: Int
  private let sealedLimit: Int
  private var numbers: Window<Address, UInt32>
  private var sealed: Window<Address, Activity.Proof>

  public init(_ settings: DetectionSettings) {
    limit = settings.scaled(50)
    sealedLimit = settings.scaled(200)
    numbers = Window(span: .minutes(10), entries: 1024, total: 65_536)
    sealed = Window(span: .minutes(10), entries: sealedLimit + 16, total: 16_384)
  }

  public var evictions: UInt64 { numbers.evictions + sealed.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .rpc(let call) = activity.detail,
      call.interface == .lsarpc || call.interface == .samr,
      activity.source.address != activity.target.address,
      !knowledge.isControllerHost(activity.source.address, at: activity.time)
    else { return }
    lookForNullSession(call, activity, knowledge, &findings)
    let isLookUp =
      call.interface == .lsarpc
      ? Self.lookUps.contains(call.opnum)
      : call.opnum == Self.ridToSID || call.opnum == Self.lookUpIDs
    guard isLookUp else { return }
    let source = activity.source.address
    let asked = Self.identifiers(call)
    if asked.isEmpty, case .unread = call.arguments {
      // Another member's resolutions are few and cached: this many come from a loop.
      sealed.add(activity.proof, for: source, at: activity.time, activity.proof)
      guard sealed.count(for: source) == sealedLimit else { return }
      findings.append(finding(nil, activity, knowledge))
      return
    }
    var isNew = false
    for number in asked
    where numbers.addOnce(number, for: source, at: activity.time, activity.proof) {
      isNew = true
    }
    guard isNew, numbers.distinctCount(for: source) >= limit,
      let run = longestRun(source), run.count >= limit
    else { return }
    findings.append(finding(run, activity, knowledge))
  }

  /// The relative identifiers that a call asks about, at most a few thousand.
  private static func identifiers(_ call: RPCCall) -> [UInt32] {
    switch call.arguments {
    case .lookup(let lookup):
      return lookup.sids.prefix(2048).compactMap { sid in
        guard sid.hasPrefix("S-1-5-21-") else { return nil }
        return UInt32(sid.afterLast("-"))
      }
    case .samr(let query): return Array(query.rids.prefix(2048))
    default: return []
    }
  }

  /// The longest stretch of numbers with gaps of at most four: tools take steps, people jump.
  private func longestRun(_ source: Address) -> ClosedRange<UInt32>? {
    let all = numbers.entries(for: source).map(\.value).sorted()
    guard var first = all.first else { return nil }
    var last = first
    var length = 1
    var best = (length: 0, run: first...first)
    for number in all.dropFirst() where number != last {
      if number - last <= 4 {
        length += 1
      } else {
        first = number
        length = 1
      }
      last = number
      if length > best.length { best = (length, first...last) }
    }
    return best.length >= limit ? best.run : nil
  }

  private mutating func finding(
    _ run: ClosedRange<UInt32>?, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge
  ) -> Finding {
    var finding = Finding(.medium, run == nil ? 0.5 : 0.9, of: activity, knowledge)
    let count = numbers.distinctCount(for: activity.source.address)
    let what =
      run.map { "\(count) identifiers, \($0.lowerBound) to \($0.upperBound) one after the other" }
      ?? "\(sealedLimit) lists of identifiers that cannot be read"
    finding.explanation =
      "\(finding.actor) had \(finding.object) translate \(what), into names within ten minutes. "
      + "Who shows an access list translates a few scattered ones."
    let fresh = numbers.takeUnreported(for: activity.source.address)
    finding.count = max(1, fresh.count)
    finding.pieces = fresh.map {
      Finding.Piece($0.proof, $0.time, "the name of identifier \($0.value)")
    }
    if finding.pieces.isEmpty { finding.pieces = [Finding.Piece(activity, "look-up of SIDs")] }
    return finding
  }

  /// An anonymous caller is told something.
  private func lookForNullSession(
    _ call: RPCCall, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard let account = activity.account, account.isAnonymous, call.authenticationLevel < 2,
      !Self.wasRefused(call, activity.outcome), activity.outcome == .success
    else { return }
    let telling = call.interface == .samr ? Self.tellingSAMR : Self.tellingLSA
    guard telling.contains(call.opnum) else { return }
    var finding = Finding(.medium, 0.8, of: activity, knowledge)
    let name = call.operation ?? "opnum \(call.opnum)"
    finding.explanation =
      "\(finding.sources.first?.text ?? "Somebody") asked \(finding.object) without any account "
      + "(a null session) and was answered: \(name). Old printers and trusts do the same."
    finding.pieces = [Finding.Piece(activity, "\(name) over a null session, answered")]
    findings.append(finding)
  }

  /// A warning, such as STATUS_SOME_NOT_MAPPED, is an answer (MS-ERREF section 2.3).
  private static func wasRefused(_ call: RPCCall, _ outcome: Activity.Outcome) -> Bool {
    if case .failure(let code) = outcome { return code >> 31 != 0 || call.status == nil }
    return (call.status ?? 0) >> 31 != 0
  }
}
