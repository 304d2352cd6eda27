import ArgumentParser
import Server

/// `crosswatch devices`.
struct DevicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices",
    abstract: "Tell which devices are covered, healthy, compliant, and still let in, and why.",
    discussion: """
      EXAMPLES
        crosswatch devices onboarding --missing       # which are not covered, and why?
        crosswatch devices access --device ws01       # is this one still let in?
        crosswatch devices health --inventory fleet.yml --json
        crosswatch devices secret import corp WindowsDefenderATP.onboarding

      What the endpoint side delivered is joined with inventory.yml of the workspace, or with the file
      that --inventory names.
      """,
    subcommands: [
      Onboarding.self, Health.self, Compliance.self, Access.self, Readiness.self, Seen.self,
      Secret.self,
    ])

  struct Source: ParsableArguments {
    @OptionGroup var workspace: WorkspaceOption

    @Option(
      help: ArgumentHelp("An inventory, as YAML or JSON; - is standard input.", valueName: "FILE"))
    var inventory: String?

    @Option(
      name: .customLong("at"),
      help: ArgumentHelp("The moment that it is asked for (default: now).", valueName: "TIME"))
    var moment: String?

    func fleet() throws -> Fleet {
      try Fleet.find(workspace.workspace, inventory: inventory, at: moment)
    }
  }

  struct Output: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print one JSON object.")
    var isJSON = false

    func show(_ report: some DevicesReport) throws {
      let console = Console()
      if isJSON {
        try console.result(report.json)
      } else {
        try console.results(report.lines(usesColour: console.usesColour))
      }
    }
  }

  struct Onboarding: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show which devices are covered by the endpoint side, and what the others need.")

    @OptionGroup var source: Source
    @OptionGroup var output: Output

    @Flag(help: "Only devices that are not onboarded.")
    var missing = false

    func run() throws {
      try output.show(OnboardingReport(source.fleet(), onlyMissing: missing))
    }
  }

  struct Health: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show the deployment status, and the health of the agents that report.")

    @OptionGroup var source: Source
    @OptionGroup var output: Output

    func run() throws { try output.show(HealthReport(source.fleet())) }
  }

  struct Compliance: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show which devices are at or under the risk that their policies allow.")

    @OptionGroup var source: Source
    @OptionGroup var output: Output

    func run() throws { try output.show(ComplianceReport(source.fleet())) }
  }

  struct Access: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show who is let in from which device: risk, then compliance, then access.")

    @OptionGroup var source: Source
    @OptionGroup var output: Output

    @Option(help: ArgumentHelp("Only this device, with its user's others.", valueName: "NAME"))
    var device: String?

    @Option(help: ArgumentHelp("This user instead of each device's own.", valueName: "NAME"))
    var user: String?

    @Option(help: ArgumentHelp("Only this cloud app.", valueName: "NAME"))
    var app: String?

    @Option(help: ArgumentHelp("Only this client: browser or apps.", valueName: "KIND"))
    var client: String?

    func run() throws {
      let question = try AccessReport.Question(
        device: device, user: user, app: app, client: client)
      try output.show(AccessReport(source.fleet(), question))
    }
  }

  struct Readiness: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what stands between this fleet and access by risk.")

    @OptionGroup var source: Source
    @OptionGroup var output: Output

    func run() throws { try output.show(ReadinessReport(source.fleet())) }
  }

  struct Seen: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show on which devices a file's hash, a URL or an address was seen.")

    @Argument(help: ArgumentHelp("A hash, URL, domain or address.", valueName: "WHAT"))
    var what: String

    @OptionGroup var workspace: WorkspaceOption
    @OptionGroup var output: Output

    func run() throws { try output.show(SightingsReport(workspace.folder(), what)) }
  }
}

extension DevicesCommand {
  /// `crosswatch devices secret`.
  struct Secret: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep onboarding files and workspace keys where only their owner can read them.",
      discussion: """
        EXAMPLES
          crosswatch devices secret import corp WindowsDefenderATP.onboarding
          crosswatch devices secret import corp-key key.txt --kind workspace-key
          crosswatch devices secret list

        An inventory names a secret; its content is never printed again.
        """,
      subcommands: [Import.self, List.self, Delete.self])

    struct Import: ParsableCommand {
      static let configuration = CommandConfiguration(abstract: "Take a secret in under a name.")

      @Argument(help: ArgumentHelp("What inventories call it.", valueName: "NAME"))
      var name: String

      @Argument(help: ArgumentHelp("The file; - is standard input.", valueName: "FILE"))
      var file: String

      @Option(
        help: ArgumentHelp(
          "One of \(SecretFolder.Kind.allCases.map(\.rawValue).joined(separator: ", ")).",
          valueName: "KIND"))
      var kind: String?

      @Option(help: ArgumentHelp("The organisation it belongs to.", valueName: "ID"))
      var organisation: String?

      @Option(help: ArgumentHelp("When the package was made.", valueName: "DATE"))
      var made: String?

      @OptionGroup var workspace: WorkspaceOption

      func run() throws {
        let name = try SecretImport(workspace.folder()).run(
          name, file: file, kind: kind, organisation: organisation, made: made)
        Console().note("Stored secret '\(name)': only its owner can read it.")
      }
    }

    struct List: ParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "List secrets without their content.")

      @OptionGroup var workspace: WorkspaceOption

      func run() throws {
        let console = Console()
        try console.results(
          SecretImport(workspace.folder()).lines(usesColour: console.usesColour))
      }
    }

    struct Delete: ParsableCommand {
      static let configuration = CommandConfiguration(abstract: "Delete a secret.")

      @Argument(help: ArgumentHelp("Its name.", valueName: "NAME"))
      var name: String

      @OptionGroup var workspace: WorkspaceOption

      func run() throws {
        try SecretFolder(workspace.folder()).delete(name)
        Console().note("Deleted secret '\(name)'.")
      }
    }
  }
}
