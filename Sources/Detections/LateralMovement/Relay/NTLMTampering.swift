public import Evidence

/// The integrity code that an NTLM client promised was taken out on the way (CVE-2019-1040).
public struct NTLMTampering: Detection {
  public static let card = Card(
    slug: "ntlm-tampering", title: "Suspected NTLM authentication tampering (CVE-2019-1040)",
    severity: .medium, phase: .lateralMovement, techniques: ["T1557.001"],
    aliases: ["2039", "CVE-2019-1040"], kinds: [.ntlm],
    meaning:
      "A client that says, inside what it signs, that a message integrity code follows sends "
      + "one. Where it is missing somebody took it out, to change what is not signed.",
    needs: "NTLMv2 in clear.",
    blindSpots: ["NTLMv1", "Relays that change nothing"],
    lookalikes: ["NTLM libraries that copy the server's flags without thought"],
    nextSteps: [
      "Find out whether the server has the update of June 2019", "Contain the source",
      "Require signing and channel binding",
    ],
    identity: [.source, .account])

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .ntlm(let logon) = activity.detail, logon.version == .v2, logon.lacksPromisedMIC,
      !logon.user.isEmpty
    else { return }
    let scene = Scene(activity, knowledge)
    let isRefused = activity.outcome.isFailure
    findings.append(
      scene.finding(
        .medium, (isRefused ? 0.7 : 0.85) * scene.source.trust,
        "\(scene.actor) authenticated to \(scene.target.name) by NTLM without the integrity code "
          + "that the signed part promises\(isRefused ? "; it was refused" : ""). Relays take it "
          + "out to drop signing.",
        "NTLM AUTHENTICATE without the promised MIC"))
  }
}
