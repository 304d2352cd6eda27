import Correlation
import Evidence
import Monitor
import Sensor
import Store
import Workspaces

/// What a replay found, for people and for programs.
struct ReplayReport {
  private let summary: Replay.Summary
  private let workspace: String?
  private let isPrimary: Bool
  private let overview: EntityOverview
  private let seconds: Double
  private let byteCount: UInt64

  /// Rows of a list in the summary: what one screen shows; the commands named below it show all.
  private static let rowLimit = 20

  init(
    _ summary: Replay.Summary, folder: WorkspaceFolder?, store: SQLiteStore?, elapsed: Double,
    byteCount: UInt64
  ) throws {
    self.summary = summary
    workspace = folder?.workspace.name
    isPrimary = try folder?.isPrimary ?? false
    overview = try EntityOverview(
      summary.entities, alerts: summary.alerts, folder: folder, store: store)
    seconds = elapsed
    self.byteCount = byteCount
  }

  /// Damages, one line each.
  var damages: [String] { summary.damages.map(\.description) }

  // MARK: - For people

  func lines(usesColour: Bool) -> [String] {
    var page = Page(usesColour: usesColour)
    let place = workspace.map { " in workspace \($0)\(isPrimary ? " (primary)" : "")" } ?? ""
    page.title("\(Quantity.count(summary.alerts.count, "alert"))\(place)")
    let shown = Array(
      summary.alerts.sorted {
        $0.severity == $1.severity
          ? Alert.isListedBefore($0, $1) : $0.severity > $1.severity
      }.prefix(ReplayReport.rowLimit))
    for line in AlertTable(shown, showsIdentity: false).lines(
      indent: "  ", usesColour: usesColour)
    {
      page.line(line)
    }
    more(summary.alerts.count - shown.count, "crosswatch alerts", &page)
    page.list(
      "Held back by exclusions",
      summary.suppressions.map { "\($0.detection): \(Quantity.count($0.count, "finding"))" })
    entities(&page)
    activities(&page)
    coverage(&page)
    captures(&page)
    return page.lines
  }

  private func entities(_ page: inout Page) {
    let counts = overview.counts.filter { $0.count > 0 }.map { kind, count in
      Quantity.count(
        count, kind.rawValue, kind == .address ? "addresses" : nil)
    }
    page.heading(
      "Entities" + (counts.isEmpty ? ": none" : ": " + counts.joined(separator: ", ")))
    var table = Table([
      Table.Column("KIND"), Table.Column("NAME"), Table.Column("ENDPOINT"),
      Table.Column("ALERTS", .right), Table.Column("RISK", .right), Table.Column("TAGS"),
    ])
    let remarkable = overview.remarkable
    for profile in remarkable.prefix(ReplayReport.rowLimit) {
      table.add([
        Table.Cell(profile.record.kind.rawValue), Table.Cell(profile.record.name),
        Badge.cell(profile.endpoint),
        Table.Cell(profile.alerts.isEmpty ? "" : Quantity.count(profile.alerts.count)),
        Badge.cell(profile.risk), Table.Cell(profile.tags.map(\.name).joined(separator: ", ")),
      ])
    }
    for line in table.lines(indent: "  ", usesColour: page.usesColour) { page.line(line) }
    more(remarkable.count - ReplayReport.rowLimit, "crosswatch profile NAME", &page)
  }

  private func more(_ count: Int, _ command: String, _ page: inout Page) {
    guard count > 0 else { return }
    page.line("  … and \(Quantity.count(count)) more: \(command)")
  }

  /// Activities by protocol, each with its kinds.
  private func activities(_ page: inout Page) {
    let total = summary.activityCounts.reduce(0, +)
    var table = Table([
      Table.Column("PROTOCOL"), Table.Column("COUNT", .right), Table.Column("OF WHICH"),
    ])
    for (name, kinds) in ReplayReport.protocols {
      let count = kinds.reduce(0) { $0 + summary.activityCounts[Int($1.rawValue)] }
      guard count > 0 else { continue }
      let parts = kinds.filter { summary.activityCounts[Int($0.rawValue)] > 0 }.map { kind in
        "\(kind) \(Quantity.count(summary.activityCounts[Int(kind.rawValue)]))"
      }
      table.add([
        Table.Cell(name), Table.Cell(Quantity.count(count)),
        Table.Cell(kinds.count > 1 ? parts.joined(separator: ", ") : "", .dim),
      ])
    }
    page.heading("Activities: \(Quantity.count(total))")
    for line in table.lines(indent: "  ", usesColour: page.usesColour) { page.line(line) }
  }

  /// Protocols in the order of their first kind.
  static var protocols: [(name: String, kinds: [Activity.Kind])] {
    var all: [(name: String, kinds: [Activity.Kind])] = []
    for kind in Activity.Kind.allCases {
      if let index = all.firstIndex(where: { $0.name == kind.protocolName }) {
        all[index].kinds.append(kind)
      } else {
        all.append((kind.protocolName, [kind]))
      }
    }
    return all
  }

  private func coverage(_ page: inout Page) {
    page.heading("Coverage")
    for line in CoverageText(summary.coverage).lines { page.line("  " + line) }
    for damage in summary.damages { page.line("  damaged   \(Table.printable("\(damage)"))") }
  }

  private func captures(_ page: inout Page) {
    let read = summary.captures.count { $0.packets > 0 }
    page.line("")
    page.line(
      [
        Quantity.count(read, "capture"), Quantity.count(summary.coverage.packets, "packet"),
        Quantity.count(summary.coverage.conversations, "conversation"),
      ].joined(separator: ", "))
    let rate = seconds > 0 ? Double(byteCount) / seconds : 0
    let packetRate = seconds > 0 ? Double(summary.coverage.packets) / seconds : 0
    page.line(
      "\(Quantity.bytes(Double(byteCount))) in \(Quantity.fraction(seconds, 2)) s: "
        + "\(Quantity.fraction(rate / 1e6, 1)) MB/s, "
        + "\(Quantity.count(Int(packetRate))) packets/s")
  }
}

// MARK: - For programs

extension ReplayReport {
  /// The summary as one JSON object; times that depend on the machine are not in it.
  var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.member("workspace", workspace)
    json.member("packets", Int64(clamping: summary.coverage.packets))
    json.member("bytes", Int64(clamping: summary.coverage.bytes))
    json.member("conversations", Int64(clamping: summary.coverage.conversations))
    json.list("captures", summary.captures) { capture, json in
      json.member("name", capture.name)
      json.member("packets", Int64(clamping: capture.packets))
      json.member("first", capture.firstPacket)
      json.member("last", capture.lastPacket)
    }
    json.list("damages", summary.damages) { damage, json in
      json.member("path", damage.path)
      json.member("offset", Int64(clamping: damage.offset))
      json.member("reason", damage.reason)
    }
    json.key("activities")
    json.beginObject()
    for kind in Activity.Kind.allCases where summary.activityCounts[Int(kind.rawValue)] > 0 {
      json.member("\(kind)", Int64(clamping: summary.activityCounts[Int(kind.rawValue)]))
    }
    json.endObject()
    json.key("coverage")
    json.beginObject()
    for counter in Coverage.Counter.allCases {
      json.member(counter.name, Int64(clamping: summary.coverage[counter]))
    }
    json.endObject()
    writeFindings(to: &json)
    json.endObject()
    return json.text
  }

  private func writeFindings(to json: inout JSONWriter) {
    json.key("alerts")
    json.beginArray()
    for alert in summary.alerts { alert.write(to: &json) }
    json.endArray()
    json.list("entities", overview.remarkable) { profile, json in
      json.member("id", profile.record.id)
      json.member("kind", profile.record.kind.rawValue)
      json.member("name", profile.record.name)
      json.key("endpoint")
      profile.endpoint.write(to: &json)
      json.member("alerts", profile.alerts.count)
      json.member("risk", profile.risk.score)
    }
  }
}
