public import Evidence

/// Somebody has a controller sign the time with the keys of many computers.
public struct Timeroasting: Detection {
  public static let card = Card(
    slug: "timeroasting", title: "Timeroasting", severity: .medium, phase: .credentialAccess,
    techniques: ["T1558"], aliases: [], kinds: [.timeRequest],
    meaning: "A controller signs the time with the key of whatever computer is named, to anybody: "
      + "weak passwords of computers and trusts can be tried offline.",
    needs: "NTP with MS-SNTP's key identifier (UDP 123), and the controller's answers.",
    blindSpots: ["Numbers asked for slower than the window", "Single well-chosen computers"],
    lookalikes: ["Many computers behind one address, each of which asks for itself, now and then"],
    nextSteps: [
      "Find the program at the source",
      "Give computers with old or set passwords new random ones",
      "Let only members ask for signed time",
    ],
    identity: [.source],
    thresholds: [
      Card.Threshold("burst", 10, "computers' numbers in a minute from one address"),
      Card.Threshold("missing", 10, "numbers in ten minutes, half of which nobody has"),
      Card.Threshold("numbers", 50, "numbers in ten minutes, whatever else"),
    ])

  private struct Asked: Hashable, Sendable {
    var number: UInt32
    var isSigned: Bool

    static func == (left: Asked, right: Asked) -> Bool { left.number == right.number }
    func hash(into hasher: inout Hasher) { hasher.combine(number) }
  }

  private let burst: Int
  private let many: Int
  private var asked: Window<Address, Asked>
  private var formerKeys: Window<Address, UInt32>

  public init(_ settings: DetectionSettings) {
    burst = settings.scaled(10)
    many = settings.scaled(50)
    asked = Window(span: .minutes(10), entries: 512, total: 32_768)
    formerKeys = Window(span: .minutes(10), entries: 64, total: 4096)
  }

  public var evictions: UInt64 { asked.evictions + formerKeys.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .timeRequest(let request) = activity.detail else { return }
    let source = activity.source.address
    if request.usesFormerKey {
      formerKeys.addOnce(request.relativeID, for: source, at: activity.time, activity.proof)
    }
    let item = Asked(number: request.relativeID, isSigned: request.isSigned)
    let isNew = asked.addOnce(item, for: source, at: activity.time, activity.proof)
    guard isNew, let why = reason(source, activity.time) else { return }
    let entries = asked.entries(for: source)
    let signed = entries.count { $0.value.isSigned }
    let former = formerKeys.distinctCount(for: source)
    var finding = Finding(
      entries.count >= many || former >= burst ? .high : .medium, 0.85, of: activity, knowledge)
    finding.explanation =
      "\(finding.actor) asked \(finding.object) for the time signed with the keys of "
      + "\(entries.count) accounts within ten minutes; \(signed) were answered"
      + (former > 0 ? ", \(former) asked for with the former password" : "")
      + ": \(why). A computer asks with its own key, every few hours."
    let fresh = asked.takeUnreported(for: source)
    finding.count = fresh.count
    finding.pieces = fresh.map {
      Finding.Piece(
        $0.proof, $0.time,
        "time signed for account \($0.value.number)\($0.value.isSigned ? "" : ": not answered")")
    }
    findings.append(finding)
  }

  private func reason(_ source: Address, _ moment: Instant) -> String? {
    let entries = asked.entries(for: source)
    guard entries.count >= burst else { return nil }
    if entries.count >= many { return "so many computers are behind no one address" }
    if entries.count(where: { !$0.value.isSigned }) * 2 >= entries.count {
      return "half of them do not exist"
    }
    guard let first = entries.dropLast(burst - 1).last, moment.since(first.time) <= .minutes(1)
    else { return nil }
    return "\(burst) came within a minute"
  }
}
