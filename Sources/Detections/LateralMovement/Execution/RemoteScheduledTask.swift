public import Evidence

/// A task is made on another computer, to run there.
public struct RemoteScheduledTask: Detection {
  public static let card = Card(
    slug: "remote-scheduled-task", title: "Remote scheduled task", severity: .medium,
    phase: .lateralMovement, techniques: ["T1053.005", "T1053.002"], aliases: ["BZAR T1053"],
    kinds: [.rpc],
    meaning: "A task runs as whoever its maker says, the system itself included. Tools make one, "
      + "run it at once, read what it wrote and remove it.",
    needs: "Calls to the task scheduler (MS-TSCH); of sealed ones the operation number alone.",
    blindSpots: ["SMB3 sessions that encrypt the pipe", "Tasks given out by group policy"],
    lookalikes: [
      "Administrators who manage tasks from their own computer",
      "Software distribution, backup and monitoring with tasks of their own",
    ],
    nextSteps: [
      "Ask whether the account's owner made the task, and read what it runs",
      "Remove the task; isolate the target if nobody knows it",
      "Exclude the computer that manages tasks",
    ],
    identity: [.source],
    thresholds: [
      Card.Threshold("signs", 1, "one sign of abuse makes an administrator's act suspicious"),
      Card.Threshold("lifetimeSeconds", 60, "a task that is to run again stays"),
    ])

  /// SchRpcDelete (MS-TSCH section 3.2.5.4.14), NetrJobDel (section 3.2.5.2.2).
  private static let deletion: UInt16 = 13

  private var made: Window<Route, String>
  private var deeds: Window<Route, String>

  public init(_ settings: DetectionSettings) {
    made = Window(span: .seconds(60), entries: 16, total: 4096)
    deeds = Window(span: .minutes(10), entries: 8, total: 4096)
  }

  public var evictions: UInt64 { made.evictions + deeds.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .rpc(let call) = activity.detail,
      call.interface == .taskScheduler || call.interface == .atsvc || call.interface == .sasec,
      activity.source.address != activity.target.address
    else { return }
    let route = Route(activity)
    let name = Self.name(of: call)
    if let execution = RemoteExecution(activity), execution.isNew {
      made.add(name.lowercased(), for: route, at: activity.time, activity.proof)
      let named = name.isEmpty ? "a task whose name cannot be read" : "the task \(name)"
      let command = execution.command.map { " (\(Words.shortened($0)))" } ?? ""
      let refusal = call.wasRefused(activity.outcome) ? ", and was refused" : ""
      add("made \(named)\(command)\(refusal)", execution.signs, activity, knowledge, &findings)
    } else if isDeletion(call), let life = life(of: name, route, activity.time) {
      let signs = ["it was removed \(Words.span(life)) after it was made"]
      add("removed \(name.isEmpty ? "the task" : name)", signs, activity, knowledge, &findings)
    }
  }

  private func isDeletion(_ call: RPCCall) -> Bool {
    call.interface == .taskScheduler
      ? call.opnum == Self.deletion : call.interface == .atsvc && call.opnum == 1
  }

  private static func name(of call: RPCCall) -> String {
    guard case .task(let operation) = call.arguments else { return "" }
    return operation.path ?? ""
  }

  /// How long a task had been there that is removed; nil if it was not made just before.
  private func life(of name: String, _ route: Route, _ moment: Instant) -> Instant.Span? {
    let wanted = name.lowercased()
    let known = made.entries(for: route).last { entry in
      moment.since(entry.time) <= made.span
        && (wanted.isEmpty || entry.value.isEmpty || wanted.hasSuffix(entry.value)
          || entry.value.hasSuffix(wanted))
    }
    return known.map { moment.since($0.time) }
  }

  private mutating func add(
    _ deed: String, _ signs: [String], _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge, _ findings: inout [Finding]
  ) {
    let scene = Scene(activity, knowledge)
    var all = signs
    if let tool = knowledge.hosts.tool(at: activity.source.address, activity.time) {
      all.append("\(tool.rawValue) spoke from the source")
    }
    let reasons = all.isEmpty ? "" : ", which is suspicious: \(all.joined(separator: "; "))"
    let route = Route(activity)
    deeds.addOnce(deed + reasons, for: route, at: activity.time, activity.proof)
    let told = deeds.entries(for: route).map(\.value).joined(separator: ". It ")
    findings.append(
      scene.finding(
        Words.severity(of: all), (all.isEmpty ? 0.4 : 0.8) * scene.source.trust,
        "\(scene.actor), on \(scene.target.name), \(told). Administrators and software "
          + "distribution make tasks too: theirs stay, and run programs of their own.",
        "task scheduler: \(deed)"))
  }
}

extension Words {
  /// What signs of abuse make of an administrator's act: none is low, one medium, more high.
  static func severity(of signs: [String]) -> Alert.Severity {
    switch signs.count {
    case 0: .low
    case 1: .medium
    default: .high
    }
  }

  /// Encoded commands are as long as their author likes.
  static func shortened(_ text: String) -> String {
    text.utf8.count <= 160 ? text : String(text.prefix(160)) + "…"
  }
}
