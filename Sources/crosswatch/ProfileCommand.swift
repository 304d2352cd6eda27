import ArgumentParser
import Server

/// `crosswatch profile`.
struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Show what is known of a user, computer, group, address or domain.",
    discussion: """
      EXAMPLES
        crosswatch profile WS03
        crosswatch profile 'ALPINE\\mallory'
        crosswatch profile 10.0.5.66 --json
        crosswatch profile S-1-5-21-1004336348-1177238915-682003330-1104
      """)

  @Argument(
    help: ArgumentHelp(
      "A name, DOMAIN\\name, name@domain, SID, address or identity.", valueName: "ENTITY"))
  var entity: String

  @OptionGroup var workspace: WorkspaceOption

  @Flag(name: .customLong("json"), help: "Print one JSON object.")
  var isJSON = false

  func run() throws {
    let console = Console()
    let profile = try ProfileQuery(workspace.folder()).profile(entity)
    if isJSON {
      try console.result(ProfilePage.json(profile))
    } else {
      try console.results(ProfilePage.lines(profile, usesColour: console.usesColour))
    }
  }
}
