public import Evidence

/// Passwords are guessed by simple binds.
public struct LDAPBruteForce: Detection {
  public static let card = Card(
    slug: "ldap-brute-force", title: "Suspected brute-force attack (LDAP)", severity: .medium,
    phase: .credentialAccess, techniques: ["T1110.001", "T1110.003"], aliases: ["2004"],
    kinds: [.ldapBind],
    meaning: "A simple bind tries a password at once: many passwords on one account, or one "
      + "password on many accounts, is guessing.",
    needs: "LDAP on port 389 without TLS. Passwords are compared by a mark that is never kept.",
    blindSpots: ["LDAPS and StartTLS", "Guesses slower than the window, or from many addresses"],
    lookalikes: [
      "Appliances with a stale password, which try the same one again and again",
      "Web applications, whose users mistype",
    ],
    nextSteps: [
      "Find the program at the source",
      "Change the passwords that were guessed; see what was done with them",
      "Require TLS or signing at the controllers",
    ],
    identity: [.source],
    thresholds: [
      Card.Threshold("passwords", 20, "tried on one account in ten minutes"),
      Card.Threshold(
        "accounts", 15, "with three passwords at most; most accounts failed, unlike a portal's"),
      Card.Threshold("failures", 50, "with at least ten pairs of account and password"),
    ])

  private struct Try: Hashable, Sendable {
    var account: String
    var password: UInt64
  }

  /// invalidCredentials (RFC 4511 section 4.1.9).
  private static let invalidCredentials: UInt32 = 49

  private let passwordLimit: Int
  private let accountLimit: Int
  private let failureLimit: Int
  private var tries: Window<Address, Try>
  /// Accounts that logged on, from where others failed.
  private var good: Window<Address, String>

  public init(_ settings: DetectionSettings) {
    passwordLimit = settings.scaled(20)
    accountLimit = settings.scaled(15)
    failureLimit = settings.scaled(50)
    tries = Window(span: .minutes(10), entries: 512, total: 32_768)
    good = Window(span: .minutes(10), entries: 128, total: 8192)
  }

  public var evictions: UInt64 { tries.evictions + good.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .ldapBind(let bind) = activity.detail, bind.method == .simple, !bind.name.isEmpty,
      let password = bind.passwordMark
    else { return }
    let source = activity.source.address
    let account = bind.name.lowercased()
    if activity.outcome == .success {
      good.addOnce(account, for: source, at: activity.time, activity.proof)
      let failed = tries.entries(for: source).contains {
        $0.value.account == account && activity.time.since($0.time) <= tries.span
      }
      guard failed, let why = reason(source, activity.time) else { return }
      findings.append(finding(why, guessed: bind.name, activity, knowledge))
      return
    }
    guard activity.outcome == .failure(code: Self.invalidCredentials) else { return }
    tries.add(
      Try(account: account, password: password), for: source, at: activity.time, activity.proof)
    guard let why = reason(source, activity.time) else { return }
    findings.append(finding(why, guessed: nil, activity, knowledge))
  }

  private func reason(_ source: Address, _ moment: Instant) -> String? {
    let entries = tries.entries(for: source)
    guard entries.count >= min(accountLimit, passwordLimit) else { return nil }
    var passwords: [String: Set<UInt64>] = [:]
    var all: Set<UInt64> = []
    var pairs: Set<Try> = []
    for entry in entries {
      passwords[entry.value.account, default: []].insert(entry.value.password)
      all.insert(entry.value.password)
      pairs.insert(entry.value)
    }
    let most = passwords.values.map(\.count).max() ?? 0
    if most >= passwordLimit { return "\(most) different passwords on one account" }
    // Users of a portal mistype their own passwords, each another, and most get in.
    let successes = good.entries(for: source).count { moment.since($0.time) <= good.span }
    if passwords.count >= accountLimit, all.count <= 3, successes * 2 < passwords.count {
      return "\(Words.count(all.count, "password", "passwords")) on \(passwords.count) accounts"
    }
    if entries.count >= failureLimit, pairs.count >= 10, successes * 2 < pairs.count {
      return "\(pairs.count) different pairs of account and password"
    }
    return nil
  }

  private mutating func finding(
    _ why: String, guessed: String?, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge
  ) -> Finding {
    let source = activity.source.address
    let accounts = Set(tries.entries(for: source).map(\.value.account)).sorted()
    var finding = Finding(guessed == nil ? .medium : .high, 0.9, of: activity, knowledge)
    let names = (guessed.map { [$0] } ?? []) + accounts.filter { $0 != guessed?.lowercased() }
    finding.accounts = names.prefix(AlertTable.partyLimit).map { name in
      let entry = knowledge.directory.entry(distinguishedName: name)
      return Alert.Account(
        name: entry?.samAccountName ?? name, domain: entry?.dnsDomain, sid: entry?.sid)
    }
    finding.explanation =
      "\(finding.sources.first?.text ?? "Somebody") failed "
      + "\(tries.count(for: source)) simple binds at \(finding.object) within ten minutes, as "
      + "\(Words.list(accounts)): \(why). "
      + (guessed.map { "Then \($0) succeeded: the password was guessed." }
        ?? "A stale password fails as itself alone.")
    let fresh = tries.takeUnreported(for: source)
    finding.count = max(1, fresh.count)
    finding.pieces = fresh.map {
      Finding.Piece($0.proof, $0.time, "simple bind as \($0.value.account) refused")
    }
    if guessed != nil { finding.pieces.append(Finding.Piece(activity, "simple bind succeeded")) }
    return finding
  }
}
