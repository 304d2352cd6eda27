import ArgumentParser
import Server

/// `crosswatch endpoint`.
struct EndpointCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "endpoint",
    abstract: "Exchange documents with the endpoint side, and show the integration's state.",
    discussion: """
      EXAMPLES
        crosswatch endpoint import alerts.json machines.json
        crosswatch endpoint import Workspaces/alpine/endpoint -w Workspaces/alpine
        crosswatch endpoint sync --watch
        crosswatch endpoint status
        crosswatch endpoint alerts ws02.alpine.test --json
      """,
    subcommands: [
      Sync.self, Import.self, Status.self, DeviceAlertList.self, Users.self,
    ])

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

  struct Sync: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Fetch what changed at the endpoint side.",
      discussion: """
        Where it comes from is said in workspace.yml: under 'integrations' the keys 'source' (api,
        graph, folder), 'tenant', 'secretFile', 'api', 'authority', 'certificates', 'folder' and
        'mapping'. The secret file holds {"clientId": "…", "clientSecret": "…"} and must be readable by
        its owner only. A fetch that was interrupted goes on where it was.
        """)

    @OptionGroup var workspace: WorkspaceOption

    @Flag(help: "Fetch again and again, until stopped.")
    var watch = false

    @Option(help: ArgumentHelp("Seconds between two fetches.", valueName: "N"))
    var every = 60

    func validate() throws {
      guard (1...86_400).contains(every) else {
        throw ValidationError("--every takes 1 to 86400 seconds.")
      }
    }

    func run() async throws {
      let console = Console()
      let folder = try workspace.folder()
      if watch {
        try await EndpointWatch(folder, every: every).run { console.note($0) }
        return
      }
      let result = try await EndpointSync(folder).run()
      console.note(EndpointWatch.words(result, folder))
      for damage in result.damage.prefix(20) { console.note("skipped: \(damage)") }
      try (result.damage.isEmpty ? Ending.done : Ending.damaged).exitIfNeeded()
    }
  }

  struct DeviceAlertList: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "alerts",
      abstract: "List the identity alerts of a device, as the endpoint side asks for them.")

    @Argument(
      help: ArgumentHelp(
        "A SID, host name, address, or the endpoint side's identity.", valueName: "DEVICE"))
    var device: String

    @OptionGroup var workspace: WorkspaceOption

    @Flag(name: .customLong("json"), help: "Print one JSON object.")
    var isJSON = false

    func run() throws {
      let console = Console()
      let alerts = try DeviceAlerts(workspace.folder(), device: device)
      if isJSON {
        try console.result(alerts.json)
      } else {
        try console.results(alerts.lines(usesColour: console.usesColour))
      }
    }
  }

  struct Users: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List users that the endpoint side's alerts name, and who of them is known here.")

    @OptionGroup var workspace: WorkspaceOption

    @Flag(name: .customLong("json"), help: "Print JSON Lines.")
    var isJSON = false

    func run() throws {
      let console = Console()
      let users = try EndpointUsers(workspace.folder())
      if isJSON {
        try console.write(users.jsonLines)
      } else {
        try console.results(users.lines(usesColour: console.usesColour))
      }
    }
  }
}
