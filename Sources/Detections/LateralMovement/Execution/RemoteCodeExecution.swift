public import Evidence

/// One computer makes another run things by two different ways within minutes.
public struct RemoteCodeExecution: Detection {
  public static let card = Card(
    slug: "remote-code-execution", title: "Remote code execution attempt", severity: .medium,
    phase: .lateralMovement,
    techniques: ["T1021.006", "T1569.002", "T1047", "T1053.005", "T1021.002"], aliases: ["2019"],
    kinds: [.rpc, .ntlm, .kerberosAP],
    meaning: "Whoever tries a service, then a task, then WMI on the same computer is looking for a "
      + "way in that works; who manages it has one.",
    needs: "The calls' interfaces and operation numbers, which stay readable when sealed.",
    blindSpots: ["SMB3 sessions that encrypt the pipes of services and tasks"],
    lookalikes: ["Administration consoles that use several interfaces at once"],
    nextSteps: [
      "Read the alerts of each way for what was run", "Contain the source if nobody knows it",
    ],
    identity: [.source, .target],
    thresholds: [
      Card.Threshold("methods", 2, "one way is what the other detections report"),
      Card.Threshold("minutes", 10, "tools try one way after the other"),
    ])

  private struct Act: Hashable, Sendable {
    var method: RemoteExecution.Method
    var isAbuse: Bool
  }

  private var acts: Window<Route, Act>

  public init(_ settings: DetectionSettings) {
    acts = Window(span: .minutes(10), entries: 16, total: 8192)
  }

  public var evictions: UInt64 { acts.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard activity.source.address != activity.target.address,
      let execution = RemoteExecution(activity), execution.isNew
    else { return }
    let route = Route(activity)
    let tool = knowledge.hosts.tool(at: activity.source.address, activity.time)
    let isAbuse = !execution.signs.isEmpty || tool != nil
    let act = Act(method: execution.method, isAbuse: isAbuse)
    guard acts.addOnce(act, for: route, at: activity.time, activity.proof) else { return }
    let known = acts.entries(for: route)
    let methods = known.reduce(into: [String]()) { names, entry in
      if !names.contains(entry.value.method.rawValue) { names.append(entry.value.method.rawValue) }
    }
    // Two ways without any sign are what administration consoles do, and reported one by one.
    guard methods.count >= 2, known.contains(where: { $0.value.isAbuse }) else { return }
    let scene = Scene(activity, knowledge)
    var result = scene.finding(
      .medium, 0.8 * scene.source.trust,
      "\(scene.actor) used \(methods.joined(separator: ", then ")) to run things on "
        + "\(scene.target.name) within \(Words.span(acts.span)), with signs of abuse.",
      "")
    result.pieces = acts.takeUnreported(for: route).map {
      Finding.Piece($0.proof, $0.time, "run by \($0.value.method.rawValue)")
    }
    findings.append(result)
  }
}
