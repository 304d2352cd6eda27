import ArgumentParser
import Glibc
import Server

/// Identity and endpoint correlation from network traffic.
@main
struct Crosswatch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crosswatch",
    abstract: "Watch domain controllers' traffic and join identities with endpoint alerts.",
    discussion: """
      EXAMPLES
        crosswatch replay capture.pcapng --no-store
        crosswatch replay Captures -w Workspaces/alpine
        crosswatch profile WS03
        crosswatch decode capture.pcapng --protocol kerberos

      EXIT CODES
        0 done  1 failed  2 wrong usage or configuration
        3 done, but some input was damaged and skipped  4 --fail-on met
      """,
    version: "0.1.0",
    subcommands: [
      ReplayCommand.self,
      DecodeCommand.self,
      SensorCommand.self,
      AlertsCommand.self,
      ProfileCommand.self,
      DetectionsCommand.self,
      EndpointCommand.self,
      DirectoryCommand.self,
      WorkspaceCommand.self,
    ])

  static func main() async {
    let console = Console()
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      Glibc.exit(report(error, console))
    }
  }

  /// Says why a command ended, and returns its exit code.
  private static func report(_ error: any Error, _ console: Console) -> Int32 {
    if let code = error as? ExitCode { return code.rawValue }
    guard exitCode(for: error) != .failure || error is ValidationError else {
      let failure = Failure(error)
      console.note("crosswatch: \(failure.message)")
      return failure.code.rawValue
    }
    let isHelp = exitCode(for: error) == .success
    let text = fullMessage(for: error)
    guard isHelp else {
      console.note(text)
      return Failure.Code.configuration.rawValue
    }
    do {
      try console.result(text)
      return ExitCode.success.rawValue
    } catch {
      return ExitCode.failure.rawValue
    }
  }
}

/// Options that most commands share.
struct WorkspaceOption: ParsableArguments {
  @Option(
    name: [.customShort("w"), .long],
    help: ArgumentHelp(
      "A workspace's folder or name (default: $CROSSWATCH_WORKSPACE, or the primary one).",
      valueName: "DIR"))
  var workspace: String?

  func folder() throws -> WorkspaceFolder { try WorkspaceFolder.find(workspace) }
}

extension Console {
  /// Writes the lines of a page or a table.
  func results(_ lines: [String]) throws {
    try result(lines.joined(separator: "\n"))
  }
}

extension Ending {
  /// Ends the command with this code; nothing where all went well.
  func exitIfNeeded() throws {
    if self != .done { throw ExitCode(rawValue) }
  }
}
