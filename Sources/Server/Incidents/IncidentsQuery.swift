import Correlation
public import Evidence
import Store

/// `crosswatch incidents`: alerts of both sides that belong together, each told as a story.
public struct IncidentsQuery {
  private let folder: WorkspaceFolder
  private let store: SQLiteStore

  /// Alerts that one list is made of.
  private static let limit = 100_000

  public init(_ folder: WorkspaceFolder) throws {
    self.folder = folder
    store = try folder.questions()
  }

  /// All incidents by their beginning; endpoint alerts count while the integration is complete.
  public func all() throws -> [Incident] {
    let knowledge = try folder.knowledge()
    let endpoint = try EndpointSide(folder, store, knowledge)
    return Incidents.of(
      try store.alerts(limit: IncidentsQuery.limit), endpoint: endpoint.matching.alerts)
  }

  /// The list for programs: JSON Lines.
  public static func jsonLines(_ incidents: [Incident]) -> [UInt8] {
    var json = JSONWriter()
    for incident in incidents {
      incident.write(to: &json)
      json.endLine()
    }
    return json.bytes
  }

  /// The list for people: the gravest first, each with its story.
  public static func lines(_ incidents: [Incident], usesColour: Bool) -> [String] {
    guard !incidents.isEmpty else { return ["No incidents."] }
    var page = Page(usesColour: usesColour)
    let sorted = incidents.sorted { left, right in
      left.severity == right.severity
        ? (left.firstSeen, left.id) < (right.firstSeen, right.id) : left.severity > right.severity
    }
    for (index, incident) in sorted.enumerated() {
      if index > 0 { page.line("") }
      page.title(incident.title, Badge.style(incident.severity))
      page.fact(
        "severity",
        incident.severity.name + (incident.severityReason.map { ": \($0)" } ?? ""))
      page.fact("seen", Quantity.times(incident.firstSeen, incident.lastSeen))
      page.fact("phases", incident.phases.map(\.rawValue).joined(separator: ", "))
      page.fact("identity", incident.id)
      var table = Table([
        Table.Column("TIME"), Table.Column("SIDE"), Table.Column("SEVERITY"),
        Table.Column("WHAT"), Table.Column("WHO"), Table.Column("JOINED BY"),
      ])
      for step in incident.story {
        let severity = Alert.Severity(name: step.severity)
        table.add([
          Table.Cell(Quantity.time(step.time)), Table.Cell(step.side.rawValue, .dim),
          Table.Cell(step.severity, severity.map(Badge.style) ?? .plain),
          Table.Cell(step.title), Table.Cell(Badge.first(step.actors)),
          Table.Cell(named(step.joinedBy).joined(separator: ", "), .dim),
        ])
      }
      page.table("Story", table)
    }
    return page.lines
  }

  /// What people know by name; SIDs only where nothing else joined.
  private static func named(_ keys: [String]) -> [String] {
    let names = keys.filter { !$0.contains("S-1-") }
    return names.isEmpty ? keys : names
  }
}
