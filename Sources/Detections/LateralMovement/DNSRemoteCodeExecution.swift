public import Evidence

/// An answer overflows a DNS server by the length of a signature (SIGRed).
public struct DNSRemoteCodeExecution: Detection {
  public static let card = Card(
    slug: "dns-remote-code-execution",
    title: "Remote code execution attempt over DNS (SIGRed, CVE-2020-1350)", severity: .high,
    phase: .lateralMovement, techniques: ["T1068", "T1210"], aliases: ["CVE-2020-1350"],
    kinds: [.dns],
    meaning: "A SIG record whose names, written out, are longer than 65,535 octets makes an "
      + "unpatched DNS server of Windows write beyond its buffer: code runs as the system.",
    needs: "The answer whole, over TCP (a datagram is too short).",
    blindSpots: ["DNS over TLS or HTTPS", "Answers of which packets are missing"],
    lookalikes: ["None known: no zone has signatures of that length"],
    nextSteps: [
      "Find out whether the server has KB4569509 or the registry's work-around",
      "Isolate the server if it has not", "Block the name server that answered",
    ],
    identity: [.source, .target],
    thresholds: [
      Card.Threshold(
        "octets", 65_535, "what the length of a record can say (RFC 1035 section 4.1.3)")
    ])

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .dns(let lookup) = activity.detail, let length = lookup.signatureByteCount,
      length > Self.card.thresholds[0].value
    else { return }
    // The attacker is who answers; who asked is to be overrun.
    let source = knowledge.source(activity.target.address, at: activity.time)
    var result = Finding(
      time: activity.end, severity: .high, confidence: 0.95,
      explanation: "\(source.text) answered a question for \(lookup.name) with a signature record "
        + "of \(length) octets once its names are written out. An unpatched server writes beyond "
        + "its buffer (SIGRed).",
      source: source)
    result.targets = [knowledge.target(activity.source.address, at: activity.time)]
    result.pieces = [
      Finding.Piece(
        activity.proof, activity.time, "SIG record of \(length) octets for \(lookup.name)")
    ]
    findings.append(result)
  }
}
