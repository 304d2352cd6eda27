import ArgumentParser
import Server

/// `crosswatch decode`.
struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Print every message of captures, one JSON object a line.",
    discussion: """
      Needs no workspace.

      EXAMPLES
        crosswatch decode capture.pcapng
        crosswatch decode capture.pcapng --protocol kerberos ldap
        tcpdump -w - | crosswatch decode -
      """)

  @Argument(help: ArgumentHelp("Captures, folders of captures, or -.", valueName: "PATH"))
  var paths: [String]

  @Option(
    name: .customLong("protocol"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Only these: \(DecodeRun.protocols.joined(separator: ", ")).", valueName: "NAME"))
  var protocols: [String] = []

  func run() throws {
    try DecodeRun(paths: paths, protocols: protocols, console: Console()).run().exitIfNeeded()
  }
}
