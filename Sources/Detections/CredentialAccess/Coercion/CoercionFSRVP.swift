public import Evidence

/// Somebody makes a server visit another host through its shadow copies of shares.
public struct CoercionFSRVP: Detection {
  public static let card = Card(
    slug: "coercion-fsrvp",
    title: "MS-FSRVP coercion (ShadowCoerce)",
    severity: .high, phase: .credentialAccess, techniques: ["T1187"], aliases: [],
    kinds: CoercionMemory.kinds,
    meaning: "Whether a share can be copied (ShadowCoerce) may be asked of a share on any host. "
      + "The server logs on as itself to whom the caller names; a controller's logon, relayed, "
      + "gives the domain away.",
    needs: "Calls of MS-FSRVP on the pipe FssagentRpc.",
    blindSpots: [
      "SMB3 sessions that encrypt, unless the server's logon is seen",
      "Listeners that the mirror does not carry",
    ],
    lookalikes: [
      "Backup of a file server's shares, which names that server itself"
    ],
    nextSteps: [
      "Find out what answers at the host that was named; isolate it and the caller",
      "Look for logons of the server's account from other addresses since then",
      "Remove the role File Server VSS Agent from controllers; install the updates of June 2022",
    ],
    identity: [.source, .target], thresholds: [CoercionMemory.answerThreshold])

  /// Operations that visit the share that they name (MS-FSRVP section 3.1.4).
  private static let operations: [UInt16: String] = [
    3: "AddToShadowCopySet", 8: "IsPathSupported", 9: "IsPathShadowCopied",
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
    guard call.interface == .shadowCopy, let operation = operations[call.opnum] else { return nil }
    guard case .remotePath(let path) = call.arguments else {
      return CoercionCall(operation: operation, use: .coercive)
    }
    guard let host = path.host else { return nil }
    return CoercionCall(operation: operation, path: path.path, host: host, use: .coercive)
  }
}
