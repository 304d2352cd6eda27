import ArgumentParser
import Server

/// `crosswatch incidents`.
struct IncidentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "incidents",
    abstract: "List incidents: alerts of both sides that belong together, each told as a story.",
    discussion: """
      EXAMPLES
        crosswatch incidents
        crosswatch incidents --json
      """)

  @OptionGroup var workspace: WorkspaceOption

  @Flag(name: .customLong("json"), help: "Print JSON Lines, by time.")
  var isJSON = false

  func run() throws {
    let console = Console()
    let incidents = try IncidentsQuery(workspace.folder()).all()
    if isJSON {
      try console.write(IncidentsQuery.jsonLines(incidents))
    } else {
      try console.results(IncidentsQuery.lines(incidents, usesColour: console.usesColour))
    }
  }
}
