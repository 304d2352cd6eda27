public import Evidence

/// Somebody fetches a file with a made-up name right after a call that wrote it: saved hives.
public struct RemoteSecretDump: Detection {
  public static let card = Card(
    slug: "remote-secret-dump", title: "secretsdump/regsecrets file trail", severity: .high,
    phase: .credentialAccess, techniques: ["T1003.002"], aliases: [],
    kinds: [.smbFile, .rpc],
    meaning: "Tools have a computer save SAM, SECURITY and SYSTEM into files of eight random "
      + "letters, fetch them from the administrative share, and delete them.",
    needs: "Files of administrative shares over SMB that is not encrypted, and calls of MS-RRP or "
      + "MS-SCMR, sealed or not.",
    blindSpots: ["SMB3 sessions that encrypt", "Secrets read value by value, without files"],
    lookalikes: ["Installation and patching, whose temporary files come without such calls"],
    nextSteps: [
      "Take all passwords of that computer as known: local accounts, services, the computer's own",
      "Look for logons with its local administrator elsewhere",
      "Isolate the source",
    ],
    identity: [.source, .target],
    thresholds: [
      Card.Threshold("minutes", 5, "a tool fetches what it saved at once")
    ])

  private struct Route: Hashable, Sendable {
    var source: Address
    var target: Address
  }
  private enum Call: Hashable, Sendable { case save, service, registry }

  private static let letterCount = 8

  private var calls = Window<Route, Call>(span: .minutes(5), entries: 16, total: 8192)

  public init(_ settings: DetectionSettings) {}

  public var evictions: UInt64 { calls.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    let route = Route(source: activity.source.address, target: activity.target.address)
    switch activity.detail {
    case .rpc(let call):
      guard let kind = Self.kind(call) else { return }
      calls.addOnce(kind, for: route, at: activity.time, activity.proof)
    case .smbFile(let file):
      // What a tool writes and runs is another matter.
      guard file.action == .read || file.action == .open || file.action == .delete,
        SMBTree(path: file.tree).isAdministrative, Self.isDump(file.path)
      else { return }
      let entries = calls.entries(for: route).filter {
        activity.time.since($0.time) <= calls.span
      }
      guard let call = entries.last else { return }
      let hasSaved = entries.contains { $0.value == .save }
      var finding = Finding(.high, hasSaved ? 0.95 : 0.75, of: activity, knowledge)
      finding.explanation =
        "\(finding.actor) fetched \(file.path) from \(file.tree) "
        + "\(Words.span(activity.time.since(call.time))) after "
        + (hasSaved ? "it had a hive saved" : "calls to the registry or the service manager")
        + ". Tools that dump secrets name their files so; patching makes such files without "
        + "the calls."
      finding.pieces = [
        Finding.Piece(call.proof, call.time, "the call before", isBackground: true),
        Finding.Piece(activity, "\(file.action.rawValue) \(file.path)"),
      ]
      findings.append(finding)
    default: return
    }
  }

  private static func kind(_ call: RPCCall) -> Call? {
    if call.interface == .winreg {
      return call.opnum == 20 || call.opnum == 31 ? .save : .registry
    }
    return call.interface == .svcctl ? .service : nil
  }

  /// `System32\qwertzui.tmp` or `Temp\qwertzui.tmp`: eight letters.
  private static func isDump(_ path: String) -> Bool {
    let lower = path.lowercased()
    guard lower.hasSuffix(".tmp"), lower.hasOctets("system32\\") || lower.hasOctets("temp\\") else {
      return false
    }
    let name = lower.afterLast("\\").dropLast(4)
    return name.utf8.count == letterCount && name.allSatisfy { $0 >= "a" && $0 <= "z" }
  }
}
