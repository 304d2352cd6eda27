import ArgumentParser
import Server

/// `crosswatch directory`.
struct DirectoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "directory",
    abstract: "Read the directory over LDAP, or take in a snapshot of it.",
    discussion: """
      EXAMPLES
        crosswatch directory sync
        crosswatch directory status
        crosswatch directory changes "Domain Admins"
        ldapsearch -LLL -E pr=1000/noprompt '(objectSid=*)' > alpine.ldif
        crosswatch directory import alpine.ldif -w Workspaces/alpine
      """,
    subcommands: [Sync.self, Status.self, Changes.self, Import.self])

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make an LDIF file the workspace's directory snapshot.")

    @Argument(help: ArgumentHelp("An LDIF file, or -.", valueName: "FILE"))
    var file: String

    @OptionGroup var workspace: WorkspaceOption

    func run() throws {
      let folder = try workspace.folder()
      let result = try DirectoryImport(folder).run(file)
      let console = Console()
      for line in result.notes(workspace: folder.name) { console.note(line) }
    }
  }

  struct Sync: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read what changed in the directory, and keep it.",
      discussion: """
        Where the directory is stands in the workspace's file:

          directory:
            controllers: [ldaps://dc1.corp.example, ldaps://dc2.corp.example]
            bindName: crosswatch@corp.example
            passwordFile: /etc/crosswatch/directory.password   # chmod 600
            caFile: /etc/crosswatch/corp-ca.pem

        The first sync reads everything; later ones ask for what changed. Controllers are tried in
        their order. With 'bind: gssapi' the credentials are those of kinit, or of KRB5_CLIENT_KTNAME.
        """)

    @Flag(help: "Read everything anew.")
    var full = false

    @Flag(name: .customLong("json"), help: "Print the changes, one JSON object a line.")
    var isJSON = false

    @OptionGroup var workspace: WorkspaceOption

    func run() async throws {
      let console = Console()
      let folder = try workspace.folder()
      let result = try await DirectorySync(folder).run(isFull: full) { text in
        Console().note("crosswatch: \(text)")
      }
      for line in result.notes(workspace: folder.name) { console.note(line) }
      if isJSON {
        for change in result.changes { try console.result(DirectoryChangeText.json(change)) }
      } else if !result.isFirst {
        try console.results(
          DirectoryChangeText.lines(result.changes, usesColour: console.usesColour))
      }
    }
  }

  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what is known of the directory, and since when.")

    @Flag(name: .customLong("json"), help: "Print one JSON object.")
    var isJSON = false

    @OptionGroup var workspace: WorkspaceOption

    func run() throws {
      let console = Console()
      let status = try DirectoryStatus(workspace.folder())
      if isJSON {
        try console.result(status.json)
      } else {
        try console.results(status.lines(usesColour: console.usesColour))
      }
    }
  }

  struct Changes: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what changed in the directory, the newest first.")

    @Argument(help: ArgumentHelp("An account, group or computer, or its SID.", valueName: "NAME"))
    var name: String?

    @Option(help: ArgumentHelp("How many at most.", valueName: "N"))
    var limit = DirectoryChangeText.defaultLimit

    @Flag(name: .customLong("json"), help: "Print one JSON object a line.")
    var isJSON = false

    @OptionGroup var workspace: WorkspaceOption

    func validate() throws {
      guard (1...1_000_000).contains(limit) else {
        throw ValidationError("--limit must be from 1 to 1000000")
      }
    }

    func run() throws {
      let console = Console()
      let changes = try DirectoryChangeText.changes(
        of: workspace.folder(), about: name, limit: limit)
      if isJSON {
        for change in changes { try console.result(DirectoryChangeText.json(change)) }
      } else {
        try console.results(DirectoryChangeText.lines(changes, usesColour: console.usesColour))
      }
    }
  }
}
