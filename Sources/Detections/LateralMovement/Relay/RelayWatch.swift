import Evidence

/// What shows that an NTLM authentication was passed on by somebody in between.
///
/// Each of the three detections of relays has its own, and reports the verdicts that are its.
struct RelayWatch: Sendable {
  /// A relay as found at one authentication.
  struct Verdict {
    enum Kind { case exchange, conflict, relay }

    var kind: Kind
    /// Who passed it on.
    var relay: Address
    /// To whom.
    var target: Address
    var reason: String
    /// How sure.
    var confidence: Double
    /// The other leg, where it was seen.
    var other: Leg?
  }

  /// One side of what may be a relay.
  struct Leg: Sendable {
    var source: Address
    var target: Address
    var time: Instant
    var proof: Activity.Proof
    var carrier: Carrier
  }

  /// A response to a challenge: the same on two connections is one authentication.
  private struct Answer: TableKey {
    var challenge: UInt64
    var response: UInt64

    func tableHash(_ seed: UInt64) -> UInt64 { TableHash.mixed(challenge, response, seed) }
  }

  /// Where a client's identifier was heard.
  private struct Heard: Sendable {
    var address: Address
    var time: Instant
  }

  /// The identifier of an address's own client, and when it was heard last.
  private struct Owner: Sendable {
    var identifier: String
    var time: Instant
  }

  /// Authentications remembered: a relay passes each on within a second.
  private static let limit = 16_384
  private static let pause = Instant.Span.seconds(60)
  /// Both clients are at work: addresses are given to others after longer.
  private static let presence = Instant.Span.minutes(2)

  private var answers = BoundedTable<Answer, Leg>(limit: RelayWatch.limit)
  private var identifiers = BoundedTable<String, Heard>(limit: RelayWatch.limit)
  /// The identifier of each address's own client.
  private var owners = BoundedTable<Address, Owner>(limit: RelayWatch.limit)

  var evictions: UInt64 { answers.evictions + identifiers.evictions + owners.evictions }

  /// Looks at an authentication; nil where nothing shows a relay.
  mutating func see(
    _ logon: NTLMLogon, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge
  ) -> Verdict? {
    guard !logon.user.isEmpty, !activity.source.address.isLoopback,
      activity.source.address != activity.target.address
    else { return nil }
    let repeated = repeated(logon, activity)
    let conflict = conflict(logon, activity, knowledge)
    let identifier = identifier(logon, activity, knowledge)
    let account = AccountName(name: logon.user, domain: logon.domain)
    let foreign = foreign(account, activity, knowledge)
    guard var verdict = repeated ?? foreign ?? conflict ?? identifier else { return nil }
    if Self.isExchange(account, knowledge), foreign != nil || repeated != nil {
      verdict.kind = .exchange
    } else if let better = conflict ?? identifier {
      verdict.kind = .conflict
      if repeated == nil { verdict = better }
    }
    return verdict
  }

  // MARK: - Reasons

  /// The same answer to the same challenge on two connections.
  private mutating func repeated(
    _ logon: NTLMLogon, _ activity: borrowing Activity
  ) -> Verdict? {
    guard let challenge = logon.serverChallenge, let response = logon.responsePrefix else {
      return nil
    }
    let key = Answer(challenge: challenge, response: response)
    let leg = Leg(
      source: activity.source.address, target: activity.target.address, time: activity.time,
      proof: activity.proof, carrier: logon.carrier)
    guard let slot = answers.find(key) else {
      _ = answers.insert(key, leg)
      return nil
    }
    let other = answers[slot]
    guard other.source != leg.source || other.target != leg.target,
      // A balancer in front of web servers passes on what is HTTP on both sides.
      leg.carrier != .http || other.carrier != .http,
      !other.source.isLoopback,
      max(leg.time.since(other.time), other.time.since(leg.time)) <= Self.pause
    else { return nil }
    let later = leg.time >= other.time ? leg : other
    let earlier = leg.time >= other.time ? other : leg
    // Who passes on is whom the client talked to: translated addresses and balancers are not.
    guard later.source != earlier.source, earlier.target == later.source else { return nil }
    return Verdict(
      kind: .relay, relay: later.source, target: later.target,
      reason: "the same answer to the same challenge was given by \(earlier.source) to "
        + "\(earlier.target) just before",
      confidence: 0.98, other: later.proof == leg.proof ? earlier : later)
  }

  /// The client meant the very host that now shows its authentication to another.
  private func conflict(
    _ logon: NTLMLogon, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge
  ) -> Verdict? {
    guard let spn = logon.targetSPN, logon.carrier != .http, let host = Self.host(of: spn),
      !knowledge.names.isShared(activity.source.address, at: activity.time)
    else { return nil }
    let source = activity.source.address
    var means = false
    if let address = Address(host) {
      means = address == source
    } else if let name = ComputerName(host) {
      guard !Self.isServer(name, logon),
        case .resolved(let own) = knowledge.computer(at: source, activity.time),
        own.certainty > .low, own.method != .ntlmWorkstation
      else { return nil }
      means = ComputerName(own.name)?.isSame(as: name) == true
    }
    guard means, !Self.areSame(source, activity.target.address, activity.time, knowledge) else {
      return nil
    }
    return Verdict(
      kind: .conflict, relay: source, target: activity.target.address,
      reason: "the client meant to talk to \(host), which is the source itself", confidence: 0.9)
  }

  /// A computer's account at an address that is another computer's.
  private func foreign(
    _ account: AccountName, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge
  ) -> Verdict? {
    let source = activity.source.address
    guard account.isMachine, let name = ComputerName(account.name),
      !knowledge.names.isShared(source, at: activity.time),
      !knowledge.isControllerHost(source, at: activity.time)
    else { return nil }
    if let claim = knowledge.otherComputer(than: name, at: source, activity.time) {
      return Verdict(
        kind: .relay, relay: source, target: activity.target.address,
        reason: "the account is a computer's, and the source is another one (\(claim.name))",
        confidence: claim.certainty == .high ? 0.9 : 0.75)
    }
    // A controller's account is nowhere but at the controller, whose addresses are known.
    let homes = knowledge.names.homes(of: name)
    guard homes.contains(where: { knowledge.isController($0) && $0.isIPv4 == source.isIPv4 }),
      !homes.contains(source)
    else { return nil }
    return Verdict(
      kind: .relay, relay: source, target: activity.target.address,
      reason: "the account is a domain controller's, and the source is none of its addresses",
      confidence: 0.8)
  }

  /// A client's identifier at another address, while its own address goes on with it.
  private mutating func identifier(
    _ logon: NTLMLogon, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge
  ) -> Verdict? {
    guard let identifier = logon.machineID else { return nil }
    let source = activity.source.address
    let now = Owner(identifier: identifier, time: activity.time)
    let own = owners.value(source)
    guard let heard = identifiers.value(identifier), heard.address != source else {
      identifiers.set(identifier, Heard(address: source, time: activity.time))
      owners.set(source, now)
      return nil
    }
    guard let own, own.identifier != identifier,
      activity.time.since(own.time) <= Self.presence,
      activity.time.since(heard.time) <= Self.presence,
      !heard.address.isLoopback, heard.address.isIPv4 == source.isIPv4,
      !knowledge.names.isShared(source, at: activity.time),
      !knowledge.names.isShared(heard.address, at: activity.time),
      !Self.areSame(source, heard.address, activity.time, knowledge)
    else {
      // The computer has moved here.
      identifiers.set(identifier, Heard(address: source, time: activity.time))
      owners.set(source, now)
      return nil
    }
    return Verdict(
      kind: .conflict, relay: source, target: activity.target.address,
      reason: "the client's identifier is that of \(heard.address), and the source's own client "
        + "has another one",
      confidence: 0.8)
  }

  // MARK: - Names

  /// `cifs/fs1.alpine.test:445` names a host.
  private static func host(of spn: String) -> String? {
    let parts = spn.split(separator: "/", maxSplits: 2)
    guard parts.count >= 2 else { return nil }
    if Address(parts[1]) != nil { return String(parts[1]) }
    let host = parts[1].prefix { $0 != ":" && $0 != "@" }
    return host.isEmpty ? nil : String(host)
  }

  /// Whether the server itself said that name.
  private static func isServer(_ name: ComputerName, _ logon: NTLMLogon) -> Bool {
    [logon.serverDNSName, logon.serverName].contains { text in
      text.flatMap { ComputerName($0) }?.isSame(as: name) == true
    }
  }

  private static func areSame(
    _ left: Address, _ right: Address, _ moment: Instant, _ knowledge: borrowing Knowledge
  ) -> Bool {
    guard case .resolved(let one) = knowledge.computer(at: left, moment),
      case .resolved(let other) = knowledge.computer(at: right, moment),
      let name = ComputerName(one.name), let second = ComputerName(other.name)
    else { return false }
    return name.isSame(as: second)
  }

  /// Whether an account is an Exchange server's: by its groups, or by its services.
  private static func isExchange(
    _ account: AccountName, _ knowledge: borrowing Knowledge
  ) -> Bool {
    guard account.isMachine, let entry = knowledge.entry(for: account) else { return false }
    if entry.servicePrincipalNames.contains(where: {
      $0.lowercased().hasPrefix("exchangemdb/") || $0.lowercased().hasPrefix("exchangeab/")
    }) {
      return true
    }
    return knowledge.directory.groups(of: entry).contains {
      ["exchange servers", "exchange trusted subsystem"].contains($0.samAccountName.lowercased())
    }
  }
}

extension RelayWatch.Verdict {
  /// The verdict as a finding.
  func finding(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge
  ) -> Finding {
    let source = knowledge.source(relay, at: activity.time)
    let goal = knowledge.target(target, at: activity.time)
    let account = activity.account.map { knowledge.party($0) }
    let isRefused = activity.outcome.isFailure
    var result = Finding(
      time: activity.time, severity: isRefused ? .medium : .high,
      confidence: confidence * (isRefused ? 0.9 : 1),
      explanation: "\(source.text) showed \(goal.name) an NTLM authentication"
        + "\(account.map { " of \($0.text)" } ?? "") that is not its own: \(reason)."
        + (isRefused ? " It was refused." : " Somebody in between passed it on."),
      source: source)
    result.accounts = account.map { [$0] } ?? []
    result.targets = [goal]
    result.pieces = [
      Finding.Piece(
        activity.proof, activity.time,
        "NTLM AUTHENTICATE from \(activity.source.address) to \(activity.target.address)")
    ]
    if let other {
      result.pieces.insert(
        Finding.Piece(
          other.proof, other.time,
          "the same from \(other.source) to \(other.target)", isBackground: true), at: 0)
    }
    return result
  }
}
