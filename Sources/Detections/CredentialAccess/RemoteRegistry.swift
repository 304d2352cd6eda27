public import Evidence

/// Somebody works in another computer's registry, where secrets are kept.
public struct RemoteRegistry: Detection {
  public static let card = Card(
    slug: "remote-registry", title: "Remote registry on DC", severity: .medium,
    phase: .credentialAccess, techniques: ["T1012", "T1112", "T1003.002", "T1003.004"],
    aliases: [], kinds: [.rpc],
    meaning: "Saved hives of SAM, SECURITY and SYSTEM hold the computer's passwords; who reads the "
      + "boot key, or changes how credentials are kept, is after them.",
    needs: "Calls of MS-RRP on the pipe winreg; where they are sealed, the operation decides.",
    blindSpots: ["SMB3 sessions that encrypt"],
    lookalikes: [
      "Inventory, monitoring and group policy results, which read",
      "Administrators with a registry editor",
    ],
    nextSteps: [
      "Ask the account's user what was read or changed",
      "If hives were saved, take all passwords of that computer as known",
      "Stop the service Remote Registry where nobody needs it",
    ],
    identity: [.source, .target],
    thresholds: [
      Card.Threshold("savedHives", 1, "backup programs save hives locally, not by remote call")
    ])

  /// BaseRegSaveKey, BaseRegSaveKeyEx, BaseRegSetValue (MS-RRP section 3.1.5).
  private static let saves: Set<UInt16> = [20, 31]
  private static let setValue: UInt16 = 22
  /// Keys whose classes make the boot key, and those that hold secrets.
  private static let secretKeys = [
    "control\\lsa\\jd", "control\\lsa\\skew1", "control\\lsa\\gbg", "control\\lsa\\data",
    "hklm\\sam\\sam\\domains", "hklm\\security\\policy\\secrets", "hklm\\security\\cache",
    "hklm\\security\\policy\\polekl",
  ]
  /// Values by which attackers weaken a computer, or make it run what they want.
  private static let weakeningValues: Set<String> = [
    "uselogoncredential", "disablerestrictedadmin", "lmcompatibilitylevel", "runasppl",
    "localaccounttokenfilterpolicy", "disabledomaincreds", "security packages",
    "notification packages", "authentication packages", "serverlevelplugindll",
    "strongcertificatebindingenforcement", "restrictanonymous", "restrictanonymoussam",
    "debugger", "appinit_dlls", "fdenytsconnections", "dsrmadminlogonbehavior",
    "enableplaintextpassword",
  ]

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .rpc(let call) = activity.detail, call.interface == .winreg,
      activity.source.address != activity.target.address,
      !knowledge.isControllerHost(activity.source.address, at: activity.time)
    else { return }
    let isController = knowledge.isControllerHost(activity.target.address, at: activity.time)
    guard let act = Self.act(call, isController) else { return }
    let wasRefused = activity.wasRefused
    var severity = act.severity
    if wasRefused, severity > .low { severity = .medium }
    var finding = Finding(severity, act.confidence, of: activity, knowledge)
    finding.explanation =
      "\(finding.actor) \(act.text) in the registry of \(finding.object). \(act.why)"
      + (wasRefused ? " It was refused." : "")
    finding.pieces = [Finding.Piece(activity, act.text)]
    findings.append(finding)
  }

  private struct Act {
    var text: String
    var why: String
    var severity: Alert.Severity
    var confidence: Double
  }

  /// What a call does, and how grave it is; nil for what every reader does.
  private static func act(_ call: RPCCall, _ isController: Bool) -> Act? {
    var key: String?
    var value: String?
    var file: String?
    if case .registry(let operation) = call.arguments {
      key = operation.key
      value = operation.value
      file = operation.file
    }
    if saves.contains(call.opnum) {
      let what = key ?? "a key that cannot be read"
      return Act(
        text: "saved \(what)\(file.map { " to \($0)" } ?? "")",
        why: "Hives are saved by remote call to take the passwords out of them.",
        severity: .high, confidence: key == nil ? 0.8 : 0.9)
    }
    if let key, secretKeys.contains(where: { key.lowercased().hasOctets($0) }) {
      return Act(
        text: "opened \(key)", why: "The key holds secrets, or a part of the key to them.",
        severity: .high, confidence: 0.9)
    }
    if call.opnum == setValue {
      if let value, weakeningValues.contains(value.lowercased()) {
        return Act(
          text: "set \(value) of \(key ?? "a key")",
          why: "The value weakens how the computer keeps credentials, or makes it run a program.",
          severity: .medium, confidence: 0.7)
      }
      guard isController else { return nil }
      return Act(
        text: "set \(value ?? "a value") of \(key ?? "a key that cannot be read")",
        why: "Administrators do this; on a controller it is worth a look.", severity: .low,
        confidence: 0.4)
    }
    // Opens of roots stand for the whole visit.
    guard isController, call.opnum == 2 || call.opnum == 4 else { return nil }
    return Act(
      text: "opened \(call.opnum == 2 ? "HKEY_LOCAL_MACHINE" : "HKEY_USERS")",
      why: call.opnum == 2
        ? "Inventory and monitoring do the same." : "It shows who is logged on.",
      severity: .low, confidence: 0.4)
  }
}
