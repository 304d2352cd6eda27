import ArgumentParser
import Foundation
import Server

/// `crosswatch replay`.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Read captures: activities, alerts, entities, and a summary.",
    discussion: """
      EXAMPLES
        crosswatch replay Captures -w Workspaces/alpine
        crosswatch replay capture.pcapng --no-store --alerts-to alerts.jsonl
        tcpdump -w - | crosswatch replay - --no-store
        crosswatch replay night.pcapng --no-store --fail-on high
      """)

  @Argument(
    help: ArgumentHelp(
      "Captures, folders of captures (merged in time order), or - for standard input.",
      valueName: "PATH"))
  var paths: [String]

  @OptionGroup var workspace: WorkspaceOption

  @Option(
    help: ArgumentHelp(
      "Keep results in this database instead of the workspace's.", valueName: "PATH"))
  var store: String?

  @Flag(
    name: .customLong("no-store"),
    help: "Keep nothing; without -w, read no workspace either.")
  var keepsNothing = false

  @Option(help: ArgumentHelp("Write alerts as JSON Lines; - is stdout.", valueName: "FILE"))
  var alertsTo: String?

  @Option(help: ArgumentHelp("Write activities as JSON Lines; - is stdout.", valueName: "FILE"))
  var activitiesTo: String?

  @Option(help: ArgumentHelp("Threads, 1 to 16; the result is the same.", valueName: "N"))
  var threads = 1

  @Option(
    help: ArgumentHelp(
      "Exit with 4 where an alert is this severe: informational, low, medium, high.",
      valueName: "SEVERITY"))
  var failOn: String?

  @Flag(name: .customLong("json"), help: "Print the summary as one JSON object.")
  var isJSON = false

  func validate() throws {
    guard !(keepsNothing && store != nil) else {
      throw ValidationError("--store and --no-store exclude each other.")
    }
    guard (1...16).contains(threads) else {
      throw ValidationError("--threads must be from 1 to 16, found \(threads).")
    }
    if let alertsTo, let activitiesTo, Self.isSameFile(alertsTo, activitiesTo) {
      throw ValidationError("Alerts and activities cannot both go to \(alertsTo).")
    }
    if let failOn, !ReplayOptions.severities.contains(failOn) {
      let known = ReplayOptions.severities.joined(separator: ", ")
      throw ValidationError("--fail-on must be one of \(known), found '\(failOn)'.")
    }
  }

  private static func isSameFile(_ left: String, _ right: String) -> Bool {
    URL(fileURLWithPath: left).standardizedFileURL
      == URL(fileURLWithPath: right).standardizedFileURL
  }

  func run() async throws {
    var options = ReplayOptions(paths: paths)
    options.workspace = workspace.workspace
    options.storePath = store
    options.usesStore = !keepsNothing
    options.alertsTo = alertsTo
    options.activitiesTo = activitiesTo
    options.threads = threads
    options.failOn = failOn
    options.isJSON = isJSON
    try await ReplayRun(options, console: Console()).run().exitIfNeeded()
  }
}
