public import Evidence

/// A ticket is used from another computer than the one it was issued to.
public struct PassTheTicket: Detection {
  public static let card = Card(
    slug: "pass-the-ticket", title: "Suspected identity theft (pass-the-ticket)",
    severity: .high, phase: .lateralMovement, techniques: ["T1550.003"],
    aliases: ["2018", "xdr_PassTheTicketAttack"],
    kinds: [.kerberosAS, .kerberosTGS, .kerberosAP, .ntlm, .dns, .smbSession, .ldapBind],
    meaning: "A ticket stands for its user until it ends. Taken from one computer's memory and put "
      + "into another's, it lets the thief be that user without a password.",
    needs: "The answer that issued the ticket, and its use, both in clear; which computers the "
      + "addresses were.",
    blindSpots: [
      "Tickets issued before the capture began", "Tickets used at servers that are not mirrored",
      "A thief behind the same address",
    ],
    lookalikes: [
      "A laptop that changed networks", "NAT, VPN and DHCP with short leases",
      "Servers trusted for delegation, which hold forwarded tickets",
      "Hosts with several addresses",
    ],
    nextSteps: [
      "See whether both addresses are one computer",
      "If not: contain the source, end the user's sessions (klist purge), reset the password",
      "Find how the ticket left its computer",
    ],
    identity: [.source, .account])

  /// KDC options forwarded and proxy (RFC 4120 section 5.4.1): such a ticket is meant for another
  /// host than the one that asked for it.
  private static let passedOnOptions: UInt32 = 0x2800_0000
  /// The usual life of a ticket (MS-KILE section 3.3.1, MaxServiceTicketAge).
  private static let ticketLife = Instant.Span.hours(10)
  /// What named an address this lately still holds: leases change.
  private static let nameAge = Instant.Span.minutes(15)
  /// Uses that wait for their old address to be heard again.
  private static let suspicionLimit = 4096

  private struct Use: Hashable, Sendable {
    var fingerprint: UInt128
    var address: Address
  }

  /// What a ticket was used for.
  private enum Deed {
    case request(String)
    case logon(String, Carrier)

    var text: String {
      switch self {
      case .request(let service): "asked for a ticket for \(service)"
      case .logon(let service, let carrier): "logged on to \(service) over \(carrier.rawValue)"
      }
    }
  }

  /// How the two addresses of a ticket stand to each other.
  private enum Relation {
    case same
    /// By names that hold at the time of use.
    case different
    /// By names of which one is old.
    case likelyDifferent
    case unsure
  }

  private var passedOn: Window<UInt128, Bool>
  private var reported: Window<Use, Bool>
  private var presence = Presence()
  /// By the address of issue: uses from elsewhere that a move of the computer would explain, unless
  /// it is heard at its old address again.
  private var suspicions: [Address: [Finding]] = [:]
  private var suspicionCount = 0
  private var forgotten: UInt64 = 0

  public init(_ settings: DetectionSettings) {
    passedOn = Window(span: Self.ticketLife, entries: 1, total: 16_384)
    reported = Window(span: .hours(1), entries: 1, total: 16_384)
  }

  public var evictions: UInt64 {
    passedOn.evictions + reported.evictions + presence.evictions + forgotten
  }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    let source = activity.source.address
    if !suspicions.isEmpty { confirm(source, activity.time, &findings) }
    switch activity.detail {
    case .kerberosTGS(let exchange):
      if let ticket = exchange.presented {
        look(ticket, .request(exchange.service), activity, knowledge, &findings)
      }
      if exchange.options & Self.passedOnOptions != 0, let issued = exchange.issued {
        passedOn.add(true, for: issued.fingerprint, at: activity.time, activity.proof)
      }
    case .kerberosAP(let exchange):
      let ticket = exchange.ticket
      look(
        ticket, .logon(ticket.service, exchange.carrier), activity, knowledge, &findings)
    default:
      break
    }
    presence.hear(source, activity.time, Self.person(activity))
  }

  /// Who proved to be a person at the source.
  private static func person(_ activity: borrowing Activity) -> AccountName? {
    guard activity.outcome == .success, let account = activity.account, !account.isMachine,
      !account.isAnonymous
    else { return nil }
    return account
  }

  // MARK: - Deciding

  private mutating func look(
    _ ticket: Ticket, _ deed: Deed, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge, _ findings: inout [Finding]
  ) {
    let source = activity.source.address
    guard let issue = knowledge.tickets.issue(of: ticket.fingerprint), issue.address != source,
      issue.time <= activity.time,
      !passedOn.contains(true, for: ticket.fingerprint, at: activity.time),
      // A read-only controller asks for its clients; a controller's own services use what they get.
      !knowledge.isController(issue.address), !knowledge.isController(source),
      !knowledge.names.isShared(issue.address, at: issue.time),
      !knowledge.names.isShared(source, at: activity.time)
    else { return }
    let relation = relation(issue, source, activity.time, knowledge)
    let use = Use(fingerprint: ticket.fingerprint, address: source)
    guard relation != .same, !reported.contains(true, for: use, at: activity.time) else { return }
    // One host has addresses of both families: they differ without meaning anything.
    guard relation == .different || issue.address.isIPv4 == source.isIPv4 else { return }
    let wereTwo = relation == .different || areTwo(issue, source, activity.time)
    // A computer's own ticket moves with it: only a name tells a thief from a traveller.
    guard wereTwo || !issue.account.isMachine else { return }
    let isSure = relation == .different || (wereTwo && relation == .likelyDifferent)
    let finding = finding(issue, deed.text, isSure: isSure, activity, knowledge)
    guard wereTwo else { return suspect(finding, issue.address) }
    reported.add(true, for: use, at: activity.time, activity.proof)
    findings.append(finding)
  }

  /// Whether the address of issue and the address of use were one computer at their times.
  private func relation(
    _ issue: TicketLedger.Issue, _ source: Address, _ moment: Instant,
    _ knowledge: borrowing Knowledge
  ) -> Relation {
    let before = knowledge.computer(at: issue.address, issue.time)
    let now = knowledge.computer(at: source, moment)
    let names = Self.names(now)
    let isSame = Self.names(before).contains { name in names.contains { $0.isSame(as: name) } }
    guard !isSame else { return .same }
    guard case .resolved(let old) = before, case .resolved(let new) = now,
      old.certainty > .low, new.certainty > .low
    else { return .unsure }
    return moment.since(new.to) <= Self.nameAge ? .different : .likelyDifferent
  }

  private static func names(_ resolution: Resolution) -> [ComputerName] {
    switch resolution {
    case .resolved(let claim): [claim].compactMap { ComputerName($0.name) }
    case .conflict(let claims): claims.compactMap { ComputerName($0.name) }
    case .unresolved: []
    }
  }

  /// Whether the traffic shows two computers: both addresses by turns, or somebody else at the second.
  private func areTwo(
    _ issue: TicketLedger.Issue, _ source: Address, _ moment: Instant
  ) -> Bool {
    presence.alternate(source, issue.address, at: moment)
      || presence.isOthers(source, than: issue.account.key, of: issue.address, at: moment)
  }

  private mutating func suspect(_ finding: Finding, _ address: Address) {
    if suspicionCount >= Self.suspicionLimit {
      forgotten += UInt64(suspicionCount)
      suspicions.removeAll()
      suspicionCount = 0
    }
    suspicions[address, default: []].append(finding)
    suspicionCount += 1
  }

  /// Reports the uses that a move had explained, where the computer is at its old address at once.
  private mutating func confirm(
    _ address: Address, _ moment: Instant, _ findings: inout [Finding]
  ) {
    guard let waiting = suspicions.removeValue(forKey: address) else { return }
    suspicionCount -= waiting.count
    for finding in waiting where moment.since(finding.time) <= Presence.alternation {
      guard let source = finding.sources.first?.address,
        presence.alternate(address, source, at: moment)
      else {
        suspect(finding, address)
        continue
      }
      var confirmed = finding
      let pause = Words.span(moment.since(finding.time))
      confirmed.explanation +=
        " The old address was in use before and again \(pause) later: the computer had not moved."
      findings.append(confirmed)
    }
  }

  // MARK: - What is said

  private func finding(
    _ issue: TicketLedger.Issue, _ what: String, isSure: Bool, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge
  ) -> Finding {
    let source = knowledge.source(activity.source.address, at: activity.time)
    let owner = knowledge.source(issue.address, at: issue.time)
    let account = knowledge.party(issue.account)
    let kind = issue.ticket.isTicketGranting ? "ticket-granting ticket" : "service ticket"
    let age = Words.span(activity.time.since(issue.time))
    var result = Finding(
      time: activity.time,
      severity: isSure && issue.ticket.isTicketGranting ? .high : .medium,
      confidence: (isSure ? 0.95 * min(source.trust, owner.trust) : 0.6),
      explanation: "\(source.text) \(what) with a \(kind) of \(account.text) that had been issued "
        + "to \(owner.text) \(age) before. Tickets do not leave their computer unless they are "
        + "forwarded, which this one was not. "
        + (isSure
          ? "The addresses are different computers."
          : "Not both addresses have a known computer; a host with two addresses looks the same."),
      source: source)
    result.accounts = [account]
    result.targets = [
      knowledge.target(activity.target.address, at: activity.time),
      Alert.Target(kind: .account, name: issue.account.name),
    ]
    result.pieces = [
      Finding.Piece(
        issue.proof, issue.time, "\(kind) for \(issue.ticket.service) issued to \(issue.address)",
        isBackground: true),
      Finding.Piece(
        activity.proof, activity.time, "the same ticket from \(activity.source.address): \(what)"),
    ]
    return result
  }
}
