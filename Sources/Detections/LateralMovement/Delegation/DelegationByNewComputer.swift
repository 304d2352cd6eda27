public import Evidence

/// A computer that was made today acts in another's name.
public struct DelegationByNewComputer: Detection {
  public static let card = Card(
    slug: "delegation-by-new-computer",
    title: "Suspicious Kerberos delegation attempt by a newly created computer", severity: .high,
    phase: .domainDominance, techniques: ["T1558", "T1136.002"], aliases: ["2422"],
    kinds: [.kerberosTGS],
    meaning: "Any user may make ten computers, and whoever may write one attribute of a server may "
      + "let such a computer act for anybody there: the way of most attacks on delegation.",
    needs: "The creation (LDAP or SAMR, readable; or the directory's whenCreated), and TGS-REQ in "
      + "clear.",
    blindSpots: ["Creation inside sealed LDAP without a directory to ask"],
    lookalikes: ["Deployment that makes a computer and lets it delegate the same day"],
    nextSteps: [
      "Ask who made the computer",
      "Remove it and the delegation, set ms-DS-MachineAccountQuota to 0",
    ],
    identity: [.source],
    thresholds: [
      Card.Threshold("hours", 24, "the attack is one chain; a server is set up for days")
    ])

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .kerberosTGS(let exchange) = activity.detail,
      let act = Delegation(exchange, activity, knowledge), !act.isToSelf,
      let service = act.service, service.isMachine,
      let age = act.age(activity.time, knowledge)
    else { return }
    let scene = Scene(activity, knowledge)
    let user = act.user.map { $0.name } ?? "somebody"
    let creator = knowledge.accounts.habit(of: service.key)?.creator
    let isRefused = activity.outcome.isFailure
    var result = scene.finding(
      isRefused ? .medium : .high, 0.9 * scene.source.trust,
      "From \(scene.source.text), the computer \(service.name), made \(Words.span(age)) ago"
        + "\(creator.map { " by \($0.name)" } ?? ""), asked for a ticket for \(exchange.service) in "
        + "the name of \(user)\(isRefused ? ", and was refused" : "").",
      "TGS-REQ for \(exchange.service) in the name of \(user)")
    result.accounts = [service, creator, act.user].compactMap { $0.map { knowledge.party($0) } }
    findings.append(result)
  }
}
