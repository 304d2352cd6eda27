import Evidence
import Monitor
import Sensor

/// `crosswatch sensor`: interfaces from packet to alert, until it is told to stop.
public struct SensorRun {
  private let options: SensorOptions
  private let console: Console

  public init(_ options: SensorOptions, console: Console) {
    self.options = options
    self.console = console
  }

  /// Watches until an interrupt; an alert is printed when it is raised, and again when it has grown.
  public func run() async throws -> Ending {
    StopSignal.listen()
    let folder = try WorkspaceFolder.findAny(options.workspace)
    let analysis = try folder.map { try $0.analysis() } ?? .withoutWorkspace()
    let feed = try LiveFeed(opened())
    let owner = try successor(folder)
    let recording = try options.recording.map { path in
      try Recording(recordingOptions(path), feed.interfaces, owner: owner)
    }
    let proofs = try proofFolder(folder, owner)
    try dropPrivileges(owner)
    try recording?.start()
    try proofs?.start()
    try feed.start()
    var watch = Watch(feed, analysis: analysis, threads: options.threads)
    let display = SensorDisplay(options, feed: feed, recording: recording, console: console)
    display.begin(as: owner)
    let failure = try await watch(&watch, feed, recording, proofs, display)
    let recorded = recording?.finish(feed.reports)
    proofs?.finish()
    display.summarise(
      await watch.coverage, activities: watch.activityCounts, recorded, proofs?.report)
    if let failure { throw failure }
    if let recorded, recorded.missing > 0 {
      throw Failure(
        "\(options.recording ?? ""): \(Quantity.count(recorded.missing, "packet")) could not be "
          + "recorded; all were looked at")
    }
    return feed.reports.contains { $0.event != nil } ? .damaged : .done
  }

  /// Takes packets until the end; returns why it came, where nobody asked for it.
  private func watch(
    _ watch: inout Watch, _ feed: LiveFeed, _ recording: Recording?, _ proofs: ProofFolder?,
    _ display: SensorDisplay
  ) async throws -> CaptureFailure? {
    var failure: CaptureFailure?
    var isOver = false
    while !isOver {
      let step: Watch.Step?
      do throws(CaptureFailure) {
        step = try await watch.next()
      } catch {
        // No interface is left; what they brought is still told.
        failure = error
        step = await watch.finish()
      }
      guard let step else { break }
      isOver = failure != nil
      recording?.take(step.runs)
      for alert in step.alerts { proofs?.take(alert, watch.packets(of: alert)) }
      do {
        try display.show(step)
      } catch {
        // Whoever read the alerts is gone: what was received is still recorded.
        _ = recording?.finish(feed.reports)
        proofs?.finish()
        throw error
      }
      if StopSignal.wasGiven { feed.stop() }
    }
    return failure
  }

  // MARK: - Before it begins

  private func opened() throws -> [LiveCapture] {
    var live = LiveCapture.Options()
    live.filter = options.filter
    live.isPromiscuous = options.isPromiscuous
    if let length = options.snapLength { live.snapLength = Int32(clamping: length) }
    if let size = options.bufferMebibytes { live.bufferMebibytes = Int32(clamping: size) }
    var captures: [LiveCapture] = []
    for name in options.interfaces {
      let capture = try LiveCapture(interface: name, options: live)
      if let warning = capture.warning { console.note("crosswatch: \(name): \(warning)") }
      captures.append(capture)
    }
    return captures
  }

  private func recordingOptions(_ path: String) -> Recording.Options {
    var recording = Recording.Options(path: path)
    recording.rotateBytes = options.rotateMegabytes.map { UInt64(clamping: $0) * 1_000_000 }
    recording.rotateSeconds = options.rotateSeconds.map { Int64(clamping: $0) }
    recording.keepCount = options.keepFiles
    return recording
  }

  /// Whom to become: the user named, the owner of the workspace where that is not root, or nobody.
  private func successor(_ folder: WorkspaceFolder?) throws -> Privileges? {
    if let name = options.user {
      guard let named = Privileges(user: name) else {
        throw Failure("--user: no user is called '\(name)'", code: .configuration)
      }
      guard Privileges.canBeGivenUp else {
        throw Failure("--user: only root can become \(name)", code: .configuration)
      }
      return named
    }
    guard Privileges.canBeGivenUp else { return nil }
    if let folder, let owner = Privileges(ownerOf: folder.path), !owner.isRoot { return owner }
    return .nobody
  }

  private func proofFolder(_ folder: WorkspaceFolder?, _ owner: Privileges?) throws -> ProofFolder? {
    guard let path = options.packetsFolder ?? folder.map({ $0.packetsPath }) else { return nil }
    return try ProofFolder(path, owner: owner)
  }

  private func dropPrivileges(_ owner: Privileges?) throws {
    if let owner {
      try owner.assume()
    } else {
      try Privileges.giveUpCapabilities()
    }
  }
}
