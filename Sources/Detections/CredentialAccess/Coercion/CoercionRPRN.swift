public import Evidence

/// Somebody makes a print server report to another host.
public struct CoercionRPRN: Detection {
  public static let card = Card(
    slug: "coercion-rprn",
    title: "MS-RPRN coercion (PrinterBug/SpoolSample)",
    severity: .high, phase: .credentialAccess, techniques: ["T1187"], aliases: [],
    kinds: CoercionMemory.kinds,
    meaning: "A spooler tells changes to whatever machine it is asked to tell (PrinterBug). "
      + "The server logs on as itself to whom the caller names; a controller's logon, relayed, "
      + "gives the domain away.",
    needs: "Calls of MS-RPRN on the pipe spoolss, or over TCP.",
    blindSpots: [
      "SMB3 sessions that encrypt, unless the server's logon is seen",
      "Listeners that the mirror does not carry",
    ],
    lookalikes: [
      "Clients of a print server, which ask for changes of one printer, for themselves",
      "Consoles that manage print servers, and take the server's report",
    ],
    nextSteps: [
      "Find out what answers at the host that was named; isolate it and the caller",
      "Look for logons of the server's account from other addresses since then",
      "Stop the spooler on controllers and on servers that do not print",
    ],
    identity: [.source, .target], thresholds: [CoercionMemory.answerThreshold])

  /// RpcRemoteFindFirstPrinterChangeNotification and its later form (MS-RPRN section 3.1.4.10).
  private static let operations: [UInt16: String] = [
    62: "RpcRemoteFindFirstPrinterChangeNotification",
    65: "RpcRemoteFindFirstPrinterChangeNotificationEx",
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
    guard call.interface == .spoolss, let operation = operations[call.opnum] else { return nil }
    guard case .spooler(let print) = call.arguments else {
      return CoercionCall(operation: operation, use: .console)
    }
    guard let machine = print.name else { return nil }
    let host = machine.drop { $0 == "\\" }.before("\\").before("@")
    guard !host.isEmpty else { return nil }
    // Clients watch a printer, `\\server\printer`; a handle of the server itself is a console's.
    let parts = (print.server ?? "").split(separator: "\\")
    return CoercionCall(
      operation: operation, path: machine, host: String(host),
      use: parts.count > 1 ? .ordinary : .console)
  }
}
