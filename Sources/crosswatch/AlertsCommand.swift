import ArgumentParser
import Server

/// `crosswatch alerts`.
struct AlertsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alerts",
    abstract: "List alerts, or show one with its evidence.",
    discussion: """
      EXAMPLES
        crosswatch alerts
        crosswatch alerts --json
        crosswatch alerts show al_5kz2m8
      """,
    subcommands: [List.self, Show.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List alerts, the worst first.")

    @OptionGroup var workspace: WorkspaceOption

    @Option(
      help: ArgumentHelp(
        "Only alerts of a phase: \(AlertsQuery.phases.joined(separator: ", ")).",
        valueName: "PHASE"))
    var phase: String?

    @Flag(name: .customLong("json"), help: "Print JSON Lines, by time.")
    var isJSON = false

    func validate() throws {
      guard let phase, !AlertsQuery.phases.contains(phase) else { return }
      let known = AlertsQuery.phases.joined(separator: ", ")
      throw ValidationError("No phase is called '\(phase)'; known: \(known).")
    }

    func run() throws {
      let console = Console()
      let alerts = try AlertsQuery(workspace.folder()).all(ofPhase: phase)
      if isJSON {
        try console.write(AlertsQuery.jsonLines(alerts))
      } else {
        try console.results(AlertsQuery.lines(alerts, usesColour: console.usesColour))
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show one alert.")

    @Argument(help: ArgumentHelp("Its identity, or how that begins.", valueName: "ID"))
    var id: String

    @OptionGroup var workspace: WorkspaceOption

    @Flag(name: .customLong("json"), help: "Print one JSON object.")
    var isJSON = false

    func run() throws {
      let console = Console()
      let alert = try AlertsQuery(workspace.folder()).alert(id)
      if isJSON {
        try console.write(AlertsQuery.jsonLines([alert]))
      } else {
        try console.results(AlertsQuery.lines(alert, usesColour: console.usesColour))
      }
    }
  }
}
