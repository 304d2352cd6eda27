import ArgumentParser
import Server

/// `crosswatch paths`.
struct PathsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paths",
    abstract: "Show lateral movement paths to an account, computer or group.",
    discussion: """
      A path goes over computers that one account administers and another is used on, and over
      groups. Its evidence counts for 48 hours.

      EXAMPLES
        crosswatch paths --to 'Domain Admins'
        crosswatch paths --to 'Domain Admins' --from mallory
        crosswatch paths --to root-admin --json
      """)

  @Option(help: ArgumentHelp("Where paths end.", valueName: "ENTITY"))
  var to: String

  @Option(help: ArgumentHelp("Where they begin (default: anywhere).", valueName: "ENTITY"))
  var from: String?

  @OptionGroup var workspace: WorkspaceOption

  @Flag(name: .customLong("json"), help: "Print JSON Lines, one a path.")
  var isJSON = false

  func run() throws {
    let console = Console()
    let answer = try PathsQuery(workspace.folder()).answer(to: to, from: from)
    if isJSON {
      try console.write(PathsPage.jsonLines(answer))
    } else {
      try console.results(PathsPage.lines(answer, usesColour: console.usesColour))
    }
  }
}
