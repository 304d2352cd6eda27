import Synchronization

/// What a sensor received, written as it came: one file, or many that follow each other.
///
/// Written by a thread of its own, in blocks. Where the disk is full, packets are counted as not
/// written and the next block is tried again; a file always ends with a whole packet.
public final class Recording: Sendable {
  private let file: Mutex<RecordingFile>
  private let queue: WorkQueue
  /// Packets that were not even queued: the disk was too slow.
  private let refused = Atomic<UInt64>(0)
  public let options: Options

  /// Where to write, and when to begin another file.
  public struct Options: Hashable, Sendable {
    /// The file; where files follow each other, its name gets a time and a number before its suffix.
    public var path: String
    /// Octets after which another file is begun.
    public var rotateBytes: UInt64?
    /// Seconds of packet time after which another file is begun.
    public var rotateSeconds: Int64?
    /// Files that are kept, of this run; older ones are removed.
    public var keepCount: Int?

    public init(path: String) { self.path = path }

    public var isRotating: Bool { rotateBytes != nil || rotateSeconds != nil }
  }

  /// What was written so far.
  public struct Report: Hashable, Sendable {
    public var packets: UInt64 = 0
    public var bytes: UInt64 = 0
    public var files = 0
    /// Packets that are in no file: the disk was full, or too slow.
    public var missing: UInt64 = 0
    /// Why nothing can be written at the moment.
    public var failure: String?

    public init() {}
  }

  /// Opens the folder, and the file where there is only one: while privileges still allow it.
  public init(
    _ options: Options, _ interfaces: [RecordedInterface], owner: Privileges? = nil
  ) throws(CaptureFailure) {
    self.options = options
    let opened = try RecordingFile(options, interfaces, owner: owner)
    file = Mutex(opened)
    queue = try WorkQueue(options.path, byteLimit: Limits.recordingQueueBytes)
  }

  /// Begins to write; privileges must have been dropped before.
  public func start() throws(CaptureFailure) {
    let isWritable = file.withLock { $0.isWritable }
    guard isWritable else {
      throw CaptureFailure(
        .cannotWrite, options.path,
        "the sensor has dropped its privileges and may make no files there; "
          + "name the folder's owner with --user, or give the folder away")
    }
    try queue.start(options.path)
  }

  /// Takes packets; they are written later.
  public func take(_ runs: [PacketRun]) {
    for run in runs {
      let isQueued = queue.add(run.heldByteCount) { [self] in
        file.withLock { $0.add(run) }
      }
      if !isQueued { refused.add(UInt64(run.packets.count), ordering: .relaxed) }
    }
  }

  /// Writes out what is gathered, so that others can read it.
  public func flush() {
    _ = queue.add(0) { [self] in file.withLock { $0.flush() } }
  }

  /// Writes what waits, notes what the kernel says of each interface, and closes the file.
  public func finish(_ reports: [LiveFeed.InterfaceReport]) -> Report {
    queue.finish()
    file.withLock { $0.close(reports) }
    return report
  }

  public var report: Report {
    var report = file.withLock { $0.report }
    report.missing += refused.load(ordering: .relaxed)
    return report
  }
}
