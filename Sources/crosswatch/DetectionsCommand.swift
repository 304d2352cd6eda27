import ArgumentParser
import Server

/// `crosswatch detections`.
struct DetectionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detections",
    abstract: "List what can be detected, or describe one detection.",
    discussion: """
      EXAMPLES
        crosswatch detections
        crosswatch detections describe kerberoasting
      """,
    subcommands: [List.self, Describe.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the detections.")

    @Flag(name: .customLong("json"), help: "Print JSON Lines.")
    var isJSON = false

    func run() throws {
      let console = Console()
      if isJSON {
        try console.write(Catalogue.json)
      } else {
        try console.results(Catalogue.lines(usesColour: console.usesColour))
      }
    }
  }

  struct Describe: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say what a detection finds, needs and cannot see.")

    @Argument(help: ArgumentHelp("Its slug.", valueName: "SLUG"))
    var slug: String

    @Flag(name: .customLong("json"), help: "Print one JSON object.")
    var isJSON = false

    func run() throws {
      let console = Console()
      if isJSON {
        try console.result(Catalogue.json(of: slug))
      } else {
        try console.results(Catalogue.lines(of: slug, usesColour: console.usesColour))
      }
    }
  }
}
