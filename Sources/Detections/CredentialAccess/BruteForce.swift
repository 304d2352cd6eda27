public import Evidence

/// Somebody guesses passwords: many for one account, or few for many.
public struct BruteForce: Detection {
  public static let card = Card(
    slug: "brute-force", title: "Suspected brute-force attack (Kerberos, NTLM)",
    severity: .medium, phase: .credentialAccess, techniques: ["T1110.001", "T1110.003"],
    aliases: ["2023"], kinds: [.kerberosAS, .ntlm],
    meaning: "Wrong passwords at a pace or for a number of accounts that people do not reach.",
    needs: "Kerberos pre-authentication errors, or NTLM with the status of its logon.",
    blindSpots: [
      "Guesses through another server, whose questions to the controller are sealed",
      "Fewer guesses than the thresholds within ten minutes", "LDAP binds",
    ],
    lookalikes: [
      "A service or a phone that still has an old password",
      "Servers that many people log on through: VPN, remote desktop, mail",
    ],
    nextSteps: [
      "See whether a guessed account logged on, and from where it usually does",
      "Find the program at the source; isolate the host if nobody knows it",
      "Reset guessed accounts and require better passwords",
    ],
    identity: [.source],
    thresholds: [
      Card.Threshold("guesses", 20, "of one account in ten minutes: people give up before"),
      Card.Threshold("accounts", 10, "failing in ten minutes from one source"),
      Card.Threshold(
        "burst", 6, "different accounts failing within ten seconds, three of which exist"),
    ])

  /// KDC_ERR_PREAUTH_FAILED, KDC_ERR_CLIENT_REVOKED (RFC 4120 section 7.5.9): the latter is what a
  /// locked account answers.
  private static let wrongPassword: UInt32 = 24
  private static let unknownPrincipal: UInt32 = 6
  private static let revoked: UInt32 = 18
  /// STATUS_WRONG_PASSWORD, STATUS_LOGON_FAILURE, STATUS_ACCOUNT_LOCKED_OUT (MS-ERREF 2.3.1).
  private static let wrongStatuses: Set<UInt32> = [0xC000_006A, 0xC000_006D]
  private static let lockedStatus: UInt32 = 0xC000_0234
  /// STATUS_NO_SUCH_USER.
  private static let unknownStatus: UInt32 = 0xC000_0064
  /// Accounts that exist among those of a burst: otherwise it only learns names.
  private static let existing = 3
  /// A program with an old password repeats itself slower than this many guesses take in two minutes.
  private static let fast = Instant.Span.minutes(2)
  private static let span = Instant.Span.minutes(10)

  private struct Pair: Hashable, Sendable {
    var source: Address
    var account: String
  }

  private enum Verdict { case wrong, locked, unknown, success }

  private let guessLimit: Int
  private let accountLimit: Int
  private let burst: Int
  /// Failures of each account from each source, and whether it was locked by then.
  private var guesses: Window<Pair, Bool>
  /// Accounts that failed from each source.
  private var failing: Window<Address, String>
  /// Names that failed because no account has them: a list that is sprayed has some of these.
  private var missing: Window<Address, String>
  /// Accounts that logged on from each source.
  private var succeeding: Window<Address, String>
  /// Accounts that logged on while their source was guessing.
  private var guessed: Window<Address, String>
  /// Accounts that logged on from a source which was not guessing: those who work there.
  private var regulars: Window<Pair, Bool>
  /// The protocol by which a source is guessing.
  private var isRaised: Window<Address, Activity.Kind>

  public init(_ settings: DetectionSettings) {
    guessLimit = settings.scaled(20)
    accountLimit = settings.scaled(10)
    burst = settings.scaled(6)
    guesses = Window(span: Self.span, entries: guessLimit + 12, total: 65_536)
    failing = Window(span: Self.span, entries: 256, total: 32_768)
    missing = Window(span: .seconds(10), entries: 64, total: 8192)
    succeeding = Window(span: Self.span, entries: 256, total: 32_768)
    guessed = Window(span: Self.span, entries: 64, total: 4096)
    regulars = Window(span: .hours(24), entries: 1, total: 32_768)
    isRaised = Window(span: Self.span, entries: 2, total: 4096)
  }

  public var evictions: UInt64 {
    guesses.evictions + failing.evictions + succeeding.evictions + guessed.evictions
      + regulars.evictions + missing.evictions
  }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard let (account, verdict) = Self.attempt(activity.detail, activity.outcome),
      !account.isAnonymous
    else { return }
    let source = activity.source.address
    guard verdict != .success else {
      if let finding = succeed(account, activity, knowledge) { findings.append(finding) }
      return
    }
    guard verdict != .unknown else {
      missing.addOnce(account.key, for: source, at: activity.time, activity.proof)
      return
    }
    let pair = Pair(source: source, account: account.key)
    guesses.add(verdict == .locked, for: pair, at: activity.time, activity.proof)
    failing.addOnce(account.key, for: source, at: activity.time, activity.proof)
    if let why = vertical(pair, account, activity.time) ?? spray(source, activity.time) {
      isRaised.addOnce(activity.kind, for: source, at: activity.time, activity.proof)
      findings.append(finding(why, account, activity, knowledge))
    }
  }

  /// Whose password was tried, and what came of it; nil where that is not known.
  private static func attempt(
    _ detail: Activity.Detail, _ outcome: Activity.Outcome
  ) -> (AccountName, Verdict)? {
    switch detail {
    case .kerberosAS(let exchange):
      let account = AccountName(name: exchange.client, domain: exchange.realm)
      if outcome == .failure(code: unknownPrincipal) { return (account, .unknown) }
      // Without pre-authentication nothing was guessed, and an answer proves no password.
      guard exchange.hasPreauthentication || !exchange.requestWasSeen else { return nil }
      if outcome == .success { return (account, .success) }
      if outcome == .failure(code: wrongPassword) { return (account, .wrong) }
      return outcome == .failure(code: revoked) ? (account, .locked) : nil
    case .ntlm(let logon):
      guard logon.carrier != .ldap else { return nil }
      let account = AccountName(name: logon.user, domain: logon.domain)
      guard case .failure(let code) = outcome else {
        return outcome == .success ? (account, .success) : nil
      }
      if wrongStatuses.contains(code) { return (account, .wrong) }
      if code == unknownStatus { return (account, .unknown) }
      return code == lockedStatus ? (account, .locked) : nil
    default:
      return nil
    }
  }

  // MARK: - Deciding

  private struct Reason {
    var text: String
    var severity: Alert.Severity
    var confidence: Double
  }

  /// Many guesses for one account.
  private func vertical(_ pair: Pair, _ account: AccountName, _ moment: Instant) -> Reason? {
    let entries = guesses.entries(for: pair)
    guard entries.count >= guessLimit, let first = entries.dropLast(guessLimit - 1).last,
      entries.contains(where: { !$0.value })
    else { return nil }
    let count = "\(account.name) failed \(entries.count) times"
    if account.isMachine {
      return Reason(
        text: "\(count); a machine account's password is random, so that its own computer with a "
          + "stale one is likelier than guessing", severity: .low, confidence: 0.4)
    }
    guard moment.since(first.time) <= Self.fast else {
      return Reason(
        text: "\(count), at the slow pace of a program with an old password", severity: .low,
        confidence: 0.4)
    }
    let pace = Words.span(moment.since(first.time))
    return Reason(
      text: "\(count), \(guessLimit) of them within \(pace): faster than a person types",
      severity: .medium, confidence: 0.85)
  }

  /// Few guesses for many accounts.
  private func spray(_ source: Address, _ moment: Instant) -> Reason? {
    let count = failing.distinctCount(for: source)
    guard count >= Self.existing else { return nil }
    // Where many people share a source most of them get in; a spray gets in seldom.
    let successes = succeeding.distinctCount(for: source)
    guard count >= successes * 2 else { return nil }
    let entries = failing.entries(for: source)
    if count >= accountLimit {
      return Reason(
        text: "\(count) accounts failed, \(successes) got in", severity: .medium, confidence: 0.85)
    }
    let start = moment.advanced(by: .seconds(-10))
    let fresh = entries.count { $0.time >= start }
    let unknown = missing.entries(for: source).count { $0.time >= start }
    guard fresh >= Self.existing, fresh + unknown >= burst else { return nil }
    return Reason(
      text: "\(fresh) accounts and \(unknown) names without account failed within ten seconds, "
        + "\(successes) got in", severity: .medium, confidence: 0.75)
  }

  /// Notes a logon; of a source that was guessing a moment ago, it is a finding.
  private mutating func succeed(
    _ account: AccountName, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge
  ) -> Finding? {
    let source = activity.source.address
    let pair = Pair(source: source, account: account.key)
    guard isHit(account, pair, activity) else {
      succeeding.addOnce(account.key, for: source, at: activity.time, activity.proof)
      if !isRaised.contains(activity.kind, for: source, at: activity.time) {
        regulars.addOnce(true, for: pair, at: activity.time, activity.proof)
        // Who mistypes and then gets in was not attacked.
        failing.remove(account.key, for: source)
      }
      return nil
    }
    guard guessed.addOnce(account.key, for: source, at: activity.time, activity.proof) else {
      return nil
    }
    let reason = Reason(
      text: "then \(account.name) logged on, as nobody from there had before",
      severity: .high, confidence: 0.85)
    return finding(reason, account, activity, knowledge)
  }

  /// Whether a logon is a guess that hit: by the protocol of the guessing, of an account that failed,
  /// or in the midst of it, but of nobody who works there.
  private func isHit(
    _ account: AccountName, _ pair: Pair, _ activity: borrowing Activity
  ) -> Bool {
    guard !account.isMachine, let last = failing.entries(for: pair.source).last,
      isRaised.contains(activity.kind, for: pair.source, at: activity.time),
      !regulars.contains(true, for: pair, at: activity.time)
    else { return false }
    return failing.contains(account.key, for: pair.source, at: activity.time)
      || activity.time.since(last.time) <= .seconds(2)
  }

  // MARK: - What is said

  private mutating func finding(
    _ reason: Reason, _ account: AccountName, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge
  ) -> Finding {
    let address = activity.source.address
    let source = knowledge.source(address, at: activity.time)
    let attacked = Self.distinct(failing.entries(for: address).map(\.value))
    let taken = Self.distinct(guessed.entries(for: address).map(\.value))
    let first = failing.entries(for: address).first?.time ?? activity.time
    let isShared = knowledge.names.isShared(address, at: activity.time)
    let names = Words.count(attacked.count, "account", "accounts")
    var result = Finding(
      time: activity.time, severity: reason.severity,
      confidence: reason.confidence * source.trust * (isShared ? 0.7 : 1),
      explanation: "\(source.text) sent wrong passwords over \(activity.kind.protocolName) for "
        + "\(names) (\(Words.list(attacked))) within "
        + "\(Words.span(activity.time.since(first))): \(reason.text)."
        + (taken.isEmpty
          ? "" : " Guessed, by all appearances: \(Words.list(taken)).")
        + " A server that many people log on through, or a program with an old password, fails too,"
        + " but gets most people in, or fails for one account at a steady pace.",
      source: source)
    for name in taken + attacked where result.accounts.count < AlertTable.partyLimit {
      result.accounts.append(knowledge.party(AccountName(name: name, domain: account.domain)))
    }
    result.targets = [knowledge.target(activity.target.address, at: activity.time)]
    result.targets += result.accounts.map { Alert.Target(kind: .account, name: $0.name) }
    result.pieces = takePieces(address, account, activity)
    result.count = max(1, result.pieces.count)
    return result
  }

  private mutating func takePieces(
    _ address: Address, _ account: AccountName, _ activity: borrowing Activity
  ) -> [Finding.Piece] {
    var pieces = failing.takeUnreported(for: address).map {
      Finding.Piece($0.proof, $0.time, "wrong password for \($0.value)")
    }
    let known = Set(pieces.map(\.proof))
    let pair = Pair(source: address, account: account.key)
    for entry in guesses.takeUnreported(for: pair) where !known.contains(entry.proof) {
      let what = entry.value ? "locked" : "wrong password"
      pieces.append(Finding.Piece(entry.proof, entry.time, "\(what) for \(account.key)"))
    }
    pieces += guessed.takeUnreported(for: address).map {
      Finding.Piece($0.proof, $0.time, "logon as \($0.value) succeeds")
    }
    return pieces.sorted(by: Finding.Piece.isBefore)
  }

  private static func distinct(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}
