public import Evidence

/// A ticket to oneself in an important user's name, asked for as tools ask.
public struct S4U2SelfAbuse: Detection {
  public static let card = Card(
    slug: "s4u2self-abuse", title: "S4U2self by unexpected principal", severity: .medium,
    phase: .lateralMovement, techniques: ["T1558"], aliases: ["xdr_SusKerberosAuth_S4U2selfTgsReq"],
    kinds: [.kerberosTGS],
    meaning: "Any service may ask for a ticket to itself in anybody's name. Who has a computer's "
      + "key makes itself an administrator of that computer with it.",
    needs: "TGS-REQ in clear: PA-FOR-USER names the user.",
    blindSpots: ["Tools that also send PA-S4U-X509-USER", "FAST armour"],
    lookalikes: [
      "Protocol transition by old or small Kerberos libraries (IIS itself is not reported)"
    ],
    nextSteps: [
      "Ask whether the service has a reason to act for that user",
      "If not: reset the service's or computer's password twice",
    ],
    identity: [.source],
    thresholds: [Card.Threshold("signs", 1, "Windows and MIT leave none")])

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .kerberosTGS(let exchange) = activity.detail, exchange.onBehalfOf != nil,
      let act = Delegation(exchange, activity, knowledge), act.isToSelf, !act.signs.isEmpty,
      !knowledge.isController(activity.source.address)
    else { return }
    let sensitivity = act.sensitivity(knowledge)
    let isMedium = sensitivity != nil || act.signs.count >= 2
    let scene = Scene(activity, knowledge)
    let user = act.user.map { $0.name } ?? "somebody"
    let service = act.service?.name ?? exchange.service
    var result = scene.finding(
      isMedium ? .medium : .low, (isMedium ? 0.8 : 0.5) * scene.source.trust,
      "From \(scene.source.text), \(service) asked for a ticket to itself in the name of \(user)"
        + "\(sensitivity.map { " (\($0))" } ?? ""): \(act.signs.joined(separator: "; ")).",
      "TGS-REQ with PA-FOR-USER for \(user)")
    result.accounts = [act.service, act.user].compactMap { $0.map { knowledge.party($0) } }
    findings.append(result)
  }
}
