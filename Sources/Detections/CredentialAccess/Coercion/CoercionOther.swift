public import Evidence

/// Somebody calls a server, and the server at once logs on to the caller.
public struct CoercionOther: Detection {
  public static let card = Card(
    slug: "coercion-other",
    title: "Other coerced authentication (any call answered by a connection back)",
    severity: .high, phase: .credentialAccess, techniques: ["T1187"], aliases: [],
    kinds: CoercionMemory.kinds,
    meaning: "Many remote calls can make a server visit another host; a controller that answers a "
      + "call by logging on to the caller, who refuses it, was made to. "
      + "The server logs on as itself to whom the caller names; a controller's logon, relayed, "
      + "gives the domain away.",
    needs: "Calls at a controller, and the controller's logons to hosts that are no controllers.",
    blindSpots: [
      "SMB3 sessions that encrypt, unless the server's logon is seen",
      "Listeners that the mirror does not carry",
    ],
    lookalikes: [
      "Monitoring and backup that have the controller fetch something from them",
      "Print servers on controllers",
    ],
    nextSteps: [
      "Find out what answers at the host that was named; isolate it and the caller",
      "Look for logons of the server's account from other addresses since then",
      "Require signing and channel binding; filter the interface that was called",
    ],
    identity: [.source, .target], thresholds: [CoercionMemory.answerThreshold])

  /// Interfaces with calls that take a path or a host, besides those that have a detection.
  private static let interfaces: [RPCInterface: String] = [
    .winspool: "MS-PAR", .srvsvc: "MS-SRVS", .winreg: "MS-RRP", .dnsserver: "MS-DNSP",
    .eventService: "MS-EVEN6", .wkssvc: "MS-WKST", .taskScheduler: "MS-TSCH",
  ]

  private var memory = CoercionMemory()

  public init(_ settings: DetectionSettings) {}

  public var evictions: UInt64 { memory.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    memory.see(activity, knowledge, Self.coercion, &findings)
  }

  private static func coercion(_ call: RPCCall) -> CoercionCall? {
    guard let interface = call.interface, let name = interfaces[interface] else { return nil }
    let operation = call.operation ?? "\(name) opnum \(call.opnum)"
    return CoercionCall(operation: operation, use: .ordinary)
  }
}
