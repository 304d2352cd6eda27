import ArgumentParser
import Server

/// `crosswatch carve`.
struct CarveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "carve",
    abstract: "Write the packets that prove an alert, and no others, as a pcapng capture.",
    discussion: """
      Each packet has a comment that says what it proves, and where it comes from. Packets are taken
      from what a sensor kept of the alert, or from the captures that were replayed, where they still
      are; --from names captures elsewhere, or the folder of a sensor's --packets. Without a database
      the alert is found again in the captures.

      EXAMPLES
        crosswatch carve al_5kz2m8 -o alert.pcapng
        crosswatch carve al_5kz2m8 -o - | tshark -r -
        crosswatch carve al_5kz2m8 -o alert.pcapng --from archive/
      """)

  @Argument(help: ArgumentHelp("The alert's identity, or how that begins.", valueName: "ALERT"))
  var alert: String

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("The capture to write; - is stdout.", valueName: "FILE"))
  var output: String

  @Option(
    name: .customLong("from"), parsing: .upToNextOption,
    help: ArgumentHelp("Captures, or folders of captures, to look in.", valueName: "PATH"))
  var captures: [String] = []

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    guard alert.hasPrefix("al_"), alert.count >= 6, !alert.contains("/") else {
      throw ValidationError(
        "An alert's identity begins with al_, and at least six characters are needed; found "
          + "'\(alert)'.")
    }
  }

  func run() async throws {
    var options = CarveRun.Options(alert: alert, output: output)
    options.workspace = workspace.workspace
    options.captures = captures
    try await CarveRun(options, console: Console()).run()
  }
}
