public import Evidence

/// A program is run on another computer through WMI or an object of DCOM.
public struct RemoteManagementExecution: Detection {
  public static let card = Card(
    slug: "remote-wmi-dcom-execution", title: "Remote execution through WMI or DCOM",
    severity: .medium, phase: .lateralMovement, techniques: ["T1047", "T1021.003"],
    aliases: ["BZAR T1047"], kinds: [.rpc, .smbFile],
    meaning: "Methods of WMI and of some objects run any program on the computer that is asked, "
      + "without leaving a service or a task behind.",
    needs:
      "DCOM's calls: of sealed ones, as nearly all of WMI's are, interface and operation number.",
    blindSpots: [
      "Which method is called, where it is sealed: an inventory calls methods too",
      "Queries and other reads, on purpose",
    ],
    lookalikes: [
      "Inventory and monitoring, software distribution", "Administration consoles of Windows",
    ],
    nextSteps: [
      "Ask whether the account's owner did this, and find the process that was started",
      "Isolate the target if nobody knows it", "Exclude the computer that manages others",
    ],
    identity: [.source],
    thresholds: [
      Card.Threshold("signs", 1, "one sign of abuse makes an administrator's act suspicious"),
      Card.Threshold("outputSeconds", 60, "tools read their output as soon as it is there"),
    ])

  /// Calls that run something, by the way they took.
  private var runs: Window<Route, RemoteExecution.Method>
  private var deeds: Window<Route, String>

  public init(_ settings: DetectionSettings) {
    runs = Window(span: .seconds(60), entries: 8, total: 4096)
    deeds = Window(span: .minutes(10), entries: 8, total: 4096)
  }

  public var evictions: UInt64 { runs.evictions + deeds.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard activity.source.address != activity.target.address else { return }
    let route = Route(activity)
    if case .smbFile(let file) = activity.detail {
      guard let last = runs.entries(for: route).last,
        activity.time.since(last.time) <= runs.span, Self.isOutput(file)
      else { return }
      let sign = "what it printed was read back from \(file.tree)\\\(file.path)"
      add(last.value, "ran a program", [sign], activity, knowledge, &findings)
      return
    }
    guard let execution = RemoteExecution(activity),
      execution.method == .management || execution.method == .object
    else { return }
    runs.add(execution.method, for: route, at: activity.time, activity.proof)
    let what = execution.command.map { "called \(Words.shortened($0))" } ?? "called a method"
    let refusal = activity.outcome.isFailure ? ", and was refused" : ""
    add(
      execution.method, what + refusal, execution.signs, activity, knowledge, &findings)
  }

  /// Files that tools without a program of their own print to: `__` and a time, on a share for
  /// administrators.
  static func isOutput(_ file: SMBFile) -> Bool {
    guard SMBTree(path: file.tree).isAdministrative else { return false }
    let name = file.path.afterLast("\\")
    guard name.hasPrefix("__") else { return false }
    let rest = name.utf8.dropFirst(2)
    return rest.count >= 6
      && (name.hasPrefix("__output")
        || rest.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") })
  }

  private mutating func add(
    _ method: RemoteExecution.Method, _ deed: String, _ signs: [String],
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    let scene = Scene(activity, knowledge)
    var all = signs
    if let tool = knowledge.hosts.tool(at: activity.source.address, activity.time) {
      all.append("\(tool.rawValue) spoke from the source")
    }
    let reasons = all.isEmpty ? "" : ", which is suspicious: \(all.joined(separator: "; "))"
    let text = "\(deed) through \(method.rawValue)\(reasons)"
    let route = Route(activity)
    deeds.addOnce(text, for: route, at: activity.time, activity.proof)
    let told = deeds.entries(for: route).map(\.value).joined(separator: ". It ")
    findings.append(
      scene.finding(
        Words.severity(of: all), (all.isEmpty ? 0.35 : 0.8) * scene.source.trust,
        "\(scene.actor), on \(scene.target.name), \(told). Inventory, monitoring and "
          + "administrators call methods too.",
        "\(method.rawValue): \(deed)"))
  }
}
