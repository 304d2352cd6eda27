public import Evidence

/// A computer's account takes another computer's host name.
public struct DNSHostNameSpoofing: Detection {
  public static let card = Card(
    slug: "dnshostname-spoofing",
    title: "Suspicious modification of a dNSHostName attribute (CVE-2022-26923)",
    severity: .high, phase: .domainDominance, techniques: ["T1068", "T1134.001", "T1649"],
    aliases: ["2421", "CVE-2022-26923"], kinds: [.ldapChange],
    meaning:
      "A certificate of a computer is given for its dNSHostName: with a controller's name in "
      + "it, the certificate is the controller's.",
    needs: "LDAP that is not sealed.",
    blindSpots: ["Sealed LDAP"],
    lookalikes: ["Clusters and renamed computers that take over a name"],
    nextSteps: [
      "Set the attribute back, and revoke certificates that were given since",
      "Install KB5014754, set ms-DS-MachineAccountQuota to 0",
    ],
    identity: [.source, .target])

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .ldapChange(let change) = activity.detail,
      change.operation == .modify || change.operation == .add
    else { return }
    let own = DirectoryWrites.commonName(change.object).lowercased()
    let value = change.values.first {
      $0.attribute.lowercased() == "dnshostname" && $0.action != .delete
    }
    guard let text = value?.text, let name = ComputerName(text), !own.isEmpty,
      name.label.lowercased() != own
    else { return }
    let isController =
      knowledge.names.homes(of: name).contains { knowledge.isController($0) }
      || knowledge.directory.computer(name)?.isController == true
    let owner = knowledge.directory.computer(dnsHostName: text)
    guard
      isController
        || (owner.map { $0.distinguishedName.lowercased() != change.object.lowercased() } ?? false)
    else { return }
    let scene = Scene(activity, knowledge)
    let isRefused = activity.outcome.isFailure
    var result = scene.finding(
      isRefused ? .medium : .high, 0.9 * scene.source.trust,
      "\(scene.actor) gave the computer \(DirectoryWrites.commonName(change.object)) the host name "
        + "\(text), which is \(isController ? "a domain controller's" : "another computer's")"
        + "\(isRefused ? "; it was refused" : "").",
      "dNSHostName of \(change.object) set to \(text)")
    result.targets.insert(Alert.Target(kind: .computer, name: text), at: 0)
    findings.append(result)
  }
}
