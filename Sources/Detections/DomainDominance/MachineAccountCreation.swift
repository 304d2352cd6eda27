public import Evidence

/// An ordinary user makes a computer's account that is not the computer's at work.
public struct MachineAccountCreation: Detection {
  public static let card = Card(
    slug: "machine-account-creation", title: "Machine account created by ordinary user",
    severity: .medium, phase: .domainDominance, techniques: ["T1136.002"],
    aliases: ["ms-DS-MachineAccountQuota"], kinds: [.rpc, .ldapChange],
    meaning:
      "Any user may make ten computers by default. A computer that joins makes an account of "
      + "its own name; tools make one of another name, to attack with.",
    needs: "SAMR that is neither sealed nor encrypted, or LDAP that is not sealed.",
    blindSpots: ["Sealed LDAP and SAMR"],
    lookalikes: ["Administrators who prepare accounts", "A computer that joins under a new name"],
    nextSteps: [
      "Ask the actor, and remove the account", "Set ms-DS-MachineAccountQuota to 0",
    ],
    identity: [.source, .account])

  /// USER_WORKSTATION_TRUST_ACCOUNT and USER_SERVER_TRUST_ACCOUNT (MS-SAMR section 2.2.1.12).
  private static let machineTypes: UInt32 = 0x180

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard let name = Self.computer(activity), let made = ComputerName(name),
      activity.source.address != activity.target.address,
      !knowledge.isController(activity.source.address)
    else { return }
    // A computer that joins: by the name that it has, or is given now.
    switch knowledge.computer(at: activity.source.address, activity.time) {
    case .resolved(let claim):
      if ComputerName(claim.name).map({ $0.label == made.label }) == true { return }
    case .conflict(let claims):
      if claims.contains(where: { ComputerName($0.name)?.label == made.label }) { return }
    case .unresolved: break
    }
    let isAdministrator =
      activity.account.map { account in
        account.isMachine || knowledge.sensitivityReason(of: account) != nil
      } ?? false
    let isRefused = DirectoryWrites.wasRefused(activity)
    let scene = Scene(activity, knowledge)
    var result = scene.finding(
      isAdministrator || isRefused ? .low : .medium,
      (isAdministrator ? 0.3 : 0.7) * scene.source.trust,
      "\(scene.actor) made the computer account \(name)\(isRefused ? ", and was refused" : ""). "
        + (isAdministrator
          ? "Administrators prepare accounts for others."
          : "A computer that joins makes an account of its own name; this is another."),
      "computer account \(name) created")
    result.targets.insert(Alert.Target(kind: .computer, name: name), at: 0)
    findings.append(result)
  }

  /// The name of a computer's account that is made.
  private static func computer(_ activity: borrowing Activity) -> String? {
    switch activity.detail {
    case .rpc(let call):
      guard case .samrChange(let change) = call.arguments, change.action == .createUser,
        (change.accountType ?? 0) & machineTypes != 0
      else { return nil }
      return change.name
    case .ldapChange(let change):
      guard change.operation == .add, change.has("objectclass", where: { $0 == "computer" })
      else { return nil }
      let name = change.values.first { $0.attribute.lowercased() == "samaccountname" }
      return name?.text ?? DirectoryWrites.commonName(change.object)
    default: return nil
    }
  }
}
