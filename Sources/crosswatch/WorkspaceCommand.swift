import ArgumentParser
import Server

/// `crosswatch workspace`.
struct WorkspaceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workspace",
    abstract: "Manage monitored environments: at most one is primary, and only it integrates.",
    discussion: """
      EXAMPLES
        crosswatch workspace create alpine --region eu --primary
        crosswatch workspace integrate alpine defender-for-endpoint
        crosswatch workspace list
      """,
    subcommands: [
      List.self, Create.self, Show.self, SetPrimary.self, UnsetPrimary.self, Integrate.self,
      RemoveIntegration.self, Delete.self,
    ])

  struct Name: ParsableArguments {
    @Argument(help: ArgumentHelp("The workspace's name.", valueName: "NAME"))
    var name: String
  }

  struct Kind: ParsableArguments {
    @Argument(
      help: ArgumentHelp(
        "One of \(WorkspaceAdministration.kinds.joined(separator: ", ")).", valueName: "KIND"))
    var kind: String

    func validate() throws {
      guard !WorkspaceAdministration.kinds.contains(kind) else { return }
      let known = WorkspaceAdministration.kinds.joined(separator: ", ")
      throw ValidationError("No integration is called '\(kind)'; known: \(known).")
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the workspaces.")

    @Flag(name: .customLong("json"), help: "Print JSON Lines.")
    var isJSON = false

    func run() throws {
      let console = Console()
      let summaries = try WorkspaceAdministration().list()
      if isJSON {
        for summary in summaries { try console.result(WorkspaceText.json(summary)) }
      } else {
        try console.results(WorkspaceText.lines(summaries, usesColour: console.usesColour))
      }
    }
  }

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a workspace's folder and file.")

    @OptionGroup var name: Name

    @Option(
      help: ArgumentHelp("Where its data is kept; it cannot be changed later.", valueName: "R"))
    var region = "eu"

    @Flag(name: .customLong("primary"), help: "Make it primary, where no other is.")
    var isPrimary = false

    func run() throws {
      try WorkspaceAdministration().create(name.name, region: region, isPrimary: isPrimary)
      Console().note(
        "Created workspace '\(name.name)': edit Workspaces/\(name.name)/workspace.yml.")
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show a workspace.")

    @OptionGroup var name: Name

    @Flag(name: .customLong("json"), help: "Print one JSON object.")
    var isJSON = false

    func run() throws {
      let console = Console()
      let summary = try WorkspaceAdministration().show(name.name)
      if isJSON {
        try console.result(WorkspaceText.json(summary))
      } else {
        try console.results(WorkspaceText.lines(summary, usesColour: console.usesColour))
      }
    }
  }

  struct SetPrimary: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a workspace primary.")

    @OptionGroup var name: Name

    func run() throws {
      try WorkspaceAdministration().setPrimary(name.name)
      Console().note("Workspace '\(name.name)' is primary.")
    }
  }

  struct UnsetPrimary: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take the primary mark away; integrations must be removed first.")

    @OptionGroup var name: Name

    func run() throws {
      try WorkspaceAdministration().unsetPrimary(name.name)
      Console().note("Workspace '\(name.name)' is not primary any more.")
    }
  }

  struct Integrate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Switch an integration of the primary workspace on.")

    @OptionGroup var name: Name
    @OptionGroup var kind: Kind

    @Option(help: ArgumentHelp("The other side's tenant.", valueName: "ID"))
    var tenant: String?

    @Option(help: ArgumentHelp("A file that holds the secret.", valueName: "FILE"))
    var secretFile: String?

    func run() throws {
      let state = try WorkspaceAdministration().integrate(
        name.name, kind.kind, tenant: tenant, secretFile: secretFile)
      Console().note("Workspace '\(name.name)', \(kind.kind): \(state)")
    }
  }

  struct RemoveIntegration: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Switch an integration off; what it delivered stays.")

    @OptionGroup var name: Name
    @OptionGroup var kind: Kind

    func run() throws {
      try WorkspaceAdministration().removeIntegration(name.name, kind.kind)
      Console().note("Workspace '\(name.name)': \(kind.kind) is off.")
    }
  }

  struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Delete a workspace with its database; not while it is primary or integrated.")

    @OptionGroup var name: Name

    func run() throws {
      try WorkspaceAdministration().delete(name.name)
      Console().note("Deleted workspace '\(name.name)'.")
    }
  }
}
