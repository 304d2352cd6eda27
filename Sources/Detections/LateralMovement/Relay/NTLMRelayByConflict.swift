public import Evidence

/// An NTLM authentication was meant for its sender, or comes from a client that is elsewhere.
public struct NTLMRelayByConflict: Detection {
  public static let card = Card(
    slug: "ntlm-relay-by-conflict", title: "NTLM relay by target-name or MachineID conflict",
    severity: .high, phase: .lateralMovement,
    techniques: ["T1557.001"], aliases: ["MsvAvTargetName"], kinds: [.ntlm],
    meaning:
      "A client signs for whom its authentication is, and which boot of which computer it is from: a relay cannot change either.",
    needs: "NTLMv2 in clear, with the target name or the identifier in it.",
    blindSpots: [
      "Relays of which neither leg is mirrored", "Clients that name no target and no identifier",
    ],
    lookalikes: [
      "NAT, clusters and balancers in front of servers", "Hosts with several addresses",
    ],
    nextSteps: [
      "Contain the source, and see what it did at the target",
      "Require signing of SMB and LDAP, and channel binding",
      "Find what made the client talk to the source (coercion, poisoned names)",
    ],
    identity: [.source, .account],
    thresholds: [Card.Threshold("seconds", 60, "a relay passes an answer on at once")])

  private var watch = RelayWatch()

  public init(_ settings: DetectionSettings) {}

  public var evictions: UInt64 { watch.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .ntlm(let logon) = activity.detail,
      let verdict = watch.see(logon, activity, knowledge), verdict.kind == .conflict
    else { return }
    findings.append(verdict.finding(activity, knowledge))
  }
}
