public import Evidence

/// Hands activities to the detections that look at their kind, and folds what they find into alerts.
///
/// Activities must come in the order of packets, each after ``Knowledge`` has taken it in. The same
/// activities give the same alerts.
public struct DetectionEngine: Sendable {
  private var detections: [any Detection]
  private let cards: [Card]
  private let sensitivities: [Sensitivity]
  private let exclusions: [Exclusion]
  /// For each kind, the indexes of the detections that look at it.
  private let watchers: [[Int]]
  private var table: AlertTable
  private var captures: [String] = []
  private var suppressed: [UInt64]
  /// Kept between calls, so that nothing is allocated for the many activities that say nothing.
  private var findings: [Finding] = []

  public init(settings: Settings = Settings(), workspace: String? = nil) {
    self.init(Detections.all, settings, workspace: workspace)
  }

  /// An engine with some detections only.
  public init(
    _ types: [any Detection.Type], _ settings: Settings = Settings(), workspace: String? = nil
  ) {
    cards = types.map { $0.card }
    sensitivities = cards.map { settings.of($0.slug).sensitivity }
    detections = types.map { $0.init(settings.of($0.card.slug)) }
    exclusions = settings.exclusions
    suppressed = Array(repeating: 0, count: types.count)
    table = AlertTable(workspace: workspace)
    watchers = Activity.Kind.allCases.map { [cards] kind in
      cards.indices.filter { cards[$0].kinds.contains(kind) }
    }
  }

  /// Whether any detection looks at the kind: what nobody looks at need not be built.
  public func watches(_ kind: Activity.Kind) -> Bool { !watchers[Int(kind.rawValue)].isEmpty }

  /// Notes a capture's name; returns its index, which proofs refer to.
  public mutating func begin(capture name: String) -> UInt32 {
    captures.append(name)
    return UInt32(clamping: captures.count - 1)
  }

  /// Shows an activity to the detections that look at its kind.
  public mutating func see(_ activity: borrowing Activity, _ knowledge: borrowing Knowledge) {
    for index in watchers[Int(activity.kind.rawValue)] {
      detections[index].see(activity, knowledge, &findings)
      guard !findings.isEmpty else { continue }
      for finding in findings {
        if exclusions.cover(finding, of: cards[index].slug) {
          suppressed[index] += 1
        } else {
          table.fold(finding, cards[index], sensitivities[index], captures)
        }
      }
      findings.removeAll(keepingCapacity: true)
    }
  }

  /// The alerts that were raised or grew since the last call, as alerts are listed.
  public mutating func takeChanged() -> [Alert] { table.takeChanged() }

  /// All alerts, as alerts are listed.
  public func alerts() -> [Alert] { table.all }

  /// Entries and alerts that were forgotten because a memory was full.
  public var evictions: UInt64 {
    detections.reduce(table.evictions) { $0 + $1.evictions }
  }

  /// Findings that exclusions held back, by slug, in the order of the list.
  public var suppressions: [(detection: String, count: UInt64)] {
    cards.indices.filter { suppressed[$0] > 0 }.map { (cards[$0].slug, suppressed[$0]) }
  }
}
