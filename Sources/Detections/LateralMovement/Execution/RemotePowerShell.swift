public import Evidence

/// A person opens a session of Windows remote management on another computer.
public struct RemotePowerShell: Detection {
  public static let card = Card(
    slug: "remote-powershell", title: "PowerShell remoting", severity: .low,
    phase: .lateralMovement, techniques: ["T1021.006"], aliases: ["2019"],
    kinds: [.ntlm, .kerberosAP],
    meaning:
      "PowerShell remoting runs commands on other computers, sealed from every reader. It is "
      + "the administrators' own way, and by that the attackers'.",
    needs: "The authentication inside HTTP on ports 5985 or 47001; what is run is sealed.",
    blindSpots: ["Port 5986 (TLS), of which nothing is read", "What the session runs"],
    lookalikes: [
      "Administrators at work, management servers",
      "Forwarding of events, which computers do under their own accounts (not reported)",
    ],
    nextSteps: [
      "Ask whether the account's owner opened the session",
      "Read the target's PowerShell log", "Exclude the administrators' computers",
    ],
    identity: [.source])

  private var reported: Window<Route, String>

  public init(_ settings: DetectionSettings) {
    reported = Window(span: .hours(1), entries: 8, total: 8192)
  }

  public var evictions: UInt64 { reported.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard let execution = RemoteExecution(activity), execution.method == .powershell,
      activity.source.address != activity.target.address, let account = activity.account,
      reported.addOnce(account.key, for: Route(activity), at: activity.time, activity.proof)
    else { return }
    let scene = Scene(activity, knowledge)
    let tool = knowledge.hosts.tool(at: activity.source.address, activity.time)
    let mark = tool.map { " \($0.rawValue) spoke from the same computer." } ?? ""
    findings.append(
      scene.finding(
        tool == nil ? .low : .medium, (tool == nil ? 0.4 : 0.8) * scene.source.trust,
        "\(scene.actor) opened a session of Windows remote management on \(scene.target.name) "
          + "(port \(activity.target.port)); what it runs there is sealed.\(mark) Administrators "
          + "work like this.",
        "authentication over HTTP on port \(activity.target.port)"))
  }
}
