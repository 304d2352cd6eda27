public import Evidence

/// One client collects service tickets of many accounts, to crack their passwords at leisure.
public struct Kerberoasting: Detection {
  public static let card = Card(
    slug: "kerberoasting", title: "Suspected Kerberos SPN exposure", severity: .high,
    phase: .credentialAccess, techniques: ["T1558.003"], aliases: ["2410"],
    kinds: [.kerberosTGS, .ldapSearch],
    meaning: "A service ticket is encrypted with a key made from its account's password: whoever "
      + "holds it can try passwords without asking anybody. RC4 makes each try cheap.",
    needs: "Requests for service tickets and their answers (RFC 4120 section 3.3). With a "
      + "directory snapshot it is known which services belong to accounts with passwords.",
    blindSpots: [
      "One AES ticket of a service, asked for as Windows asks",
      "AES tickets only, where no directory says who owns the services",
      "Requests slower than the window",
    ],
    lookalikes: [
      "Monitoring, SQL tools and search crawlers that visit many services",
      "Old clients that know RC4 only", "Vulnerability scanners",
    ],
    nextSteps: [
      "See whether the user works with these services; look for Rubeus or PowerShell at the source",
      "Give the accounts named long random passwords, or managed service accounts",
      "Let these accounts have AES keys only",
    ],
    identity: [.source],
    thresholds: [
      Card.Threshold("burst", 5, "accounts' services within two minutes: people are slower"),
      Card.Threshold("services", 8, "accounts' services within ten minutes: people use fewer"),
      Card.Threshold("volley", 3, "unlike services of several hosts within two seconds, in RC4"),
      Card.Threshold("oddServices", 2, "asked for in a way that asks for crackable tickets"),
      Card.Threshold("searchedServices", 2, "after a search for all accounts that have services"),
    ])

  private static let span = Instant.Span.minutes(10)
  private static let burstSpan = Instant.Span.minutes(2)
  /// How long after a search for services its finds are asked for.
  private static let searchSpan = Instant.Span.hours(1)
  /// KDC options (RFC 4120 section 5.4.1): enc-tkt-in-skey, user to user.
  private static let userToUser: UInt32 = 0x08
  /// PA-FOR-USER and PA-S4U-X509-USER (MS-SFU section 2.2): a service asks in a user's name.
  private static let serviceForUser: Set<Int32> = [129, 130]
  /// What impacket asks for, whatever its key's type follows.
  private static let impacketEtypes: [Int32] = [23, 16, 3]

  private struct Client: Hashable, Sendable {
    var source: Address
    var account: String
  }

  /// A ticket collected: of one account or service, each counts once.
  private struct Collected: Hashable, Sendable {
    /// The account where it is known, otherwise the service, for comparison.
    var target: String
    /// The account's name where it is known.
    var owner: String?
    var service: String
    var etype: Int32
    var isOwned: Bool
    /// Asked for in a way that prefers crackable tickets.
    var isOdd: Bool

    static func == (left: Collected, right: Collected) -> Bool { left.target == right.target }
    func hash(into hasher: inout Hasher) { hasher.combine(target) }
  }

  private let limit: Int
  private let burst: Int
  private let oddLimit: Int
  private let searchedLimit: Int
  private let volley: Int
  private var collected: Window<Client, Collected>
  /// Who searched the directory for accounts that have services.
  private var searches: Window<Address, Bool>
  /// Tickets of computers' services: where they too are RC4, RC4 does not tell who owns a service.
  private var strongMachines = 0
  private var weakMachines = 0

  public init(_ settings: DetectionSettings) {
    limit = settings.scaled(8)
    burst = settings.scaled(5)
    oddLimit = settings.scaled(2)
    searchedLimit = settings.scaled(2)
    volley = settings.scaled(3)
    collected = Window(span: Self.span, entries: 128, total: 32_768)
    searches = Window(span: Self.searchSpan, entries: 4, total: 4096)
  }

  public var evictions: UInt64 { collected.evictions + searches.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    if case .ldapSearch(let search) = activity.detail {
      guard search.filter.utf8.count > 22,
        search.filter.lowercased().hasOctets("serviceprincipalname=*")
      else { return }
      searches.add(true, for: activity.source.address, at: activity.time, activity.proof)
      return
    }
    guard case .kerberosTGS(let exchange) = activity.detail, activity.outcome == .success,
      let ticket = exchange.issued, !ticket.isTicketGranting, Self.isPlain(exchange),
      !knowledge.isController(activity.source.address),
      let item = item(exchange, ticket, knowledge)
    else { return }
    let account = exchange.client ?? activity.account
    let client = Client(source: activity.source.address, account: account?.key ?? "")
    guard collected.addOnce(item, for: client, at: activity.time, activity.proof),
      let why = reason(client, activity.time)
    else { return }
    findings.append(finding(why, client, account, activity, knowledge))
  }

  /// Whether a client asks for itself, at a service: not delegation, not user to user.
  private static func isPlain(_ exchange: KerberosTGSExchange) -> Bool {
    exchange.onBehalfOf == nil && exchange.additional.isEmpty
      && exchange.options & userToUser == 0
      && !exchange.padata.contains { serviceForUser.contains($0) }
  }

  /// What a ticket is worth to a cracker; nil where it is worth nothing.
  private mutating func item(
    _ exchange: KerberosTGSExchange, _ ticket: Ticket, _ knowledge: borrowing Knowledge
  ) -> Collected? {
    let service = exchange.service.isEmpty ? ticket.service : exchange.service
    let isWeak = !EncryptionTypes.isAES(ticket.etype)
    switch ServiceOwner(of: service, knowledge) {
    case .machine:
      if isWeak { weakMachines &+= 1 } else { strongMachines &+= 1 }
      return nil
    case .user(let name):
      let key = AccountName(name: name, domain: "").key
      guard key != exchange.client?.key else { return nil }
      return Collected(
        target: key, owner: name, service: service, etype: ticket.etype, isOwned: true,
        isOdd: Self.isOdd(exchange) || !service.utf8.contains(UInt8(ascii: "/")))
    case .unknown:
      let isOdd = Self.isOdd(exchange)
      let offersAES = exchange.etypes.contains { EncryptionTypes.isAES($0) }
      guard isWeak, isOdd || (offersAES && weakMachines * 4 <= strongMachines) else { return nil }
      return Collected(
        target: service.lowercased(), owner: nil, service: service, etype: ticket.etype,
        isOwned: false, isOdd: isOdd)
    }
  }

  /// Whether the request prefers RC4 although its client knows AES.
  ///
  /// An old client that knows RC4 alone has an RC4 session key, which the answer is encrypted with.
  private static func isOdd(_ exchange: KerberosTGSExchange) -> Bool {
    if exchange.etypes.starts(with: impacketEtypes) { return true }
    guard EncryptionTypes.prefersWeak(exchange.etypes) else { return false }
    return exchange.etypes.contains { EncryptionTypes.isAES($0) }
      || EncryptionTypes.isAES(exchange.replyEtype ?? 0)
  }

  // MARK: - Deciding

  private struct Reason {
    var text: String
    var severity: Alert.Severity
    var confidence: Double
  }

  private func reason(_ client: Client, _ moment: Instant) -> Reason? {
    let entries = collected.entries(for: client)
    let odd = entries.count { $0.value.isOdd }
    if odd >= oddLimit {
      return Reason(
        text: "the requests prefer RC4, or name accounts instead of services, as tools that crack "
          + "tickets do and no client in use does", severity: .high, confidence: 0.95)
    }
    if entries.count >= searchedLimit, searches.contains(true, for: client.source, at: moment) {
      return Reason(
        text: "the source had searched the directory for all accounts that have services",
        severity: .high, confidence: 0.9)
    }
    let areOwned = entries.allSatisfy { $0.value.isOwned }
    let whose =
      areOwned
      ? "all belong to accounts whose passwords people chose"
      : "all are encrypted with RC4, where computers' services would have AES tickets"
    if entries.count >= burst, let first = entries.dropLast(burst - 1).last,
      moment.since(first.time) <= Self.burstSpan
    {
      return Reason(
        text: "\(whose), and \(burst) came within two minutes", severity: .high,
        confidence: areOwned ? 0.9 : 0.75)
    }
    if isVolley(entries, moment) {
      return Reason(
        text: "\(whose), and unlike services came within two seconds", severity: .medium,
        confidence: 0.65)
    }
    if entries.count >= limit {
      return Reason(
        text: "\(whose); people work with fewer", severity: .high,
        confidence: areOwned ? 0.8 : 0.7)
    }
    guard odd > 0 else { return nil }
    return Reason(
      text: "the request prefers RC4, or names an account instead of a service, as tools that "
        + "crack tickets do; one ticket may also be an old program's",
      severity: .medium, confidence: 0.7)
  }

  /// Whether unlike services came at once: a browser asks for web servers only, a SQL tool for SQL
  /// servers only, whoever asks for all at once goes by a list.
  private func isVolley(_ entries: ArraySlice<WindowEntry<Collected>>, _ moment: Instant) -> Bool {
    let start = moment.advanced(by: .seconds(-2))
    let recent = entries.filter { $0.time >= start && !EncryptionTypes.isAES($0.value.etype) }
    guard recent.count >= volley else { return false }
    var classes: Set<Substring> = []
    var hosts: Set<Substring> = []
    var count = 0
    for entry in recent {
      let name = entry.value.service.lowercased()
      let serviceClass = name.before("/")
      guard serviceClass.endIndex < name.endIndex else { continue }
      count += 1
      classes.insert(serviceClass)
      let rest = Substring(name.utf8.dropFirst(serviceClass.utf8.count + 1))
      hosts.insert(rest.before("/").before(":"))
    }
    return count >= volley && (classes.count > 2 || (classes.count > 1 && hosts.count > 2))
  }

  // MARK: - What is said

  private mutating func finding(
    _ reason: Reason, _ client: Client, _ account: AccountName?, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge
  ) -> Finding {
    let entries = collected.entries(for: client)
    let source = knowledge.source(client.source, at: activity.time)
    let weak = entries.count { !EncryptionTypes.isAES($0.value.etype) }
    let span = activity.time.since(entries.first?.time ?? activity.time)
    let services = Words.list(entries.map(\.value.service))
    let tickets = Words.count(entries.count, "service ticket", "service tickets")
    var result = Finding(
      time: activity.time, severity: reason.severity, confidence: reason.confidence * source.trust,
      explanation: "", source: source)
    result.accounts = account.map { [knowledge.party($0)] } ?? []
    let who = result.accounts.first.map { " as \($0.text)" } ?? ""
    result.explanation =
      "\(source.text)\(who) collected \(tickets) (\(services)) within \(Words.span(span)), \(weak) "
      + "of them encrypted with RC4 or weaker: \(reason.text). Such tickets are cracked offline. "
      + "Monitoring and SQL tools also visit many services, but as Windows asks for them."
    result.targets = entries.prefix(AlertTable.partyLimit).map {
      $0.value.owner.map { Alert.Target(kind: .account, name: $0) }
        ?? Alert.Target(kind: .service, name: $0.value.service)
    }
    let fresh = collected.takeUnreported(for: client)
    result.count = max(1, fresh.count)
    result.pieces = fresh.map {
      Finding.Piece(
        $0.proof, $0.time,
        "TGS-REP for \($0.value.service) encrypted with \(Words.etype($0.value.etype))")
    }
    return result
  }
}
