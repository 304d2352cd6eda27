public import Evidence

/// An event log is cleared from afar.
public struct EventLogCleared: Detection {
  public static let card = Card(
    slug: "event-log-cleared", title: "Event log cleared from another computer", severity: .high,
    phase: .domainDominance, techniques: ["T1070.001"], aliases: ["BZAR T1070.001"], kinds: [.rpc],
    meaning: "Who clears a log takes away what it told. Logs are archived or overwritten; hardly "
      + "anybody clears one on purpose.",
    needs: "The event log's interface (MS-EVEN, MS-EVEN6) and the operation number, readable when "
      + "sealed.",
    blindSpots: ["Logs cleared on the computer itself", "SMB3 sessions that encrypt the pipe"],
    lookalikes: ["An administrator who empties a log after a test"],
    nextSteps: ["Ask who did it and why", "Read copies of the log, where they are collected"],
    identity: [.source, .target])

  /// ElfrClearELFW and ElfrClearELFA (MS-EVEN section 3.1.4); EvtRpcClearLog (MS-EVEN6).
  private static let clearings: Set<UInt16> = [0, 12]
  private static let clearLog: UInt16 = 6

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .rpc(let call) = activity.detail,
      (call.interface == .eventlog && Self.clearings.contains(call.opnum))
        || (call.interface == .eventService && call.opnum == Self.clearLog),
      activity.source.address != activity.target.address
    else { return }
    var log = "an event log"
    if case .eventLog(let operation) = call.arguments, let name = operation.log {
      log = "the event log \(name)"
    }
    let scene = Scene(activity, knowledge)
    let isRefused = call.wasRefused(activity.outcome)
    findings.append(
      scene.finding(
        isRefused ? .medium : .high, (call.isSealed ? 0.8 : 0.95) * scene.source.trust,
        "\(scene.actor) \(isRefused ? "tried to clear" : "cleared") \(log) of "
          + "\(scene.target.name).",
        "event log interface, opnum \(call.opnum): clear"))
  }
}
