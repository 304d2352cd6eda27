public import Evidence

/// A computer's NTLM authentication comes from somebody else.
public struct NTLMRelay: Detection {
  public static let card = Card(
    slug: "ntlm-relay", title: "NTLM relay of any machine account", severity: .high,
    phase: .lateralMovement,
    techniques: ["T1557.001"], aliases: ["MDI relay"], kinds: [.ntlm],
    meaning:
      "Who gets a computer to authenticate can pass the authentication on, and be that computer elsewhere.",
    needs: "NTLM in clear, and which computers the addresses were.",
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
      let verdict = watch.see(logon, activity, knowledge), verdict.kind == .relay
    else { return }
    findings.append(verdict.finding(activity, knowledge))
  }
}
