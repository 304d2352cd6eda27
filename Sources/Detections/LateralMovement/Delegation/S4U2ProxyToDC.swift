public import Evidence

/// Somebody acts in another's name towards a domain controller.
public struct S4U2ProxyToDC: Detection {
  public static let card = Card(
    slug: "s4u2proxy-to-dc", title: "S4U2proxy/RBCD to DC services", severity: .high,
    phase: .lateralMovement, techniques: ["T1558", "T1134"], aliases: ["RBCD"],
    kinds: [.kerberosTGS],
    meaning: "Delegation to a controller's own services, in an administrator's name, is control of "
      + "the domain.",
    needs: "TGS-REQ in clear, and which names the controllers have.",
    blindSpots: ["Tools on the delegated computer itself that leave no mark"],
    lookalikes: ["Web applications that are trusted to look things up at a controller (low)"],
    nextSteps: [
      "Find out who allowed the delegation (msDS-AllowedToActOnBehalfOfOtherIdentity, "
        + "msDS-AllowedToDelegateTo)",
      "Remove it, and reset the delegated account",
    ],
    identity: [.source],
    thresholds: [Card.Threshold("signs", 1, "delegation that is meant leaves none")])

  /// Tickets that a tool asked for to itself: shown as evidence, they make the next step its own.
  private var selfTickets: Window<UInt128, Bool>

  public init(_ settings: DetectionSettings) {
    selfTickets = Window(span: .hours(10), entries: 1, total: 8192)
  }

  public var evictions: UInt64 { selfTickets.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .kerberosTGS(let exchange) = activity.detail,
      let act = Delegation(exchange, activity, knowledge)
    else { return }
    if act.isToSelf {
      guard let issued = exchange.issued, !act.signs.isEmpty else { return }
      selfTickets.add(true, for: issued.fingerprint, at: activity.time, activity.proof)
      return
    }
    guard knowledge.isControllerService(exchange.service),
      !knowledge.isController(activity.source.address),
      // Reported as its own detection.
      act.age(activity.time, knowledge) == nil, !Self.isGranting(exchange)
    else { return }
    var signs = act.signs
    if let first = exchange.additional.first,
      selfTickets.contains(true, for: first.fingerprint, at: activity.time)
    {
      signs.append("its evidence was asked for by a tool")
    }
    let scene = Scene(activity, knowledge)
    let user = act.user.map { $0.name } ?? "somebody"
    let service = act.service?.name ?? "a service"
    let isRefused = activity.outcome.isFailure
    let severity: Alert.Severity = signs.isEmpty ? .low : isRefused ? .medium : .high
    let reasons =
      signs.isEmpty
      ? "Nothing shows abuse: delegation to controllers is rare, and may be meant."
      : "\(signs.joined(separator: "; "))."
    var result = scene.finding(
      severity, (signs.isEmpty ? 0.35 : 0.85) * scene.source.trust,
      "From \(scene.source.text), \(service) asked for a ticket for \(exchange.service), a domain "
        + "controller's, in the name of \(user)\(isRefused ? ", and was refused" : ""). \(reasons)",
      "TGS-REQ for \(exchange.service) in the name of \(user)")
    result.accounts = [act.service, act.user].compactMap { $0.map { knowledge.party($0) } }
    findings.append(result)
  }

  private static func isGranting(_ exchange: KerberosTGSExchange) -> Bool {
    exchange.service.prefix(7).lowercased() == "krbtgt/"
  }
}

extension Knowledge {
  /// Whether a service principal is one of a domain controller's: `ldap/dc1.alpine.test`.
  func isControllerService(_ service: String) -> Bool {
    let parts = service.split(separator: "/", maxSplits: 2)
    let host = parts.count >= 2 ? parts[1].prefix { $0 != ":" && $0 != "@" } : Substring(service)
    guard let name = ComputerName(host) else { return false }
    if directory.computer(name)?.isController == true { return true }
    return names.homes(of: name).contains { controllers.contains($0) }
  }
}
