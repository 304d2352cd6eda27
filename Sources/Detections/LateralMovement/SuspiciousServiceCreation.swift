public import Evidence

/// Somebody creates a service on another computer: administration, or code run from afar.
public struct SuspiciousServiceCreation: Detection {
  public static let card = Card(
    slug: "suspicious-service-creation", title: "Suspicious service creation",
    severity: .medium, phase: .lateralMovement, techniques: ["T1569.002", "T1543.003", "T1021"],
    aliases: ["2026", "xdr_SuspiciousRemoteServiceInstallation"], kinds: [.rpc, .smbFile],
    meaning: "A service runs as the system itself: whoever may create one from afar may run "
      + "anything. Tools that do so leave their mark in its path, its name, or its short life.",
    needs: "Calls to the service control manager (MS-SCMR) that are neither encrypted nor sealed; "
      + "of sealed ones the operation number alone.",
    blindSpots: ["SMB3 sessions that encrypt", "Services made locally, or by a management agent"],
    lookalikes: [
      "Software distribution and remote administration, PsExec in an administrator's hand",
      "Security products that install their agent",
    ],
    nextSteps: [
      "Ask whether the account's owner did this, and find the program that the service ran",
      "Stop and remove the service; isolate the target if nobody knows it",
      "Exclude the computer that distributes software",
    ],
    identity: [.source, .target],
    thresholds: [
      Card.Threshold("signs", 1, "one sign of abuse makes an administrator's act suspicious"),
      Card.Threshold("lifetimeSeconds", 60, "software is installed to stay"),
    ])

  /// RCreateServiceW, RCreateServiceA, RCreateServiceWOW64A, RCreateServiceWOW64W and
  /// RCreateWowService (MS-SCMR section 3.1.4).
  private static let creations: Set<UInt16> = [12, 24, 44, 45, 60]
  private static let deletion: UInt16 = 2
  private static let changes: Set<UInt16> = [11, 23]

  private struct Creation: Hashable, Sendable {
    var name: String
    var path: String
  }

  /// Programs written to administrative shares, by their names.
  private var written: Window<Route, String>
  private var created: Window<Route, Creation>
  /// What was done of late, for the explanation.
  private var deeds: Window<Route, String>

  public init(_ settings: DetectionSettings) {
    written = Window(span: .minutes(10), entries: 64, total: 16_384)
    created = Window(span: .seconds(60), entries: 16, total: 4096)
    deeds = Window(span: .minutes(10), entries: 8, total: 4096)
  }

  public var evictions: UInt64 { written.evictions + created.evictions + deeds.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard activity.source.address != activity.target.address else { return }
    let route = Route(source: activity.source.address, target: activity.target.address)
    switch activity.detail {
    case .smbFile(let file):
      guard file.action == .write || file.action == .create, activity.outcome == .success,
        SMBTree(path: file.tree).isAdministrative, let name = ServicePath.program(in: file.path)
      else { return }
      written.addOnce(name, for: route, at: activity.time, activity.proof)
    case .rpc(let call) where call.interface == .svcctl:
      manage(call, route, activity, knowledge, &findings)
    default:
      return
    }
  }

  private mutating func manage(
    _ call: RPCCall, _ route: Route, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge, _ findings: inout [Finding]
  ) {
    let operation = Self.operation(of: call)
    let path = operation?.binaryPath ?? ""
    let name = operation?.name ?? ""
    if Self.creations.contains(call.opnum) {
      let creation = Creation(name: name.lowercased(), path: path)
      created.add(creation, for: route, at: activity.time, activity.proof)
      var signs = ServicePath(path).signs + ServicePath.signs(ofName: name, path: path)
      if let program = ServicePath.program(in: path),
        written.contains(program, for: route, at: activity.time),
        !ServicePath.isDistribution(program)
      {
        signs.append("its program was written to an administrative share just before")
      }
      findings.append(finding("created", signs, call, activity, knowledge))
    } else if Self.changes.contains(call.opnum), !path.isEmpty {
      let signs = ServicePath(path).signs
      guard !signs.isEmpty else { return }
      findings.append(
        finding("changed the program of", signs, call, activity, knowledge))
    } else if call.opnum == Self.deletion, let life = life(of: name, route, activity.time) {
      let signs = ["it was removed \(Words.span(life)) after it was created"]
      findings.append(finding("removed", signs, call, activity, knowledge))
    }
  }

  private static func operation(of call: RPCCall) -> ServiceOperation? {
    guard case .service(let operation) = call.arguments else { return nil }
    return operation
  }

  /// How long a service had been there that is removed; nil if it was not created just before.
  private func life(of name: String, _ route: Route, _ moment: Instant) -> Instant.Span? {
    let known = created.entries(for: route).last { entry in
      moment.since(entry.time) <= created.span
        && (name.isEmpty || entry.value.name.isEmpty || entry.value.name == name.lowercased())
    }
    return known.map { moment.since($0.time) }
  }

  // MARK: - What is said

  private mutating func finding(
    _ did: String, _ signs: [String], _ call: RPCCall, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge
  ) -> Finding {
    let operation = Self.operation(of: call)
    let source = knowledge.source(activity.source.address, at: activity.time)
    let target = knowledge.target(activity.target.address, at: activity.time)
    let name = operation?.name.map { "the service \($0)" } ?? "a service whose name is sealed"
    var result = Finding(
      time: activity.time, severity: Self.severity(signs),
      confidence: (signs.isEmpty ? 0.4 : min(0.95, 0.7 + 0.1 * Double(signs.count))) * source.trust,
      explanation: "", source: source)
    result.accounts = activity.account.map { [knowledge.party($0)] } ?? []
    result.targets = [target]
    if let name = operation?.name {
      result.targets.append(Alert.Target(kind: .service, name: name))
    }
    let who = result.accounts.first.map { " as \($0.text)" } ?? ""
    let path = operation?.binaryPath.map { " (\(Self.shortened($0)))" } ?? ""
    let reasons = signs.isEmpty ? "" : ", which is suspicious: \(signs.joined(separator: "; "))"
    let refusal = Self.wasRefused(call, activity.outcome) ? ", and was refused" : ""
    let route = Route(source: activity.source.address, target: activity.target.address)
    let deed = "\(did) \(name)\(path)\(refusal)\(reasons)"
    deeds.addOnce(deed, for: route, at: activity.time, activity.proof)
    let all = deeds.entries(for: route).map(\.value).joined(separator: ". It ")
    result.explanation =
      "\(source.text)\(who), on \(target.name), \(all). "
      + (call.isSealed
        ? "What it runs is sealed. Administrators and software distribution create services too."
        : "Administrators and software distribution create services too, with programs in their "
          + "own folders that stay.")
    result.pieces = [
      Finding.Piece(
        activity.proof, activity.time,
        "svcctl opnum \(call.opnum): \(did) \(operation?.name ?? "a service")\(path)")
    ]
    return result
  }

  /// Low is administration; an interpreter with another sign is no administration at all.
  private static func severity(_ signs: [String]) -> Alert.Severity {
    switch signs.count {
    case 0: .low
    case 1, 2: .medium
    default: .high
    }
  }

  private static func wasRefused(_ call: RPCCall, _ outcome: Activity.Outcome) -> Bool {
    if case .failure = outcome { return true }
    return (call.status ?? 0) != 0
  }

  /// Encoded commands are as long as their author likes.
  private static func shortened(_ path: String) -> String {
    path.utf8.count <= 160 ? path : String(path.prefix(160)) + "…"
  }
}
