import Evidence

/// Alerts as rows, the worst first.
struct AlertTable {
  private var table = Table([
    Table.Column("SEVERITY"), Table.Column("FIRST SEEN"), Table.Column("DETECTION"),
    Table.Column("SOURCE"), Table.Column("ACCOUNT"), Table.Column("TARGET"),
    Table.Column("COUNT", .right), Table.Column("ID"),
  ])

  init(_ alerts: [Alert], showsIdentity: Bool) {
    let ranked = alerts.sorted { left, right in
      left.severity == right.severity
        ? Alert.isListedBefore(left, right) : left.severity > right.severity
    }
    for alert in ranked {
      table.add([
        Badge.cell(alert.severity), Table.Cell(Quantity.time(alert.firstSeen)),
        Table.Cell(alert.detection, .bold),
        Table.Cell(Badge.first(alert.sources.map(Badge.text))),
        Table.Cell(Badge.first(alert.accounts.map(\.name))),
        Table.Cell(Badge.first(alert.targets.map(Badge.text))),
        Table.Cell(Quantity.count(alert.count)),
        Table.Cell(showsIdentity ? alert.id : "", .dim),
      ])
    }
  }

  func lines(indent: String = "", usesColour: Bool) -> [String] {
    table.lines(indent: indent, usesColour: usesColour)
  }
}
