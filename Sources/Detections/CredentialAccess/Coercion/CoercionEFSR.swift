public import Evidence

/// Somebody makes a server open a file on another host through its encrypting file system.
public struct CoercionEFSR: Detection {
  public static let card = Card(
    slug: "coercion-efsr",
    title: "Suspicious network connection over EFSRPC",
    severity: .high, phase: .credentialAccess, techniques: ["T1187"], aliases: ["2416"],
    kinds: CoercionMemory.kinds,
    meaning: "Calls of the encrypting file system (PetitPotam) take a path on any host. "
      + "The server logs on as itself to whom the caller names; a controller's logon, relayed, "
      + "gives the domain away.",
    needs: "Calls of MS-EFSR, on the pipes efsrpc, lsarpc, samr, lsass or netlogon; where they are "
      + "sealed, the operation decides, and the logon that follows.",
    blindSpots: [
      "SMB3 sessions that encrypt, unless the server's logon is seen",
      "Listeners that the mirror does not carry",
    ],
    lookalikes: [
      "Files encrypted on a file server, which name that server itself"
    ],
    nextSteps: [
      "Find out what answers at the host that was named; isolate it and the caller",
      "Look for logons of the server's account from other addresses since then",
      "Filter MS-EFSR on controllers, require signing and channel binding, stop NTLM to the CA",
    ],
    identity: [.source, .target], thresholds: [CoercionMemory.answerThreshold])

  /// Operations that open the file that they name (MS-EFSR section 3.1.4.2).
  private static let operations: [UInt16: String] = [
    0: "EfsRpcOpenFileRaw", 4: "EfsRpcEncryptFileSrv", 5: "EfsRpcDecryptFileSrv",
    6: "EfsRpcQueryUsersOnFile", 7: "EfsRpcQueryRecoveryAgents", 8: "EfsRpcRemoveUsersFromFile",
    9: "EfsRpcAddUsersToFile", 12: "EfsRpcFileKeyInfo", 13: "EfsRpcDuplicateEncryptionInfoFile",
    15: "EfsRpcAddUsersToFileEx", 16: "EfsRpcFileKeyInfoEx", 18: "EfsRpcGetEncryptedFileMetadata",
    19: "EfsRpcSetEncryptedFileMetadata", 21: "EfsRpcEncryptFileExSrv",
    22: "EfsRpcQueryProtectors",
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
    guard call.interface == .efsrpc || call.interface == .efsrpcOverLSA,
      let operation = operations[call.opnum]
    else { return nil }
    guard case .remotePath(let path) = call.arguments else {
      return CoercionCall(operation: operation, use: .coercive)
    }
    // A path without a host is on the server.
    guard let host = path.host else { return nil }
    return CoercionCall(operation: operation, path: path.path, host: host, use: .coercive)
  }
}
