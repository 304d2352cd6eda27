import ArgumentParser
import Server

/// `crosswatch timeline`.
struct TimelineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "timeline",
    abstract: "Show what an entity did and what was done to it, from all sides, by time.",
    discussion: """
      EXAMPLES
        crosswatch timeline WS03
        crosswatch timeline 'ALPINE\\mallory' --from 2026-11-20T23:00:00Z
        crosswatch timeline 10.0.5.66 --limit 1000 --json
      """)

  @Argument(
    help: ArgumentHelp(
      "A name, DOMAIN\\name, name@domain, SID, address or identity.", valueName: "ENTITY"))
  var entity: String

  @OptionGroup var workspace: WorkspaceOption

  @Option(help: ArgumentHelp("Not before this moment (ISO 8601).", valueName: "TIME"))
  var from: String?

  @Option(help: ArgumentHelp("Not after this moment (ISO 8601).", valueName: "TIME"))
  var to: String?

  @Option(help: ArgumentHelp("The newest so many.", valueName: "N"))
  var limit = 100

  @Flag(name: .customLong("json"), help: "Print JSON Lines.")
  var isJSON = false

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit must be at least 1.") }
  }

  func run() throws {
    let console = Console()
    let part = try TimelineQuery.Part(from: from, to: to, limit: limit)
    let (profile, timeline) = try TimelineQuery(workspace.folder()).timeline(entity, part)
    if isJSON {
      try console.write(TimelinePage.jsonLines(timeline))
    } else {
      try console.results(
        TimelinePage.lines(profile, timeline, usesColour: console.usesColour))
    }
  }
}
