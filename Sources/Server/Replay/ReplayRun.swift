import Evidence
import Foundation
import Monitor
import Sensor
import Store

/// `crosswatch replay`: captures in, alerts, entities and a summary out.
public struct ReplayRun {
  private let options: ReplayOptions
  private let console: Console

  public init(_ options: ReplayOptions, console: Console) {
    self.options = options
    self.console = console
  }

  /// Reads everything, keeps what was found, and prints; all is kept, or nothing.
  public func run() async throws -> Ending {
    let folder = try workspace()
    let analysis = try folder.map { try $0.analysis() } ?? .withoutWorkspace()
    // Captures first: where none can be read, no database is made.
    var replay = try Replay(paths: options.paths, analysis: analysis, threads: options.threads)
    Leftovers.listen()
    let sink = try ReplaySink(options, folder: folder, names: replay.captureNames)
    let clock = ContinuousClock()
    let start = clock.now
    let summary: Replay.Summary
    do {
      summary = try await read(&replay, into: sink)
      try ReplayRun.refuseNothing(summary)
      try sink.take(summary)
      try sink.commit()
    } catch {
      sink.discard()
      guard error is ClosedOutput, options.keepsAnything else { throw error }
      throw Failure("standard output was closed; nothing was kept")
    }
    let report = try ReplayReport(
      summary, folder: folder, store: sink.store, elapsed: (clock.now - start).seconds,
      byteCount: sink.byteCount(of: summary))
    do {
      try show(report)
    } catch is ClosedOutput {
      // Everything is kept; whoever looked has seen enough.
    }
    return ending(summary)
  }

  private func workspace() throws -> WorkspaceFolder? {
    // With --no-store and no -w nothing is read but the captures.
    if options.workspace == nil, !options.usesStore { return nil }
    let folder = try WorkspaceFolder.findAny(options.workspace)
    guard folder != nil || options.storePath != nil else {
      throw Failure(
        "no workspace: name one with -w DIR or $CROSSWATCH_WORKSPACE, make one primary with "
          + "'crosswatch workspace set-primary NAME', or keep nothing with --no-store",
        code: .configuration)
    }
    return folder
  }

  private func read(_ replay: inout Replay, into sink: ReplaySink) async throws -> Replay.Summary {
    let bar = ProgressBar("Replaying", console: console)
    defer { bar.finish() }
    var observer = Replay.Observer()
    if sink.wantsActivities {
      observer.activities = { activities in try sink.take(activities) }
    }
    observer.progress = { done, total in bar.update(done, of: total) }
    return try await replay.run(observer)
  }

  /// Where no capture could be read at all, nothing was done.
  private static func refuseNothing(_ summary: Replay.Summary) throws {
    guard summary.coverage.packets == 0, let first = summary.damages.first,
      summary.damages.allSatisfy({ $0.offset == 0 })
    else { return }
    throw Failure(
      "\(first.path): \(first.reason); nothing could be read: name a pcap or pcapng file")
  }

  private func show(_ report: ReplayReport) throws {
    for damage in report.damages { console.note("crosswatch: \(damage)") }
    let text = options.isJSON ? [report.json] : report.lines(usesColour: console.usesColour)
    for line in text {
      // Where records go to standard output, nothing else does.
      if options.printsRecords { console.note(line) } else { try console.result(line) }
    }
  }

  private func ending(_ summary: Replay.Summary) -> Ending {
    let limit = options.failOn.flatMap { Alert.Severity(name: $0) }
    if let limit, summary.alerts.contains(where: { $0.severity >= limit }) {
      return .alerted
    }
    return summary.damages.isEmpty ? .done : .damaged
  }
}
