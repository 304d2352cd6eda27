public import Evidence

/// A controller offers RC4 alone to accounts that had AES: a second password for all was put into it.
public struct SkeletonKey: Detection {
  public static let card = Card(
    slug: "skeleton-key", title: "Suspected skeleton key attack (encryption downgrade)",
    severity: .medium, phase: .domainDominance, techniques: ["T1556.001"], aliases: ["2010"],
    kinds: [.kerberosAS],
    meaning:
      "The skeleton key is malware in a controller's memory: it takes one password for every "
      + "account, and knows RC4 only.",
    needs: "AS-REQ with its answers in clear.",
    blindSpots: ["Domains that have no AES at all, where nothing changes"],
    lookalikes: [
      "Accounts whose password is older than AES: one by one, while others get AES (not reported)",
      "A policy that takes AES away",
    ],
    nextSteps: [
      "Ask whether encryption types were changed by policy",
      "If not: examine the controller's memory, rebuild it, reset krbtgt twice",
    ],
    identity: [.target],
    thresholds: [
      Card.Threshold("accounts", 3, "one account may have an old password, all have not"),
      Card.Threshold("minutes", 10, "a controller serves somebody with AES within minutes"),
    ])

  private static let span = Instant.Span.minutes(10)
  /// Controllers remembered.
  private static let limit = 4096

  private let threshold: Int
  private var weak: Window<Address, String>
  /// When each controller last offered or used AES.
  private var strong = BoundedTable<Address, Instant>(limit: SkeletonKey.limit)
  /// Controllers that issue tickets under AES: their domain has AES keys.
  private var capable = BoundedTable<Address, Bool>(limit: SkeletonKey.limit)

  public init(_ settings: DetectionSettings) {
    threshold = settings.scaled(Self.card.thresholds[0].value)
    weak = Window(span: .minutes(10), entries: 64, total: 8192)
  }

  public var evictions: UInt64 { weak.evictions + strong.evictions + capable.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .kerberosAS(let exchange) = activity.detail, exchange.requestWasSeen,
      exchange.etypes.contains(where: \.isStrongEtype)
    else { return }
    let controller = activity.target.address
    let offers = exchange.offeredEtypes + [exchange.replyEtype].compactMap { $0 }
    guard !offers.isEmpty else { return }
    // The malware changes what passwords are checked with, not krbtgt's own key.
    if exchange.issued?.etype.isStrongEtype == true { capable.set(controller, true) }
    guard offers.allSatisfy(\.isRC4Etype) else {
      if offers.contains(where: \.isStrongEtype) {
        strong.set(controller, activity.time)
        weak.forget(controller)
      }
      return
    }
    let account = AccountName(name: exchange.client, domain: exchange.realm)
    let had = knowledge.accounts.habit(of: account.key)?.strongOffer
    weak.addOnce(account.key, for: controller, at: activity.time, activity.proof)
    let isServingAES = strong.value(controller).map {
      activity.time.since($0) <= Self.span
    }
    guard had != nil || isServingAES != true else { return }
    let count = weak.distinctCount(for: controller)
    let isMedium = had != nil || (count >= threshold && capable.value(controller) == true)
    report(account, hadAES: had != nil, count, isMedium, activity, knowledge, &findings)
  }

  private mutating func report(
    _ account: AccountName, hadAES: Bool, _ count: Int, _ isMedium: Bool,
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    let scene = Scene(activity, knowledge)
    let fresh = weak.takeUnreported(for: activity.target.address)
    guard !fresh.isEmpty else { return }
    var result = scene.finding(
      isMedium ? .medium : .low, isMedium ? 0.75 : 0.35,
      "The controller \(scene.target.name) offered \(account.text) RC4 alone, although its client "
        + "(\(scene.source.text)) asked for AES"
        + (hadAES ? ", which a controller had offered the account before. " : ". ")
        + "\(Words.count(count, "account", "accounts")) of late got no AES there, and nobody did. "
        + (isMedium
          ? "A skeleton key does this; so does a policy that takes AES away."
          : "An account with a very old password looks the same."),
      "RC4 offered where AES was asked for")
    result.accounts = [knowledge.party(account)]
    result.pieces = fresh.map { Finding.Piece($0.proof, $0.time, "RC4 alone for \($0.value)") }
    findings.append(result)
  }
}

extension AccountName {
  /// The account as an explanation names it.
  var text: String { domain.isEmpty ? name : "\(domain)\\\(name)" }
}
