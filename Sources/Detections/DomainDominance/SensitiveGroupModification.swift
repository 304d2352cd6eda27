public import Evidence

/// Somebody is put into a group that may do a lot.
public struct SensitiveGroupModification: Detection {
  public static let card = Card(
    slug: "sensitive-group-modification", title: "Suspicious additions to sensitive groups",
    severity: .medium, phase: .domainDominance, techniques: ["T1098"], aliases: ["2024"],
    kinds: [.rpc, .ldapChange],
    meaning: "Membership of Domain Admins and its like is the domain; it changes seldom.",
    needs: "LDAP that is not sealed, or SAMR that is neither sealed nor encrypted.",
    blindSpots: ["Sealed LDAP and SAMR", "Groups inside sensitive groups, without a directory"],
    lookalikes: [
      "Administrators who give a colleague rights", "Privileged access that ends by itself",
    ],
    nextSteps: [
      "Ask the actor", "Take the member out again", "Exclude the service that manages groups",
    ],
    identity: [.source, .account, .target])

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard let change = DirectoryWrites.membership(activity, knowledge), change.isAddition,
      let reason = DirectoryWrites.sensitivity(ofGroup: change.group, knowledge),
      activity.source.address != activity.target.address
    else { return }
    let scene = Scene(activity, knowledge)
    let isRefused = DirectoryWrites.wasRefused(activity)
    let group = DirectoryWrites.commonName(change.group)
    let members = Words.list(change.members.map { DirectoryWrites.commonName($0) })
    let severity: Alert.Severity =
      isRefused ? .low : DirectoryWrites.isHighest(change.group) ? .high : .medium
    var result = scene.finding(
      severity, (isRefused ? 0.5 : 0.8) * scene.source.trust,
      "\(scene.actor) added \(members.isEmpty ? "somebody" : members) to \(group) (\(reason))"
        + "\(isRefused ? ", and was refused" : "").",
      "\(members.isEmpty ? "a member" : members) added to \(group)")
    result.targets.insert(Alert.Target(kind: .group, name: group), at: 0)
    findings.append(result)
  }
}
