public import Correlation
import Evidence

/// A profile for people.
public enum ProfilePage {
  /// Rows of one list on a page.
  private static let rowLimit = 12

  public static func json(_ profile: Profile) -> String {
    var json = JSONWriter()
    profile.write(to: &json)
    return json.text
  }

  public static func lines(_ profile: Profile, usesColour: Bool) -> [String] {
    var page = Page(usesColour: usesColour)
    let record = profile.record
    page.title("\(record.name)  \(record.kind.rawValue)\(record.domain.map { " of \($0)" } ?? "")")
    facts(profile, &page)
    endpoint(profile, &page)
    alerts(profile, &page)
    page.list("Risk \(profile.risk.score) (\(profile.risk.level.rawValue))", profile.risk.reasons)
    page.table("Names", names(record))
    page.table("Addresses", addresses(record))
    links(record.kind == .user ? "Computers" : "Users", record.peers, &page)
    links("Resources", record.resources, &page)
    page.list("Groups", limited(profile.groups.map(\.samAccountName)))
    return page.lines
  }

  private static func facts(_ profile: Profile, _ page: inout Page) {
    let entry = profile.entry
    page.fact("SID", profile.record.sid ?? entry?.sid)
    for tag in profile.tags { page.fact("tag", "\(tag.name): \(tag.reason)") }
    page.fact("seen", Quantity.times(profile.record.firstSeen, profile.record.lastSeen))
    page.fact("display", entry?.displayName)
    page.fact("title", entry?.title)
    page.fact("department", entry?.department)
    page.fact("mail", entry?.mail)
    page.fact("phone", entry?.phone)
    page.fact("office", entry?.office)
    page.fact("directory", entry?.distinguishedName)
    page.fact("services", entry.map { limited($0.servicePrincipalNames).joined(separator: ", ") })
    if !profile.record.hours.isEmpty {
      page.fact(
        "logons",
        "\(Quantity.count(profile.record.logonCount)), "
          + "\(Quantity.count(profile.record.failureCount)) failed")
    }
  }

  private static func endpoint(_ profile: Profile, _ page: inout Page) {
    let badge = profile.endpoint
    switch badge.state {
    case .absent:
      page.fact("endpoint", "no icon: \(badge.reason ?? "the integration is not complete")")
    case .grey: page.fact("endpoint", "○ \(badge.reason ?? "not known")")
    case .integrated:
      let number = badge.count > 0 ? "● \(badge.count) (\(badge.open) open)" : "●"
      page.fact("endpoint", "\(number) \(badge.matchedBy ?? "")")
      page.fact("", badge.link)
    }
    var table = Table([
      Table.Column("SEVERITY"), Table.Column("TIME"), Table.Column("STATUS"),
      Table.Column("TITLE"),
    ])
    for alert in profile.endpointAlerts.prefix(rowLimit) {
      let severity = Alert.Severity(name: alert.severity.lowercased())
      table.add([
        Table.Cell(alert.severity.lowercased(), severity.map(Badge.style) ?? .plain),
        Table.Cell(alert.time.map(Quantity.time) ?? ""), Table.Cell(alert.status),
        Table.Cell(alert.title),
      ])
    }
    noteMore(profile.endpointAlerts.count, &table)
    page.table("Endpoint alerts", table)
  }

  private static func alerts(_ profile: Profile, _ page: inout Page) {
    var table = Table([
      Table.Column("SEVERITY"), Table.Column("FIRST SEEN"), Table.Column("PART"),
      Table.Column("DETECTION"), Table.Column("COUNT", .right), Table.Column("ID"),
    ])
    for involved in profile.alerts.prefix(rowLimit) {
      table.add([
        Badge.cell(involved.alert.severity), Table.Cell(Quantity.time(involved.alert.firstSeen)),
        Table.Cell(involved.part.rawValue), Table.Cell(involved.alert.detection, .bold),
        Table.Cell(Quantity.count(involved.alert.count)), Table.Cell(involved.alert.id, .dim),
      ])
    }
    noteMore(profile.alerts.count, &table)
    page.table("Alerts", table)
  }

  private static func names(_ record: EntityRecord) -> Table {
    var table = Table([Table.Column("NAME"), Table.Column("KIND"), Table.Column("WHEN")])
    for name in record.names.suffix(rowLimit) {
      table.add([
        Table.Cell(name.name), Table.Cell(name.kind.rawValue),
        Table.Cell(Quantity.times(name.from, name.to)),
      ])
    }
    noteMore(record.names.count, &table)
    return table
  }

  private static func addresses(_ record: EntityRecord) -> Table {
    var table = Table([
      Table.Column("ADDRESS"), Table.Column("METHOD"), Table.Column("CERTAINTY"),
      Table.Column("WHEN"),
    ])
    for place in record.addresses.suffix(rowLimit) {
      table.add([
        Table.Cell(place.address.description), Table.Cell(place.method.rawValue),
        Table.Cell(place.certainty.rawValue), Table.Cell(Quantity.times(place.from, place.to)),
      ])
    }
    noteMore(record.addresses.count, &table)
    return table
  }

  private static func links(_ name: String, _ links: [EntityRecord.Link], _ page: inout Page) {
    var table = Table([Table.Column("NAME"), Table.Column("WHEN")])
    for link in links.prefix(rowLimit) {
      table.add([Table.Cell(link.name), Table.Cell(Quantity.times(link.from, link.to))])
    }
    noteMore(links.count, &table)
    page.table(name, table)
  }

  /// Says how many rows of a list are not shown.
  private static func noteMore(_ count: Int, _ table: inout Table) {
    guard count > rowLimit else { return }
    table.add([Table.Cell("and \(count - rowLimit) more", .dim)])
  }

  private static func limited(_ texts: [String]) -> [String] {
    texts.count <= rowLimit
      ? texts : texts.prefix(rowLimit) + ["and \(texts.count - rowLimit) more"]
  }
}
