public import Evidence

/// An account that nobody should touch is put into a group, or taken out.
public struct HoneytokenGroupChanged: Detection {
  public static let card = Card(
    slug: "honeytoken-group-changed", title: "Honeytoken group membership changed",
    severity: .high, phase: .domainDominance, techniques: ["T1098"], aliases: ["2428"],
    kinds: [.rpc, .ldapChange],
    meaning: "A honeytoken is an account that nobody has a reason to touch: who changes its groups "
      + "is an intruder, or does not know.",
    needs:
      "LDAP that is not sealed, or SAMR that is neither sealed nor encrypted; honeytokens named "
      + "by the workspace, and a directory that knows them.",
    blindSpots: ["Sealed LDAP and SAMR"],
    lookalikes: ["Scripts that clean up"],
    nextSteps: ["Ask the actor", "Contain the source"],
    identity: [.source, .account])

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard !knowledge.honeytokens.isEmpty,
      let change = DirectoryWrites.membership(activity, knowledge)
    else { return }
    var found: String?
    for member in change.members where found == nil {
      found = Self.honeytoken(member, knowledge)
    }
    guard let name = found else { return }
    let scene = Scene(activity, knowledge)
    let isRefused = DirectoryWrites.wasRefused(activity)
    let group = DirectoryWrites.commonName(change.group)
    let what =
      change.isAddition ? "added the honeytoken \(name) to" : "took the honeytoken \(name) out of"
    var result = scene.finding(
      .high, (isRefused ? 0.8 : 0.95) * scene.source.trust,
      "\(scene.actor) \(what) \(group)\(isRefused ? ", and was refused" : "").",
      "\(what) \(group)")
    result.targets.insert(Alert.Target(kind: .account, name: name), at: 0)
    findings.append(result)
  }

  /// The honeytoken that a distinguished name, a SID or a name means.
  private static func honeytoken(
    _ member: String, _ knowledge: borrowing Knowledge
  ) -> String? {
    let entry =
      knowledge.directory.entry(distinguishedName: member)
      ?? knowledge.directory.entry(sid: member)
    let name = entry?.samAccountName ?? DirectoryWrites.commonName(member)
    if knowledge.honeytokens.contains(member.lowercased()) { return name }
    return knowledge.isHoneytoken(AccountName(name: name, domain: "")) ? name : nil
  }
}
