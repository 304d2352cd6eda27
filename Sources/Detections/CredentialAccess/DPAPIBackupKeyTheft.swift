public import Evidence

/// Somebody takes the key with which every user's protected data of the domain can be opened.
public struct DPAPIBackupKeyTheft: Detection {
  public static let card = Card(
    slug: "dpapi-backup-key-theft", title: "Malicious request of DPAPI master key",
    severity: .high, phase: .credentialAccess, techniques: ["T1555"], aliases: ["2020"],
    kinds: [.rpc],
    meaning: "The domain's backup key opens all that users ever protected with DPAPI: stored "
      + "passwords, certificates, browsers' secrets. It cannot be changed.",
    needs: "LsarRetrievePrivateData or LsarQuerySecret at a controller; where the name of the "
      + "secret is sealed, the operation decides.",
    blindSpots: ["SMB3 sessions that encrypt", "The key read by replication, which DCSync shows"],
    lookalikes: ["Controllers among themselves", "Security scanners that test for this"],
    nextSteps: [
      "Find out who used the account; isolate the source",
      "Take what users of the domain have protected as known to the attacker",
      "Plan for a new domain key: the old one cannot be withdrawn",
    ],
    identity: [.source],
    thresholds: [
      Card.Threshold("calls", 1, "no client asks a controller for its private data")
    ])

  /// LsarQuerySecret and LsarRetrievePrivateData (MS-LSAD section 3.1.4.6).
  private static let querySecret: UInt16 = 30
  private static let retrievePrivateData: UInt16 = 43

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .rpc(let call) = activity.detail, call.interface == .lsarpc,
      call.opnum == Self.querySecret || call.opnum == Self.retrievePrivateData,
      activity.source.address != activity.target.address,
      !knowledge.isControllerHost(activity.source.address, at: activity.time)
    else { return }
    var name: String?
    if case .secret(let secret) = call.arguments { name = secret.name }
    let isBackupKey = name.map { $0.lowercased().hasOctets("bckupkey") }
    if isBackupKey == false { return }
    let wasRefused = activity.wasRefused
    var finding = Finding(
      wasRefused ? .medium : .high, isBackupKey == true ? 0.95 : 0.7, of: activity, knowledge)
    finding.explanation =
      "\(finding.actor) asked \(finding.object) for "
      + (name.map { "the secret \($0)" } ?? "a secret whose name is sealed")
      + " (LSARPC opnum \(call.opnum)). No client does this; the domain's backup key for protected "
      + "data is what is kept there." + (wasRefused ? " It was refused." : "")
    finding.pieces = [
      Finding.Piece(activity, "LSARPC opnum \(call.opnum)\(name.map { " for \($0)" } ?? "")")
    ]
    findings.append(finding)
  }
}
