import Evidence
import Monitor
import Sensor

/// `crosswatch sensor`: interfaces, or captures that grow, from packet to alert, until it is told to
/// stop.
///
/// Made by ``open(_:console:)``, which uses privileges and drops them; run after.
public struct SensorRun: Sendable {
  private let options: SensorOptions
  private let console: Console
  private let analysis: Analysis
  private let source: SensorSource
  private let recording: Recording?
  private let proofs: ProofFolder?
  private let owner: Privileges?

  /// Opens interfaces and files, and drops privileges; to be called before there is a second thread,
  /// because the kernel keeps capabilities by thread.
  public static func open(_ options: SensorOptions, console: Console) throws -> SensorRun {
    try SensorRun(options, console)
  }

  private init(_ options: SensorOptions, _ console: Console) throws {
    self.options = options
    self.console = console
    let folder = try WorkspaceFolder.findAny(options.workspace)
    analysis = try folder.map { try $0.analysis() } ?? .withoutWorkspace()
    let owner = try SensorRun.successor(options, folder)
    self.owner = owner
    let feed =
      options.followed == nil ? try LiveFeed(SensorRun.captures(options, console)) : nil
    recording = try SensorRun.recording(options, feed, owner)
    let packets = options.packetsFolder ?? folder.map { $0.packetsPath }
    proofs = try packets.map { try ProofFolder($0, owner: owner) }
    if let owner {
      try owner.assume()
    } else if feed != nil {
      try Privileges.giveUpCapabilities()
    }
    if let path = options.followed {
      // Opened by whoever is to open those that come later.
      source = .followed(try FollowedCaptures(path: path))
    } else if let feed {
      source = .live(feed)
    } else {
      throw Failure("neither an interface nor a capture was named", code: .configuration)
    }
  }

  private static func captures(
    _ options: SensorOptions, _ console: Console
  ) throws -> sending [LiveCapture] {
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

  private static func recording(
    _ options: SensorOptions, _ feed: LiveFeed?, _ owner: Privileges?
  ) throws -> Recording? {
    guard let path = options.recording, let feed else { return nil }
    var recording = Recording.Options(path: path)
    recording.rotateBytes = options.rotateMegabytes.map { UInt64(clamping: $0) * 1_000_000 }
    recording.rotateSeconds = options.rotateSeconds.map { Int64(clamping: $0) }
    recording.keepCount = options.keepFiles
    return try Recording(recording, feed.interfaces, owner: owner)
  }

  /// Whom to become: the user named, the owner of the workspace where that is not root, or nobody.
  private static func successor(
    _ options: SensorOptions, _ folder: WorkspaceFolder?
  ) throws -> Privileges? {
    if let name = options.user {
      guard let named = Privileges(user: name) else {
        throw Failure("--user: no user is called '\(name)'", code: .configuration)
      }
      guard Privileges.canBeGivenUp else {
        throw Failure("--user: only root can become \(name)", code: .configuration)
      }
      return named
    }
    // Files may be readable by root alone, and come as long as it runs.
    guard Privileges.canBeGivenUp, options.followed == nil else { return nil }
    if let folder, let owner = Privileges(ownerOf: folder.path), !owner.isRoot { return owner }
    return .nobody
  }

  // MARK: - Running

  /// Watches until an interrupt; an alert is printed when it is raised, and again when it has grown.
  public func run() async throws -> Ending {
    StopSignal.listen()
    try recording?.start()
    try proofs?.start()
    try source.start()
    var watch = Watch(source.feed, analysis: analysis, threads: options.threads)
    let display = SensorDisplay(options, source, recording: recording, console: console)
    display.begin(as: owner)
    let failure: CaptureFailure?
    do {
      failure = try await follow(&watch, display)
    } catch {
      // Whoever read the alerts is gone: what was received is still recorded.
      _ = recording?.finish(source.interfaces)
      proofs?.finish()
      guard error is ClosedOutput else { throw error }
      throw Failure("standard output was closed: nobody would see the alerts")
    }
    let recorded = recording?.finish(source.interfaces)
    proofs?.finish()
    display.summarise(
      await watch.coverage, activities: watch.activityCounts, recorded, proofs?.report)
    if let failure { throw failure }
    if let recorded, recorded.missing > 0 {
      throw Failure(
        "\(options.recording ?? ""): \(Quantity.count(recorded.missing, "packet")) could not be "
          + "recorded; all were looked at")
    }
    return source.isDamaged ? .damaged : .done
  }

  /// Takes packets until the end; returns why it came, where nobody asked for it.
  private func follow(
    _ watch: inout Watch, _ display: SensorDisplay
  ) async throws -> CaptureFailure? {
    var failure: CaptureFailure?
    while failure == nil {
      let step: Watch.Step?
      do throws(CaptureFailure) {
        step = try await watch.next()
      } catch {
        // No interface is left; what they brought is still told.
        failure = error
        step = await watch.finish()
      }
      guard let step else { break }
      recording?.take(step.runs)
      for alert in step.alerts { proofs?.take(alert, watch.packets(of: alert)) }
      try display.show(step)
      if StopSignal.wasGiven { source.feed.stop() }
    }
    return failure
  }
}
