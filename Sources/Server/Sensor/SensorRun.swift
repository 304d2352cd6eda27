import Evidence
import Monitor
import Sensor

/// `crosswatch sensor`: interfaces from packet to alert, until it is told to stop.
public struct SensorRun {
  /// What to listen to, and how.
  public struct Options: Sendable {
    public var interfaces: [String] = []
    public var workspace: String?
    public var filter: String?
    public var snapLength: Int?
    public var bufferMebibytes: Int?
    /// Whether alerts are JSON Lines rather than lines for people.
    public var isJSON = false

    public init() {}
  }

  private let options: Options
  private let console: Console

  /// Packets are waited for this long at once: how late a signal to stop is noticed.
  private static let waitMilliseconds: Int32 = 200

  public init(_ options: Options, console: Console) {
    self.options = options
    self.console = console
  }

  /// Watches until an interrupt; an alert is printed when it is raised, and again when it has grown.
  public func run() throws -> Ending {
    StopSignal.listen()
    let folder = try WorkspaceFolder.findAny(options.workspace)
    let analysis = try folder.map { try $0.analysis() } ?? .withoutWorkspace()
    var live = LiveCapture.Options()
    live.filter = options.filter
    if let length = options.snapLength { live.snapLength = Int32(clamping: length) }
    if let size = options.bufferMebibytes { live.bufferMebibytes = Int32(clamping: size) }
    var captures: [LiveCapture] = []
    for (index, name) in options.interfaces.enumerated() {
      captures.append(
        try LiveCapture(interface: name, index: UInt32(clamping: index), options: live))
    }
    var watch = Watch(captures, analysis: analysis)
    console.note("crosswatch: listening on \(options.interfaces.joined(separator: ", "))")
    while !StopSignal.wasGiven {
      try show(watch.next(waitingMilliseconds: SensorRun.waitMilliseconds))
    }
    try show(watch.finish())
    summarise(watch)
    return .done
  }

  private func show(_ alerts: [Alert]) throws {
    guard !alerts.isEmpty else { return }
    if options.isJSON {
      try console.write(AlertsQuery.jsonLines(alerts))
      return
    }
    for alert in alerts {
      let severity = Badge.style(alert.severity).applied(
        to: alert.severity.name, if: console.usesColour)
      let text = [
        "\(Quantity.time(alert.lastSeen))", severity, alert.detection,
        "from \(Badge.first(alert.sources.map(Badge.text)))",
        alert.accounts.isEmpty ? "" : "as \(Badge.first(alert.accounts.map(\.name)))",
        alert.targets.isEmpty ? "" : "to \(Badge.first(alert.targets.map(Badge.text)))",
        "(\(alert.count))", alert.id,
      ]
      let parts = text.filter { !$0.isEmpty }.map { $0 == severity ? $0 : Table.printable($0) }
      try console.result(parts.joined(separator: "  "))
    }
  }

  private func summarise(_ watch: Watch) {
    for (interface, counts) in watch.statistics {
      console.note(
        "\(interface): \(Quantity.count(counts.received, "packet")), "
          + "\(Quantity.count(counts.droppedByKernel)) dropped by the kernel, "
          + "\(Quantity.count(counts.droppedByInterface)) by the interface")
    }
    for line in CoverageText(watch.coverage).lines { console.note(line) }
  }
}
