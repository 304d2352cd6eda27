import ArgumentParser
import Foundation
import Glibc
import Server

/// Identity and endpoint correlation from network traffic.
@main
struct Crosswatch: ParsableCommand {
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
      CarveCommand.self,
      ProfileCommand.self,
      TimelineCommand.self,
      IncidentsCommand.self,
      PathsCommand.self,
      DetectionsCommand.self,
      EndpointCommand.self,
      DirectoryCommand.self,
      DevicesCommand.self,
      WorkspaceCommand.self,
    ])

  /// Not asynchronous itself: what needs privileges is done while there is one thread.
  static func main() {
    // A reader that went away is told by the failed write, not by death.
    signal(SIGPIPE, SIG_IGN)
    let console = Console()
    do {
      var command = try parseAsRoot()
      switch command {
      case let privileged as any PrivilegedCommand:
        wait(for: try privileged.open(), console)
      case let asynchronous as any AsyncParsableCommand & Sendable:
        wait(for: asynchronous.runOnce, console)
      default:
        try command.run()
      }
    } catch {
      Glibc.exit(report(error, console))
    }
  }

  /// Runs work that waits, and ends the process with its exit code.
  private static func wait(
    for work: @escaping @Sendable () async throws -> Void, _ console: Console
  ) -> Never {
    Task {
      do {
        try await work()
        Glibc.exit(ExitCode.success.rawValue)
      } catch {
        Glibc.exit(report(error, console))
      }
    }
    dispatchMain()
  }

  /// Says why a command ended, and returns its exit code.
  private static func report(_ error: any Error, _ console: Console) -> Int32 {
    if let code = error as? ExitCode { return code.rawValue }
    if error is ClosedOutput { return ExitCode.success.rawValue }
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

/// A command that uses privileges first, and drops them before it begins.
protocol PrivilegedCommand: ParsableCommand {
  /// Opens what needs privileges, drops them, and returns what is to be done without.
  func open() throws -> @Sendable () async throws -> Void
}

extension AsyncParsableCommand where Self: Sendable {
  @Sendable func runOnce() async throws {
    var command = self
    try await command.run()
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
