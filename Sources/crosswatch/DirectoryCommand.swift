import ArgumentParser
import Server

/// `crosswatch directory`.
struct DirectoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "directory",
    abstract: "Take in a snapshot of the directory.",
    discussion: """
      EXAMPLES
        ldapsearch -LLL -E pr=1000/noprompt '(objectSid=*)' > alpine.ldif
        crosswatch directory import alpine.ldif -w Workspaces/alpine
      """,
    subcommands: [Import.self])

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make an LDIF file the workspace's directory snapshot.")

    @Argument(help: ArgumentHelp("An LDIF file, or -.", valueName: "FILE"))
    var file: String

    @OptionGroup var workspace: WorkspaceOption

    func run() throws {
      let folder = try workspace.folder()
      let result = try DirectoryImport(folder).run(file)
      Console().note(
        "Imported \(result.users) users, \(result.computers) computers "
          + "(\(result.controllers) controllers) and \(result.groups) groups into workspace "
          + "'\(folder.name)'; \(result.sensitive) of them are sensitive.")
    }
  }
}
