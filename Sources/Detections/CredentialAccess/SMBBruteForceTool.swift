public import Evidence

/// Passwords are guessed over SMB by something that is no Windows.
public struct SMBBruteForceTool: Detection {
  public static let card = Card(
    slug: "smb-brute-force-tool", title: "Suspected brute-force attack (SMB)", severity: .medium,
    phase: .credentialAccess, techniques: ["T1110.001", "T1110.003"], aliases: ["2033"],
    kinds: [.ntlm],
    meaning: "Tools that guess passwords bring their own NTLM: they leave out what Windows puts "
      + "in, and fail again and again.",
    needs: "NTLM over SMB with the status of the logon.",
    blindSpots: ["Guesses slower than the window", "Tools that use Windows's own client"],
    lookalikes: [
      "Network storage, copiers and Linux clients with a password that was changed",
      "Scanners that test default passwords",
    ],
    nextSteps: [
      "Find the program at the source; exclude a scanner",
      "See whether a logon succeeded after the failures",
      "Block SMB from networks that need none",
    ],
    identity: [.source],
    thresholds: [
      Card.Threshold("failures", 10, "of several accounts in five minutes"),
      Card.Threshold("oneAccount", 30, "of one account: a stale password fails less often"),
      Card.Threshold("oddities", 2, "marks of a foreign client: one alone is a setting"),
    ])

  private struct Failure: Hashable, Sendable {
    var account: String
    var oddities: [String]
    /// Each failure counts.
    var number: UInt64
  }

  /// STATUS_NO_SUCH_USER, STATUS_WRONG_PASSWORD, STATUS_LOGON_FAILURE, STATUS_ACCOUNT_LOCKED_OUT
  /// and other refusals of an account (MS-ERREF section 2.3.1).
  private static let refusals: Set<UInt32> = [
    0xC000_0064, 0xC000_006A, 0xC000_006D, 0xC000_006E, 0xC000_0072, 0xC000_0193, 0xC000_0234,
    0xC000_0071, 0xC000_0224,
  ]

  private let limit: Int
  private let oneLimit: Int
  private var failures: Window<Address, Failure>
  private var total: UInt64 = 0

  public init(_ settings: DetectionSettings) {
    limit = settings.scaled(10)
    oneLimit = settings.scaled(30)
    failures = Window(span: .minutes(5), entries: 256, total: 16_384)
  }

  public var evictions: UInt64 { failures.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .ntlm(let logon) = activity.detail, !logon.user.isEmpty,
      logon.carrier == .smb1 || logon.carrier == .smb2,
      case .failure(let code) = activity.outcome, Self.refusals.contains(code)
    else { return }
    let oddities = Self.oddities(logon)
    guard oddities.count >= 2 else { return }
    let source = activity.source.address
    let account = AccountName(name: logon.user, domain: logon.domain)
    total &+= 1
    failures.add(
      Failure(account: account.key, oddities: oddities, number: total), for: source,
      at: activity.time, activity.proof)
    let entries = failures.entries(for: source)
    let accounts = Set(entries.map(\.value.account)).sorted()
    guard entries.count >= limit, accounts.count > 2 || entries.count >= oneLimit else { return }
    var finding = Finding(.medium, 0.8, of: activity, knowledge)
    finding.accounts = accounts.prefix(AlertTable.partyLimit).map {
      knowledge.party(AccountName(name: $0, domain: logon.domain))
    }
    finding.explanation =
      "\(finding.sources.first?.text ?? "Somebody") failed \(entries.count) times within five "
      + "minutes to log on to \(finding.object) over SMB, as \(Words.list(accounts)), with a "
      + "client that is no Windows: \(oddities.joined(separator: ", ")). Storage and copiers with a stale "
      + "password fail for one account only."
    let fresh = failures.takeUnreported(for: source)
    finding.count = fresh.count
    finding.pieces = fresh.map {
      Finding.Piece($0.proof, $0.time, "logon as \($0.value.account) refused")
    }
    findings.append(finding)
  }

  /// In what the client differs from Windows (catalogue of client stacks, MS-NLMP section 2.2).
  private static func oddities(_ logon: NTLMLogon) -> [String] {
    var found: [String] = []
    if logon.workstation.isEmpty {
      found.append("it gives no workstation")
    } else if logon.workstation.utf8.count > 15 {
      found.append("its workstation's name is longer than Windows allows")
    }
    if logon.version == .v1 || logon.version == .v1ESS {
      found.append("it answers with NTLMv1")
    } else if !logon.pairOrder.isEmpty, !Set(logon.pairOrder).isSuperset(of: [6, 8]) {
      found.append("its response lacks the flags or the machine's identity")
    }
    if logon.clientVersion == nil { found.append("it gives no version") }
    if logon.mechanisms.isEmpty { found.append("it uses no SPNEGO") }
    return found
  }
}
