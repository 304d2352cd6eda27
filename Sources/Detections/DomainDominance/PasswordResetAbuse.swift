public import Evidence

/// A password that only its owner sets is set by somebody else.
public struct PasswordResetAbuse: Detection {
  public static let card = Card(
    slug: "password-reset-abuse",
    title: "Password-change abuse (SAMR resets of machines and sensitive accounts, LSA secrets)",
    severity: .medium, phase: .domainDominance, techniques: ["T1098"], aliases: ["Zerologon reset"],
    kinds: [.rpc],
    meaning: "A computer sets its own password, and krbtgt's is set on the controller. Who sets "
      + "them from afar takes the account over, or puts back what an exploit broke.",
    needs: "SAMR that is neither sealed nor encrypted; of the LSA's secrets the operation number.",
    blindSpots: ["Sealed SAMR", "Resets by LDAP, which are always sealed"],
    lookalikes: [
      "The help desk, which resets people's passwords (not reported)",
      "Administrators who reset another administrator's (low)",
      "A computer that joins the domain (not reported)",
    ],
    nextSteps: ["Ask the actor", "Reset the account again, and look for what it did since"],
    identity: [.source, .account, .target])

  /// LsarSetSecret (MS-LSAD section 3.1.4.6.3).
  private static let setSecret: UInt16 = 29

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .rpc(let call) = activity.detail,
      activity.source.address != activity.target.address,
      !knowledge.isControllerHost(activity.source.address, at: activity.time)
    else { return }
    if call.interface == .lsarpc, call.opnum == Self.setSecret {
      report(
        "set a secret of the local security authority", "", .medium, call, activity, knowledge,
        &findings)
      return
    }
    guard case .samrChange(let change) = call.arguments, change.setsPassword,
      change.action == .setInformation
    else { return }
    let rid = change.rid ?? 0
    guard let name = change.name ?? DirectoryWrites.group(ofRID: rid) else { return }
    let target = AccountName(name: name, domain: "")
    guard let reason = Self.reason(target, rid, activity, knowledge) else { return }
    let actor = activity.account
    let isAdministrator =
      actor.map { knowledge.sensitivityReason(of: $0) != nil } ?? false
    report(
      "set the password of \(name) (\(reason))", name, isAdministrator ? .low : .medium, call,
      activity, knowledge, &findings)
  }

  /// Why the account's password is not for others to set; nil where it is.
  private static func reason(
    _ target: AccountName, _ rid: UInt32, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge
  ) -> String? {
    if activity.account?.key == target.key { return nil }
    if target.key == "krbtgt" || rid == 502 { return "krbtgt" }
    if target.isMachine {
      // Who joins a computer makes its account and sets its first password.
      let habit = knowledge.accounts.habit(of: target.key)
      if habit?.created != nil, habit?.creatorAddress == activity.source.address { return nil }
      let own = ComputerName(target.name)
      if case .resolved(let claim) = knowledge.computer(at: activity.source.address, activity.time),
        let host = ComputerName(claim.name), let own, host.label == own.label
      {
        return nil
      }
      return "a computer, which sets its own"
    }
    return knowledge.sensitivityReason(of: target)
  }

  private func report(
    _ what: String, _ name: String, _ severity: Alert.Severity, _ call: RPCCall,
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    let scene = Scene(activity, knowledge)
    let isRefused = call.wasRefused(activity.outcome)
    var result = scene.finding(
      isRefused ? .low : severity, (severity == .low ? 0.3 : 0.75) * scene.source.trust,
      "\(scene.actor), at \(scene.target.name), \(what)\(isRefused ? ", and was refused" : "").",
      what)
    if !name.isEmpty {
      result.targets.insert(Alert.Target(kind: .account, name: name), at: 0)
    }
    findings.append(result)
  }
}
