public import Evidence

/// Messages of SMB1 that only the exploits of MS17-010 and their implant send.
public struct EternalBlue: Detection {
  public static let card = Card(
    slug: "eternalblue",
    title: "SMB1 remote exploit (EternalBlue family, DoublePulsar, WannaCry)", severity: .high,
    phase: .lateralMovement, techniques: ["T1210"], aliases: ["2035"], kinds: [.smbAnomaly],
    meaning: "TRANS2 SESSION_SETUP was never implemented by any server: it is the question of "
      + "DoublePulsar's clients. A transaction that changes its command half-way is the overflow "
      + "of MS17-010.",
    needs: "SMB1 in clear, as it always is.",
    blindSpots: ["Exploits of the family that begin before the capture"],
    lookalikes: ["Vulnerability scanners that look for the implant"],
    nextSteps: [
      "Isolate the target if the implant answered", "Install MS17-010, switch SMB1 off",
      "Exclude the scanner, if it was one",
    ],
    identity: [.source, .target])

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .smbAnomaly(let anomaly) = activity.detail else { return }
    let what: String
    switch anomaly.kind {
    case .reservedTransaction:
      what = "asked whether the DoublePulsar implant is there (TRANS2 SESSION_SETUP)"
    case .implantAnswer:
      what = "got the answer of the DoublePulsar implant (multiplex identifier \(anomaly.value))"
    case .mixedTransaction:
      what =
        "went on with an NT transaction by TRANS2_SECONDARY, which overflows an unpatched server"
    case .compressedLength: return
    }
    let scene = Scene(activity, knowledge)
    findings.append(
      scene.finding(
        .high, 0.95,
        "\(scene.actor) \(what) at \(scene.target.name). No client in order sends this; a "
          + "vulnerability scanner may ask, but never gets the implant's answer.",
        what))
  }
}
