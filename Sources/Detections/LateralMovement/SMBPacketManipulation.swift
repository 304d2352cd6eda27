public import Evidence

/// A compressed SMB message has lengths that overflow an unpatched server.
public struct SMBPacketManipulation: Detection {
  public static let card = Card(
    slug: "smb-packet-manipulation", title: "Suspected SMB packet manipulation (CVE-2020-0796)",
    severity: .high, phase: .lateralMovement, techniques: ["T1210"], aliases: ["2406"],
    kinds: [.smbAnomaly],
    meaning: "CVE-2020-0796 adds two lengths of the compression header in 32 bits: with lengths "
      + "that no message can have the sum becomes small, and the copy goes beyond its buffer.",
    needs: "The header of compressed messages (MS-SMB2 section 2.2.42), which is always clear.",
    blindSpots: ["Scanners that only negotiate compression, which harms nobody"],
    lookalikes: ["None known: no client sends such lengths"],
    nextSteps: [
      "Find out whether the target has KB4551762", "Isolate the target if it has not",
      "Contain the source",
    ],
    identity: [.source, .target])

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .smbAnomaly(let anomaly) = activity.detail, anomaly.kind == .compressedLength else {
      return
    }
    let scene = Scene(activity, knowledge)
    findings.append(
      scene.finding(
        .high, 0.95,
        "\(scene.actor) sent \(scene.target.name) a compressed SMB message with a length of "
          + "\(anomaly.value) octets, more than any message has or than came: CVE-2020-0796.",
        "SMB2 compression header with a length of \(anomaly.value)"))
  }
}
