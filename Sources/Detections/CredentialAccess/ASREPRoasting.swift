public import Evidence

/// Somebody asks for a logon of an account that need not prove its password, to crack the answer.
public struct ASREPRoasting: Detection {
  public static let card = Card(
    slug: "as-rep-roasting", title: "Suspected AS-REP roasting attack", severity: .high,
    phase: .credentialAccess, techniques: ["T1558.004"],
    aliases: ["2412", "xdr_AsrepRoastingAttack"], kinds: [.kerberosAS, .kerberosTGS],
    meaning: "An account that needs no pre-authentication gets an answer encrypted with a key made "
      + "from its password, whoever asks: it can be cracked offline.",
    needs: "AS-REQ and AS-REP in clear (RFC 4120 section 3.1).",
    blindSpots: ["A request shaped like the account's own client, for one account alone"],
    lookalikes: ["The account itself logging on: Unix and Java accounts made so on purpose"],
    nextSteps: [
      "Require pre-authentication of the accounts, and give them new passwords",
      "Find the tool at the source; look for what else it asked",
      "Exclude an account that must stay so, never the host",
    ],
    identity: [.source],
    thresholds: [
      Card.Threshold("accounts", 2, "one may be a logon; two in ten minutes are a list"),
      Card.Threshold(
        "scanned", 10, "accounts asked for RC4 alone without proof, none of which followed it up"),
    ])

  /// Pre-authentication that proves a key: PA-ENC-TIMESTAMP, PA-PK-AS-REQ old and new, PA-OTP-REQUEST,
  /// PA-SPAKE, PA-FX-FAST, PA-ENCRYPTED-CHALLENGE (RFC 6113 and the IANA registry).
  private static let proofs: Set<Int32> = [2, 14, 15, 16, 136, 138, 142, 151]
  /// PA-PAC-REQUEST, which Windows sends; PA-REQ-ENC-PA-REP, which MIT sends (RFC 6806 section 11).
  private static let pacRequest: Int32 = 128
  private static let encryptedReply: Int32 = 149
  /// KDC option canonicalize (RFC 6806 section 3).
  private static let canonicalize: UInt32 = 0x0001_0000
  private static let preauthenticationRequired: UInt32 = 25

  /// How a request is made.
  private enum Shape: Int { case ordinary, unusual, roasting }

  private struct Answer: Hashable, Sendable {
    var account: String
    var etype: Int32
    var shape: Shape

    static func == (left: Answer, right: Answer) -> Bool { left.account == right.account }
    func hash(into hasher: inout Hasher) { hasher.combine(account) }
  }

  private struct User: Hashable, Sendable {
    var source: Address
    var account: String
  }

  private let limit: Int
  private let scanLimit: Int
  private var answers: Window<Address, Answer>
  private var scanned: Window<Address, String>
  /// Tickets that such answers gave, and to whom: who uses one has read the answer.
  private var tickets: Window<UInt128, User>
  /// Who was seen to use such a ticket: the account itself, at its own computer.
  private var owners: Window<User, Bool>

  public init(_ settings: DetectionSettings) {
    limit = settings.scaled(2)
    scanLimit = settings.scaled(10)
    answers = Window(span: .minutes(10), entries: 128, total: 8192)
    scanned = Window(span: .minutes(10), entries: 256, total: 16_384)
    tickets = Window(span: .hours(10), entries: 1, total: 8192)
    owners = Window(span: .hours(24 * 30), entries: 1, total: 8192)
  }

  public var evictions: UInt64 {
    answers.evictions + scanned.evictions + tickets.evictions + owners.evictions
  }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    switch activity.detail {
    case .kerberosAS(let exchange):
      look(exchange, activity, knowledge, &findings)
    case .kerberosTGS(let exchange):
      guard activity.outcome == .success, let fingerprint = exchange.presented?.fingerprint,
        let user = tickets.entries(for: fingerprint).first?.value,
        user.source == activity.source.address
      else { return }
      owners.add(true, for: user, at: activity.time, activity.proof)
    default:
      return
    }
  }

  private mutating func look(
    _ exchange: KerberosASExchange, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge, _ findings: inout [Finding]
  ) {
    let source = activity.source.address
    let key = AccountName(name: exchange.client, domain: "").key
    let hasProof = exchange.padata.contains { Self.proofs.contains($0) }
    guard exchange.requestWasSeen, !hasProof, Self.isForTGT(exchange.service), !key.isEmpty,
      !knowledge.isController(source)
    else {
      if hasProof { scanned.remove(key, for: source) }
      return
    }
    if activity.outcome == .success, exchange.issued != nil {
      answer(exchange, activity, knowledge, &findings)
    } else if activity.outcome == .failure(code: Self.preauthenticationRequired),
      Self.shape(exchange) == .roasting,
      scanned.addOnce(key, for: source, at: activity.time, activity.proof),
      scanned.distinctCount(for: source) >= scanLimit
    {
      findings.append(scan(exchange, activity, knowledge))
    }
  }

  private static func isForTGT(_ service: String) -> Bool {
    service.isEmpty || service.lowercased().hasPrefix("krbtgt/")
  }

  /// Tools ask for RC4 alone, or first; the clients in use list AES first, with others behind it, and
  /// mark their requests.
  private static func shape(_ exchange: KerberosASExchange) -> Shape {
    if EncryptionTypes.prefersWeak(exchange.etypes) { return .roasting }
    guard exchange.etypes.count >= 2, EncryptionTypes.isAES(exchange.etypes.first ?? 0) else {
      return .unusual
    }
    let isWindows =
      exchange.padata.contains(pacRequest) && exchange.options & canonicalize != 0
    return isWindows || exchange.padata.contains(encryptedReply) ? .ordinary : .unusual
  }

  // MARK: - Answers

  private mutating func answer(
    _ exchange: KerberosASExchange, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge, _ findings: inout [Finding]
  ) {
    guard let ticket = exchange.issued else { return }
    let key = AccountName(name: exchange.client, domain: "").key
    let source = activity.source.address
    let user = User(source: source, account: key)
    tickets.add(user, for: ticket.fingerprint, at: activity.time, activity.proof)
    let isOwner = owners.contains(true, for: user, at: activity.time)
    let item = Answer(
      account: key, etype: exchange.replyEtype ?? ticket.etype, shape: Self.shape(exchange))
    if isOwner, item.shape != .roasting { return }
    guard answers.addOnce(item, for: source, at: activity.time, activity.proof) else { return }
    findings.append(finding(exchange, activity, knowledge))
  }

  private mutating func finding(
    _ exchange: KerberosASExchange, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge
  ) -> Finding {
    let address = activity.source.address
    let entries = answers.entries(for: address)
    let (severity, why, confidence) = verdict(entries)
    let source = knowledge.source(address, at: activity.time)
    let names = entries.map(\.value.account)
    let span = activity.time.since(entries.first?.time ?? activity.time)
    var result = Finding(
      time: activity.time, severity: severity, confidence: confidence * source.trust,
      explanation: "\(source.text) asked for logons of "
        + "\(Words.count(names.count, "account", "accounts")) (\(Words.list(names))) without proving "
        + "a password, and was answered, within \(Words.span(span)): \(why). The answers are "
        + "encrypted with keys made from the passwords and can be cracked offline. The account "
        + "itself logging on looks the same, but asks for AES first and then uses its ticket.",
      source: source)
    result.accounts = names.map {
      knowledge.party(AccountName(name: $0, domain: exchange.realm))
    }
    result.targets = names.map { Alert.Target(kind: .account, name: $0) }
    let fresh = answers.takeUnreported(for: address)
    result.count = max(1, fresh.count)
    result.pieces = fresh.map {
      Finding.Piece(
        $0.proof, $0.time,
        "AS-REP for \($0.value.account) without pre-authentication, encrypted with "
          + Words.etype($0.value.etype))
    }
    return result
  }

  private func verdict(
    _ entries: ArraySlice<WindowEntry<Answer>>
  ) -> (Alert.Severity, String, Double) {
    let isMany = entries.count >= limit
    if entries.contains(where: { $0.value.shape == .roasting }) {
      return (.high, "the request prefers RC4, the cheapest to crack, as tools do", 0.95)
    }
    if entries.allSatisfy({ $0.value.shape == .ordinary || $0.value.account.hasSuffix("$") }) {
      return isMany
        ? (.medium, "several accounts, each asked for as an ordinary client asks", 0.5)
        : (.low, "one account, asked for as an ordinary client asks", 0.3)
    }
    return isMany
      ? (.high, "several accounts, asked for as no client in common use asks", 0.85)
      : (.medium, "one account, asked for as no client in common use asks", 0.6)
  }

  // MARK: - Scans

  private mutating func scan(
    _ exchange: KerberosASExchange, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge
  ) -> Finding {
    let address = activity.source.address
    let names = scanned.entries(for: address).map(\.value)
    let source = knowledge.source(address, at: activity.time)
    var result = Finding(
      time: activity.time, severity: .low, confidence: 0.6 * source.trust,
      explanation: "\(source.text) asked for RC4 logons of \(names.count) accounts "
        + "(\(Words.list(names))) without proving a password. All were told to prove it and none "
        + "did: a search for accounts that need not, which found none. It stays low because nothing "
        + "was given away.",
      source: source)
    result.accounts = names.prefix(AlertTable.partyLimit).map {
      knowledge.party(AccountName(name: $0, domain: exchange.realm))
    }
    result.targets = [knowledge.target(activity.target.address, at: activity.time)]
    let fresh = scanned.takeUnreported(for: address)
    result.count = max(1, fresh.count)
    result.pieces = fresh.map {
      Finding.Piece($0.proof, $0.time, "AS-REQ for \($0.value) with RC4 alone: proof required")
    }
    return result
  }
}
