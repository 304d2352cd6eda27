public import Evidence

/// Somebody makes a server visit another host through its distributed file system.
public struct CoercionDFSNM: Detection {
  public static let card = Card(
    slug: "coercion-dfsnm",
    title: "Suspected DFSCoerce attack",
    severity: .high, phase: .credentialAccess, techniques: ["T1187"], aliases: ["2426"],
    kinds: CoercionMemory.kinds,
    meaning: "Calls that add or remove a root of a distributed file system (DFSCoerce) take any "
      + "server. "
      + "The server logs on as itself to whom the caller names; a controller's logon, relayed, "
      + "gives the domain away.",
    needs: "Calls of MS-DFSNM on the pipe netdfs.",
    blindSpots: [
      "SMB3 sessions that encrypt, unless the server's logon is seen",
      "Listeners that the mirror does not carry",
    ],
    lookalikes: [
      "Roots and links added by administrators: roots name the server asked, links any server"
    ],
    nextSteps: [
      "Find out what answers at the host that was named; isolate it and the caller",
      "Look for logons of the server's account from other addresses since then",
      "Filter MS-DFSNM on controllers, require signing and channel binding, stop NTLM to the CA",
    ],
    identity: [.source, .target], thresholds: [CoercionMemory.answerThreshold])

  /// Operations that visit the server that they name (MS-DFSNM section 3.1.4).
  private static let rootOperations: [UInt16: String] = [
    12: "NetrDfsAddStdRoot", 13: "NetrDfsRemoveStdRoot", 15: "NetrDfsAddStdRootForced",
  ]
  private static let linkOperations: [UInt16: String] = [
    1: "NetrDfsAdd", 19: "NetrDfsAdd2",
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
    guard call.interface == .netdfs else { return nil }
    if let operation = rootOperations[call.opnum] {
      guard case .remotePath(let path) = call.arguments else {
        return CoercionCall(operation: operation, use: .coercive)
      }
      let server = path.path.drop { $0 == "\\" }.before("\\").before("@")
      guard !server.isEmpty else { return nil }
      return CoercionCall(
        operation: operation, path: path.path, host: String(server), use: .coercive)
    }
    guard let operation = linkOperations[call.opnum],
      case .remotePath(let path) = call.arguments
    else { return nil }
    return CoercionCall(
      operation: operation, path: path.path, host: path.other ?? path.host, use: .ordinary)
  }
}
