public import Evidence

/// A computer's own account lets somebody act for anybody towards it.
public struct RBCDSelfModification: Detection {
  public static let card = Card(
    slug: "rbcd-self-modification",
    title: "Suspicious modification of the RBCD attribute by a machine account",
    severity: .high, phase: .domainDominance, techniques: ["T1098", "T1558"],
    aliases: ["2423", "KrbRelayUp"], kinds: [.ldapChange],
    meaning: "A computer may write msDS-AllowedToActOnBehalfOfOtherIdentity of itself, and never "
      + "does. Who relays its authentication to LDAP writes it, and is its administrator then.",
    needs: "LDAP that is not sealed, as relayed sessions are not.",
    blindSpots: ["Sealed LDAP, LDAPS"],
    lookalikes: ["Clusters, and cloud services that set delegation up with a computer's account"],
    nextSteps: [
      "Clear the attribute", "Require signing of LDAP and channel binding",
      "Remove the account that was allowed",
    ],
    identity: [.source, .account])

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .ldapChange(let change) = activity.detail, change.operation == .modify,
      change.sets("msds-allowedtoactonbehalfofotheridentity"),
      let account = activity.account, account.isMachine,
      !knowledge.isControllerHost(activity.source.address, at: activity.time)
    else { return }
    let scene = Scene(activity, knowledge)
    let isRefused = activity.outcome.isFailure
    var result = scene.finding(
      isRefused ? .medium : .high, 0.9 * scene.source.trust,
      "\(scene.actor) wrote who may act for others towards "
        + "\(DirectoryWrites.commonName(change.object)) "
        + "(msDS-AllowedToActOnBehalfOfOtherIdentity)\(isRefused ? ", and was refused" : ""). "
        + "Computers do not do this by themselves.",
      "msDS-AllowedToActOnBehalfOfOtherIdentity of \(change.object) written")
    result.targets.insert(Alert.Target(kind: .computer, name: change.object), at: 0)
    findings.append(result)
  }
}
