public import Evidence

/// An account takes the name of a domain controller, without the dollar sign.
public struct SAMAccountNameSpoofing: Detection {
  public static let card = Card(
    slug: "samaccountname-spoofing",
    title: "Suspicious modification of a sAMAccountName attribute (CVE-2021-42278/42287)",
    severity: .high, phase: .credentialAccess, techniques: ["T1134.001", "T1068", "T1558"],
    aliases: ["2419", "xdr_PossibleGoldenTicketAttack_SuspiciousPac"],
    kinds: [.kerberosAS, .kerberosTGS, .ldapChange],
    meaning: "A controller that does not find the owner of a ticket takes the computer of that "
      + "name with a dollar sign: a ticket for DC1, renamed since, becomes DC1$'s.",
    needs: "AS and TGS exchanges; for the renaming, LDAP that is not sealed. The names of the "
      + "controllers, from the directory or the traffic.",
    blindSpots: ["Renaming over sealed LDAP, where no ticket follows"],
    lookalikes: [
      "Keytabs and people that name a host without its dollar sign, which is no controller's"
    ],
    nextSteps: [
      "Find the account that was renamed, and who made it; delete it",
      "Install the updates of November 2021 (KB5008380, KB5008602) on all controllers",
      "Let nobody add computers (ms-DS-MachineAccountQuota)",
    ],
    identity: [.source],
    thresholds: [Card.Threshold("acts", 1, "nobody but an attacker uses a controller's bare name")])

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    switch activity.detail {
    case .kerberosAS(let exchange):
      guard activity.outcome == .success,
        Self.isBareController(exchange.client, activity.time, knowledge)
      else { return }
      let owner = AccountName(name: exchange.client, domain: exchange.realm)
      findings.append(
        Self.finding(
          "got a ticket as \(exchange.client), the name of a domain controller without its dollar "
            + "sign" + (exchange.includesPAC == false ? ", without authorization data" : ""),
          owner, activity, knowledge))
    case .kerberosTGS(let exchange):
      guard let user = exchange.onBehalfOf, let ticket = exchange.presented,
        let owner = knowledge.tickets.account(for: ticket.fingerprint),
        Self.isBareController(owner.name, activity.time, knowledge)
      else { return }
      findings.append(
        Self.finding(
          "used the ticket of \(owner.name) to ask, as that controller, for a ticket of "
            + "\(user.name) for \(exchange.service)", owner, activity, knowledge))
    case .ldapChange(let change):
      guard change.operation == .modify || change.operation == .add, activity.outcome == .success
      else { return }
      see(change, activity, knowledge, &findings)
    default: return
    }
  }

  private func see(
    _ change: LDAPChange, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    for value in change.values
    where value.action != .delete && value.attribute.lowercased() == "samaccountname" {
      guard let name = value.text, !name.isEmpty, name.utf8.last != UInt8(ascii: "$") else {
        continue
      }
      let isController = Self.isBareController(name, activity.time, knowledge)
      let object = knowledge.directory.entry(distinguishedName: change.object)
      let isComputer =
        object?.kind == .computer || change.object.lowercased().hasOctets(",cn=computers,dc=")
      guard isController || (change.operation == .modify && isComputer) else { continue }
      let account = activity.account ?? AccountName(name: name, domain: "")
      var finding = Self.finding(
        "set the account name of \(change.object) to \(name)"
          + (isController
            ? ", a domain controller's without its dollar sign"
            : ", without the dollar sign that every computer's has"),
        account, activity, knowledge)
      finding.targets.append(Alert.Target(kind: .account, name: name))
      findings.append(finding)
    }
  }

  private static func finding(
    _ act: String, _ account: AccountName, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge
  ) -> Finding {
    var finding = Finding(.high, 0.9, of: activity, knowledge)
    finding.accounts = [knowledge.party(account)]
    finding.explanation =
      "\(finding.sources.first?.text ?? "Somebody") \(act). With a ticket of that name, and the "
      + "account renamed, a controller without the updates of November 2021 takes its owner for "
      + "the domain controller. Hosts named without a dollar sign in keytabs are no controllers."
    finding.pieces = [Finding.Piece(activity, act)]
    return finding
  }

  /// Whether a name is a domain controller's account name without the dollar sign.
  private static func isBareController(
    _ name: String, _ moment: Instant, _ knowledge: borrowing Knowledge
  ) -> Bool {
    guard !name.isEmpty, name.utf8.count <= 64, name.utf8.last != UInt8(ascii: "$"),
      !name.utf8.contains(UInt8(ascii: "/")), !name.utf8.contains(UInt8(ascii: " ")),
      let bare = ComputerName(name.before("@"))
    else { return false }
    let directory = knowledge.directory
    if !directory.isEmpty {
      // An account that has always had this name is no spoof.
      if directory.entry(named: String(name.before("@"))) != nil { return false }
      if let entry = directory.computer(bare) { return entry.isController }
    }
    return knowledge.names.homes(of: bare).contains { home in
      guard knowledge.isController(home),
        case .resolved(let claim) = knowledge.computer(at: home, moment), claim.certainty > .low
      else { return false }
      return ComputerName(claim.name)?.isSame(as: bare) == true
    }
  }
}
