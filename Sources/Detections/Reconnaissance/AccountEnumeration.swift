public import Evidence

/// Somebody tries many names to learn which accounts exist.
public struct AccountEnumeration: Detection {
  public static let card = Card(
    slug: "account-enumeration", title: "Account enumeration reconnaissance", severity: .medium,
    phase: .reconnaissance, techniques: ["T1087.002"], aliases: ["2003"],
    kinds: [.kerberosAS, .ntlm],
    meaning: "A controller says of each name whether it exists. Who has a list of names that exist "
      + "can go on to guess passwords.",
    needs: "Kerberos errors, or NTLM with the status of its logon.",
    blindSpots: [
      "Names tried slowly, or from many addresses",
      "Servers that answer alike for unknown names and wrong passwords (0xC000006D)",
    ],
    lookalikes: [
      "Mail, conference and HR systems that try users of another domain",
      "Old scripts with the names of people who left",
    ],
    nextSteps: [
      "See whether the names look like former staff or like a dictionary",
      "Find the program at the source; isolate the host if nobody knows it",
      "Watch the accounts that were found for guessed passwords",
    ],
    identity: [.source],
    thresholds: [
      Card.Threshold("unknownNames", 20, "more than people mistype in ten minutes on one host"),
      Card.Threshold("burst", 10, "within ten seconds: typed by no person"),
      Card.Threshold("volley", 6, "within two seconds: sent by no server for its users either"),
      Card.Threshold("many", 100, "whatever else the source does"),
    ])

  /// KDC_ERR_C_PRINCIPAL_UNKNOWN (RFC 4120 section 7.5.9).
  private static let unknownPrincipal: UInt32 = 6
  /// Errors that say nothing about the name: wrong realm, answer too big, generic, clock, policy.
  private static let silentErrors: Set<UInt32> = [0, 7, 37, 52, 60, 61, 68]
  /// STATUS_NO_SUCH_USER; what says that the account is there (MS-ERREF section 2.3.1).
  private static let noSuchUser: UInt32 = 0xC000_0064
  private static let existingStatuses: Set<UInt32> = [
    0xC000_006A, 0xC000_006E, 0xC000_006F, 0xC000_0070, 0xC000_0071, 0xC000_0072, 0xC000_0193,
    0xC000_0224, 0xC000_0234,
  ]

  private let limit: Int
  private let burst: Int
  private let volley: Int
  private let many: Int
  private var unknown: Window<Address, String>
  private var existing: Window<Address, String>

  public init(_ settings: DetectionSettings) {
    limit = settings.scaled(20)
    burst = settings.scaled(10)
    volley = settings.scaled(6)
    many = settings.scaled(100)
    unknown = Window(span: .minutes(10), entries: many + 16, total: 32_768)
    existing = Window(span: .minutes(10), entries: 256, total: 32_768)
  }

  public var evictions: UInt64 { unknown.evictions + existing.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard let (name, exists) = Self.answer(activity.detail, activity.outcome),
      !name.isEmpty, name.utf8.last != UInt8(ascii: "$")
    else { return }
    let key = AccountName(name: name, domain: "").key
    let source = activity.source.address
    let isNew =
      exists
      ? existing.addOnce(key, for: source, at: activity.time, activity.proof)
      : unknown.addOnce(key, for: source, at: activity.time, activity.proof)
    guard isNew, let why = reason(source, activity.time) else { return }
    findings.append(finding(why, activity, knowledge))
  }

  /// The name that was tried and whether it exists; nil where the answer does not say.
  private static func answer(
    _ detail: Activity.Detail, _ outcome: Activity.Outcome
  ) -> (name: String, exists: Bool)? {
    switch detail {
    case .kerberosAS(let exchange):
      guard case .failure(let code) = outcome else {
        return outcome == .success ? (exchange.client, true) : nil
      }
      guard !silentErrors.contains(code) else { return nil }
      return (exchange.client, code != unknownPrincipal)
    case .ntlm(let logon):
      guard case .failure(let code) = outcome else {
        return outcome == .success ? (logon.user, true) : nil
      }
      if code == noSuchUser { return (logon.user, false) }
      return existingStatuses.contains(code) ? (logon.user, true) : nil
    default:
      return nil
    }
  }

  /// Why the source's tries are an enumeration; nil if they are not.
  private func reason(_ source: Address, _ moment: Instant) -> String? {
    let count = unknown.distinctCount(for: source)
    guard count >= volley else { return nil }
    if count >= many { return "so many unknown names in ten minutes come from no mistyping" }
    let paces: [(Int, Instant.Span)] = [(burst, .seconds(10)), (volley, .seconds(2))]
    for (number, span) in paces {
      let entries = unknown.entries(for: source)
      guard entries.count >= number, let first = entries.dropLast(number - 1).last,
        moment.since(first.time) <= span
      else { continue }
      return "\(number) unknown names came within \(span.seconds) seconds, faster than people type"
    }
    let all = count + existing.distinctCount(for: source)
    guard count >= limit, count * 10 >= all * 6 else { return nil }
    return "most of the names do not exist"
  }

  private mutating func finding(
    _ why: String, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge
  ) -> Finding {
    let address = activity.source.address
    let names = unknown.entries(for: address).map(\.value)
    let found = existing.entries(for: address).map(\.value)
    let first = unknown.entries(for: address).first?.time ?? activity.time
    let source = knowledge.source(address, at: activity.time)
    let isShared = knowledge.names.isShared(address, at: activity.time)
    let proto = activity.kind.protocolName
    var result = Finding(
      time: activity.time, severity: .medium,
      confidence: 0.85 * source.trust * (isShared ? 0.7 : 1),
      explanation: "\(source.text) tried \(names.count) names that do not exist over \(proto), "
        + "within \(Words.span(activity.time.since(first))) (\(Words.list(names))): \(why). "
        + (found.isEmpty
          ? "It met no name that exists."
          : "It also met \(Words.count(found.count, "name that exists", "names that exist")): "
            + "\(Words.list(found)).")
        + " A system that tries another domain's users looks the same.",
      source: source)
    let domain = Self.domain(activity.detail)
    result.accounts = found.prefix(AlertTable.partyLimit).map {
      knowledge.party(AccountName(name: $0, domain: domain))
    }
    result.targets = [knowledge.target(activity.target.address, at: activity.time)]
    result.targets += found.prefix(AlertTable.partyLimit).map {
      Alert.Target(kind: .account, name: $0)
    }
    let misses = unknown.takeUnreported(for: address)
    let hits = existing.takeUnreported(for: address)
    result.count = misses.count + hits.count
    result.pieces =
      misses.map {
        Finding.Piece($0.proof, $0.time, "logon as \($0.value): no such account")
      }
      + hits.map {
        Finding.Piece($0.proof, $0.time, "logon as \($0.value): the account exists")
      }
    result.pieces.sort(by: Finding.Piece.isBefore)
    return result
  }

  private static func domain(_ detail: Activity.Detail) -> String {
    switch detail {
    case .kerberosAS(let exchange): exchange.realm
    case .ntlm(let logon): logon.domain
    default: ""
    }
  }
}
