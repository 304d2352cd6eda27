import ArgumentParser
import Server

/// `crosswatch endpoint`.
struct EndpointCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "endpoint",
    abstract: "Take in documents of the endpoint side, and show the integration's state.",
    discussion: """
      EXAMPLES
        crosswatch endpoint import alerts.json machines.json
        crosswatch endpoint import Workspaces/alpine/endpoint -w Workspaces/alpine
        crosswatch endpoint status
      """,
    subcommands: [Import.self, Status.self])

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Import alert and machine documents of Defender for Endpoint.",
      discussion: """
        A file holds one object, an array, a REST collection ({"value": […]}) or JSON Lines. All files
        are taken in, or none.
        """)

    @Argument(help: ArgumentHelp("Files, folders of them, or -.", valueName: "FILE"))
    var files: [String]

    @OptionGroup var workspace: WorkspaceOption

    func run() throws {
      let console = Console()
      let folder = try workspace.folder()
      let result = try EndpointImport(folder).run(files)
      console.note(
        "Imported \(result.alertCount) alerts and \(result.deviceCount) devices from "
          + "\(result.fileCount) files into workspace '\(folder.name)'.")
    }
  }

  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show the state of the integration, and which workspace has it.")

    @OptionGroup var workspace: WorkspaceOption

    @Flag(name: .customLong("json"), help: "Print one JSON object.")
    var isJSON = false

    func run() throws {
      let console = Console()
      let status = try EndpointStatus(workspace.folder())
      if isJSON {
        try console.result(status.json)
      } else {
        try console.results(status.lines(usesColour: console.usesColour))
      }
    }
  }
}
