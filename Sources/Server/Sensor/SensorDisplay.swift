import Evidence
import Monitor
import Sensor

/// What a sensor shows: alerts on standard output, its state on standard error.
final class SensorDisplay {
  private let options: SensorOptions
  private let source: SensorSource
  private let recording: Recording?
  private let console: Console
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var packets: UInt64 = 0
  private var alerts: Set<String> = []
  private var isLineDrawn = false
  private var drawnAt: ContinuousClock.Instant
  private var drawnPackets: UInt64 = 0
  private var rate = 0.0
  private var statusAt: ContinuousClock.Instant
  private var flushedAt: ContinuousClock.Instant
  private var dropsAt: ContinuousClock.Instant?
  private var saidDrops: UInt64 = 0
  private var saidEvents: [LiveFeed.InterfaceReport.Event?]
  private var saidFailure: String?
  private var saidDamages = 0

  /// Often enough to look alive.
  private static let drawInterval: Duration = .milliseconds(500)
  /// A recording can be followed by others that late.
  private static let flushInterval: Duration = .seconds(1)
  /// Drops are told at once, and while they go on at most that often.
  private static let dropInterval: Duration = .seconds(10)
  /// Identities that are remembered for the count of alerts.
  private static let countedAlerts = 100_000

  init(
    _ options: SensorOptions, _ source: SensorSource, recording: Recording?, console: Console
  ) {
    self.options = options
    self.source = source
    self.recording = recording
    self.console = console
    start = clock.now
    drawnAt = start
    statusAt = start
    flushedAt = start
    saidEvents = source.interfaces.map { _ in nil }
  }

  func begin(as owner: Privileges?) {
    var text = "crosswatch: "
    if let path = options.followed {
      text += path == "-" ? "following standard input" : "following \(path)"
    } else {
      text += "listening on \(source.feed.names.joined(separator: ", "))"
    }
    if let filter = options.filter { text += ", only '\(filter)'" }
    if let owner, !owner.isRoot { text += ", as user \(owner.name)" }
    if let path = options.recording { text += ", recording to \(path)" }
    note(text)
  }

  /// Shows what a step brought, and what has changed besides.
  func show(_ step: Watch.Step) throws {
    for run in step.runs { packets += UInt64(run.packets.count) }
    if !step.alerts.isEmpty {
      wipeLine()
      try show(step.alerts)
    }
    let now = clock.now
    if now - flushedAt >= SensorDisplay.flushInterval {
      flushedAt = now
      recording?.flush()
      tellTrouble(now)
      tellDamages()
    }
    let isDue = options.statusSeconds.map { now - statusAt >= .seconds($0) } ?? false
    if StopSignal.takeStatusRequest() || isDue {
      statusAt = now
      for line in status(now) { note(line) }
    }
    drawLine(now)
  }

  private func show(_ found: [Alert]) throws {
    if alerts.count < SensorDisplay.countedAlerts { alerts.formUnion(found.map(\.id)) }
    if options.isJSON {
      try console.write(AlertsQuery.jsonLines(found))
      return
    }
    for alert in found { try console.result(line(alert)) }
  }

  /// One line for people; the identity as far as other commands need it.
  private func line(_ alert: Alert) -> String {
    let name = alert.severity.name
    let severity =
      Badge.style(alert.severity).applied(to: name, if: console.usesColour)
      + String(repeating: " ", count: max(0, 6 - name.count))
    var text = "from \(Badge.first(alert.sources.map(Badge.text)))"
    if !alert.accounts.isEmpty { text += " as \(Badge.first(alert.accounts.map(\.name)))" }
    if !alert.targets.isEmpty { text += " to \(Badge.first(alert.targets.map(Badge.text)))" }
    return [
      Quantity.time(alert.lastSeen), severity, String(alert.id.prefix(SensorDisplay.shownIdentity)),
      Style.bold.applied(to: alert.detection, if: console.usesColour),
      "\(Quantity.count(alert.count))×", Table.printable(text),
    ].joined(separator: "  ")
  }

  /// Characters of an identity that tell it from all others of a workspace.
  private static let shownIdentity = 12

  // MARK: - Trouble

  /// Tells what an operator must know at once: lost interfaces, lost packets, a full disk.
  private func tellTrouble(_ now: ContinuousClock.Instant) {
    let reports = source.interfaces
    for (index, report) in reports.enumerated() where report.event != saidEvents[index] {
      saidEvents[index] = report.event
      switch report.event {
      case .down: note("crosswatch: \(report.name) is down; waiting for it to come up")
      case .gone(let reason):
        let others = reports.contains { !$0.isGone } ? "; the others go on" : ""
        note("crosswatch: \(report.name) is lost: \(reason)\(others)")
      case nil: note("crosswatch: \(report.name) is up again")
      }
    }
    let drops = reports.reduce(0) { $0 + $1.dropped }
    let isQuiet = dropsAt.map { now - $0 < SensorDisplay.dropInterval } ?? false
    if drops > saidDrops, !isQuiet {
      dropsAt = now
      note("crosswatch: \(Quantity.count(drops - saidDrops, "packet")) lost: \(advice(reports))")
      saidDrops = drops
    }
    guard let recording else { return }
    let report = recording.report
    guard report.failure != saidFailure else { return }
    saidFailure = report.failure
    if let failure = report.failure {
      note("crosswatch: cannot write \(recording.options.path): \(failure); sensing goes on")
    } else {
      note(
        "crosswatch: recording goes on; \(Quantity.count(report.missing, "packet")) are missing")
    }
  }

  /// Tells which captures that are followed are damaged, or none.
  private func tellDamages() {
    guard let report = source.followed, report.damageCount > saidDamages else { return }
    for damage in report.damages.suffix(report.damageCount - saidDamages) {
      note("crosswatch: \(damage)")
    }
    saidDamages = report.damageCount
  }

  private func advice(_ reports: [LiveFeed.InterfaceReport]) -> String {
    let parts: [(UInt64, String)] = [
      (
        reports.reduce(0) { $0 + $1.statistics.droppedByKernel },
        "by the kernel (a --filter, more --threads, or against bursts a larger --buffer)"
      ),
      (
        reports.reduce(0) { $0 + $1.statistics.droppedByInterface },
        "by the interface (see ethtool -S and its ring size)"
      ),
      (
        reports.reduce(0) { $0 + $1.droppedBySensor },
        "by the sensor (more --threads, or a --filter)"
      ),
    ]
    return parts.filter { $0.0 > 0 }.map { "\(Quantity.count($0.0)) \($0.1)" }
      .joined(separator: ", ") + " so far"
  }

  // MARK: - State

  private func status(_ now: ContinuousClock.Instant) -> [String] {
    let seconds = max(0.001, (now - start).seconds)
    var lines = [
      "crosswatch: \(SensorDisplay.span(seconds)), \(Quantity.count(packets, "packet")) "
        + "(\(Quantity.count(UInt64(Double(packets) / seconds))) a second), "
        + Quantity.count(alerts.count, "alert")
    ]
    lines += source.lines.map { "  \($0)" }
    if let recording {
      lines.append("  \(SensorDisplay.line(recording.report, recording.options.path))")
    }
    return lines
  }

  /// One line on a terminal, redrawn in place.
  private func drawLine(_ now: ContinuousClock.Instant) {
    guard console.showsProgress, !isLineDrawn || now - drawnAt >= SensorDisplay.drawInterval else {
      return
    }
    let elapsed = (now - drawnAt).seconds
    if elapsed > 0.1 {
      rate = Double(packets - drawnPackets) / elapsed
      drawnPackets = packets
      drawnAt = now
    }
    let dropped = source.interfaces.reduce(0) { $0 + $1.dropped }
    isLineDrawn = true
    console.notes(
      "\r\(SensorDisplay.span((now - start).seconds))  \(Quantity.count(packets, "packet"))  "
        + "\(Quantity.count(UInt64(max(0, rate))))/s  "
        + (options.followed == nil ? "\(Quantity.count(dropped)) dropped  " : "")
        + "\(Quantity.count(alerts.count, "alert"))\u{1B}[K")
  }

  private func wipeLine() {
    guard isLineDrawn else { return }
    isLineDrawn = false
    console.notes("\r\u{1B}[K")
  }

  private func note(_ text: String) {
    wipeLine()
    console.note(text)
  }

  /// Hours, minutes and seconds.
  private static func span(_ seconds: Double) -> String {
    let whole = Int(seconds)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(whole / 3600)):\(two(whole / 60 % 60)):\(two(whole % 60))"
  }

  // MARK: - The end

  func summarise(
    _ coverage: Coverage, activities: [UInt64], _ recorded: Recording.Report?,
    _ proofs: ProofFolder.Report?
  ) {
    wipeLine()
    let now = clock.now
    tellTrouble(now)
    tellDamages()
    var coverage = coverage
    for report in source.interfaces {
      coverage[.droppedByKernel] += report.statistics.droppedByKernel
      coverage[.droppedByInterface] += report.statistics.droppedByInterface
      coverage[.droppedBySensor] += report.droppedBySensor
    }
    let seconds = (now - start).seconds
    console.note(
      "\(Quantity.count(alerts.count, "alert")), "
        + "\(Quantity.count(activities.reduce(0, +), "activity", "activities")), "
        + "\(Quantity.count(packets, "packet")) in \(SensorDisplay.span(seconds))")
    for line in source.lines { console.note("  \(line)") }
    for line in CoverageText(coverage).lines { console.note("  \(line)") }
    if let recorded, let path = options.recording {
      console.note("  \(SensorDisplay.line(recorded, path))")
    }
    guard let proofs else {
      if !alerts.isEmpty {
        console.note("  kept      no packets of alerts: name a workspace with -w, or --packets DIR")
      }
      return
    }
    if let failure = proofs.failure {
      console.note("crosswatch: packets of alerts could not be kept: \(failure)")
    }
    if proofs.alerts > 0 {
      console.note(
        "  kept      packets of \(Quantity.count(proofs.alerts, "alert")): crosswatch carve ID -o FILE"
      )
    }
  }

  private static func line(_ report: Recording.Report, _ path: String) -> String {
    var text =
      "recorded  \(Quantity.count(report.packets, "packet")), "
      + "\(Quantity.bytes(Double(report.bytes))) in \(Quantity.count(report.files, "file")): \(path)"
    if report.missing > 0 { text += ", \(Quantity.count(report.missing)) packets missing" }
    if let failure = report.failure { text += " (\(failure))" }
    return text
  }
}

extension LiveFeed.InterfaceReport {
  /// Packets that were lost, wherever.
  var dropped: UInt64 {
    statistics.droppedByKernel + statistics.droppedByInterface + droppedBySensor
  }

  var isGone: Bool {
    if case .gone = event { return true }
    return false
  }

  /// One line for people.
  var line: String {
    var text =
      "\(name): \(Quantity.count(statistics.received, "packet")), "
      + "\(Quantity.count(statistics.droppedByKernel)) dropped by the kernel, "
      + "\(Quantity.count(statistics.droppedByInterface)) by the interface, "
      + "\(Quantity.count(droppedBySensor)) by the sensor"
    switch event {
    case .down: text += "; it is down"
    case .gone(let reason): text += "; it is lost: \(reason)"
    case nil: break
    }
    return text
  }
}
