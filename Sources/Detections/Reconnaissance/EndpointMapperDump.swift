public import Evidence

/// Somebody lists all services that a host offers by remote procedure call.
public struct EndpointMapperDump: Detection {
  public static let card = Card(
    slug: "endpoint-mapper-dump", title: "Endpoint-mapper dump", severity: .low,
    phase: .reconnaissance, techniques: ["T1046"], aliases: [], kinds: [.rpc],
    meaning: "Clients ask the endpoint mapper for the one service they need; tools ask for all, "
      + "to see what can be attacked.",
    needs: "Calls of the endpoint mapper, which are in clear.",
    blindSpots: ["Services tried one after the other, slowly"],
    lookalikes: ["Monitoring and inventory", "Port scanners of the security team"],
    nextSteps: [
      "Find out whether the source is a scanner; exclude it if so",
      "Look for calls to what was found, above all those that coerce a logon",
    ],
    identity: [.source],
    thresholds: [
      Card.Threshold("lookups", 1, "clients never list all services"),
      Card.Threshold("interfaces", 20, "interfaces asked of one host in ten minutes"),
    ])

  /// ept_lookup (C706 appendix P).
  private static let lookUp: UInt16 = 2

  private struct Route: Hashable, Sendable {
    var source: Address
    var target: Address
  }

  private let limit: Int
  private var interfaces: Window<Route, RPCInterface>

  public init(_ settings: DetectionSettings) {
    limit = settings.scaled(20)
    interfaces = Window(span: .minutes(10), entries: 64, total: 16_384)
  }

  public var evictions: UInt64 { interfaces.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .rpc(let call) = activity.detail, call.interface == .epmapper,
      !knowledge.isControllerHost(activity.source.address, at: activity.time)
    else { return }
    var what = "all services that it offers (ept_lookup)"
    if call.opnum != Self.lookUp {
      guard case .endpointMap(let interface, _) = call.arguments else { return }
      let route = Route(source: activity.source.address, target: activity.target.address)
      let isNew = interfaces.addOnce(interface, for: route, at: activity.time, activity.proof)
      let count = interfaces.distinctCount(for: route)
      guard isNew, count >= limit else { return }
      what = "\(count) services within ten minutes (ept_map)"
    }
    var finding = Finding(.low, 0.7, of: activity, knowledge)
    finding.explanation =
      "\(finding.actor) asked the endpoint mapper of \(finding.object) for \(what). Clients ask for "
      + "the one they need; monitoring and scanners ask for all."
    finding.pieces = [Finding.Piece(activity, "endpoint mapper: \(what)")]
    findings.append(finding)
  }
}
