public import Correlation
import Evidence

/// A timeline for people and for programs.
public enum TimelinePage {
  /// JSON Lines, one an event.
  public static func jsonLines(_ timeline: Timeline) -> [UInt8] {
    var json = JSONWriter()
    for event in timeline.events {
      event.write(to: &json)
      json.endLine()
    }
    return json.bytes
  }

  public static func lines(
    _ profile: Profile, _ timeline: Timeline, usesColour: Bool
  ) -> [String] {
    var page = Page(usesColour: usesColour)
    let record = profile.record
    page.title("\(record.name)  \(record.kind.rawValue)\(record.domain.map { " of \($0)" } ?? "")")
    guard !timeline.events.isEmpty else {
      page.line("  Nothing in this time.")
      return page.lines
    }
    if timeline.olderCount > 0 { page.line("  Older events are left out: --limit or --from.") }
    var table = Table([
      Table.Column("TIME"), Table.Column("SIDE"), Table.Column("WHAT"), Table.Column("SEVERITY"),
      Table.Column("OUTCOME"), Table.Column("SUMMARY"),
    ])
    for event in timeline.events {
      let severity = event.severity.flatMap { Alert.Severity(name: $0) }
      let text = event.part == .target ? "← \(event.summary)" : event.summary
      table.add([
        Table.Cell(Quantity.time(event.time)), Table.Cell(event.side.rawValue, .dim),
        Table.Cell(event.kind),
        Table.Cell(event.severity ?? "", severity.map(Badge.style) ?? .plain),
        Table.Cell(event.outcome ?? ""), Table.Cell(text),
      ])
      guard event.side == .endpoint else { continue }
      for detail in event.details {
        table.add([
          Table.Cell(""), Table.Cell(""), Table.Cell(""), Table.Cell(""), Table.Cell(""),
          Table.Cell("  \(detail)", .dim),
        ])
      }
    }
    page.table("Timeline", table)
    return page.lines
  }
}
