public import Evidence
import Store
import Workspaces

/// `crosswatch alerts`: the list, and one of it.
public struct AlertsQuery {
  private let folder: WorkspaceFolder
  private let store: SQLiteStore
  private let intelligence: [ThreatEntry]

  /// Alerts that one list shows.
  public static let limit = 100_000
  /// Characters of an identity that may stand for it.
  private static let shortestPrefix = 6

  public init(_ folder: WorkspaceFolder) throws {
    self.folder = folder
    store = try folder.questions()
    intelligence = try folder.intelligence()
  }

  /// The phases of attacks that detections belong to.
  public static let phases = Alert.Phase.allCases.map(\.rawValue)

  /// Alerts of one phase; of all without one.
  public func all(ofPhase phase: String?) throws -> [Alert] {
    try all().filter { phase == nil || $0.phase.rawValue == phase }
  }

  public func all() throws -> [Alert] {
    try store.alerts(limit: AlertsQuery.limit).map { $0.citing(intelligence) }
  }

  /// The alert of an identity, or of the beginning of one where only one begins so.
  public func alert(_ id: String) throws -> Alert {
    if let alert = try store.alert(id: id) { return alert.citing(intelligence) }
    let isLongEnough = id.count >= AlertsQuery.shortestPrefix
    let found = isLongEnough ? try all().filter { $0.id.hasPrefix(id) } : []
    guard let alert = found.first, found.count == 1 else {
      throw Failure(
        "no alert '\(id)' in workspace '\(folder.workspace.name)'; "
          + "'crosswatch alerts' lists them")
    }
    return alert
  }

  /// The list for people.
  public static func lines(_ alerts: [Alert], usesColour: Bool) -> [String] {
    guard !alerts.isEmpty else { return ["No alerts."] }
    return AlertTable(alerts, showsIdentity: true).lines(usesColour: usesColour)
  }

  /// The list for programs: JSON Lines.
  public static func jsonLines(_ alerts: [Alert]) -> [UInt8] {
    var json = JSONWriter()
    for alert in alerts {
      alert.write(to: &json)
      json.endLine()
    }
    return json.bytes
  }

  /// Pieces of evidence that a person reads; programs get all.
  private static let shownEvidence = 12

  /// One alert for people.
  public static func lines(_ alert: Alert, usesColour: Bool) -> [String] {
    var page = Page(usesColour: usesColour)
    page.title(alert.title, Badge.style(alert.severity))
    page.fact("severity", alert.severity.name)
    page.fact("confidence", "\(Quantity.fraction(alert.confidence * 100, 0)) %")
    page.fact("detection", alert.detection)
    page.fact("phase", alert.phase.rawValue)
    page.fact("techniques", alert.techniques.joined(separator: ", "))
    page.fact("seen", Quantity.times(alert.firstSeen, alert.lastSeen))
    page.fact("count", Quantity.count(alert.count))
    page.fact("identity", alert.id)
    page.list("From", alert.sources.map(AlertsQuery.words))
    page.list("By", alert.accounts.map { "\(Badge.text($0))\($0.sid.map { " \($0)" } ?? "")" })
    page.list("To", alert.targets.map { "\($0.kind.rawValue) \($0.name)" })
    page.text("What happened", alert.explanation)
    var evidence = Table([
      Table.Column("TIME"), Table.Column("CAPTURE"), Table.Column("PACKETS"), Table.Column("WHAT"),
    ])
    for piece in alert.evidence.prefix(shownEvidence) {
      evidence.add([
        Table.Cell(piece.time.description), Table.Cell(piece.capture),
        Table.Cell(piece.packets.map(String.init).joined(separator: ", ")),
        Table.Cell(piece.summary),
      ])
    }
    let more = alert.evidence.count - shownEvidence
    if more > 0 {
      evidence.add([
        Table.Cell("… and \(more) more: --json"), Table.Cell(""), Table.Cell(""), Table.Cell(""),
      ])
    }
    page.table("Evidence", evidence)
    page.list("What benign looks like it", alert.lookalikes)
    page.list("Next steps", alert.nextSteps)
    page.list("Threat intelligence", alert.intelligence.map(AlertsQuery.words))
    page.list("Settings", alert.settings.map { "\($0.name): \($0.value)" })
    return page.lines
  }

  private static func words(_ entry: ThreatEntry) -> String {
    let actor = entry.actor.map { ", used by \($0)" } ?? ""
    let intent = entry.intent.map { " for \($0)" } ?? ""
    return "\(entry.name) (\(entry.mark.text))\(actor)\(intent); \(entry.source) says so"
  }

  private static func words(_ source: Alert.Source) -> String {
    var text = source.address.description
    if let computer = source.computer {
      text += " \(computer)"
      if let certainty = source.certainty { text += " (certainty \(certainty.rawValue))" }
    } else if let reason = source.unresolved {
      text += " (\(reason))"
    }
    return text
  }
}
