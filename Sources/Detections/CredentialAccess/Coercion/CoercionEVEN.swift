public import Evidence

/// Somebody makes a server open an event log on another host.
public struct CoercionEVEN: Detection {
  public static let card = Card(
    slug: "coercion-even",
    title: "MS-EVEN coercion (CheeseOunce)",
    severity: .high, phase: .credentialAccess, techniques: ["T1187"], aliases: [],
    kinds: CoercionMemory.kinds,
    meaning: "The backup of an event log that is to be opened (CheeseOunce) may lie on any host. "
      + "The server logs on as itself to whom the caller names; a controller's logon, relayed, "
      + "gives the domain away.",
    needs: "Calls of MS-EVEN on the pipe eventlog.",
    blindSpots: [
      "SMB3 sessions that encrypt, unless the server's logon is seen",
      "Listeners that the mirror does not carry",
    ],
    lookalikes: [
      "Old event viewers that open a saved log on a share, which is rare"
    ],
    nextSteps: [
      "Find out what answers at the host that was named; isolate it and the caller",
      "Look for logons of the server's account from other addresses since then",
      "Filter MS-EVEN on controllers; require signing and channel binding",
    ],
    identity: [.source, .target], thresholds: [CoercionMemory.answerThreshold])

  /// ElfrOpenBELW, ElfrBackupELFW and their forms with octets (MS-EVEN section 3.1.4).
  private static let operations: [UInt16: String] = [
    1: "ElfrBackupELFW", 9: "ElfrOpenBELW", 16: "ElfrOpenBELA",
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
    guard call.interface == .eventlog, let operation = operations[call.opnum] else { return nil }
    guard case .eventLog(let log) = call.arguments, let file = log.file else {
      return call.opnum == 1 ? nil : CoercionCall(operation: operation, use: .coercive)
    }
    guard let host = RemotePath.host(of: file) else { return nil }
    // An administrator saves a log to a share; nobody opens one there.
    return CoercionCall(
      operation: operation, path: file, host: host, use: call.opnum == 1 ? .ordinary : .coercive)
  }
}
