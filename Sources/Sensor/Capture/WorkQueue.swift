import Synchronization

/// Work that waits for a disk, done in turn on a thread of its own; bounded by what waits.
public final class WorkQueue: Sendable {
  private let state: Mutex<State>
  private let bell: Bell
  private let byteLimit: Int

  private struct State {
    var jobs: [Job] = []
    var byteCount = 0
    var isEnding = false
    var thread: WorkerThread?
  }

  private struct Job {
    var cost: Int
    var body: @Sendable () -> Void
  }

  /// A queue for the file or folder at `path`.
  public init(_ path: String, byteLimit: Int) throws(CaptureFailure) {
    self.byteLimit = byteLimit
    bell = try Bell(path)
    state = Mutex(State())
  }

  /// Begins to work; privileges must have been dropped before.
  public func start(_ path: String) throws(CaptureFailure) {
    let thread = try WorkerThread(path) { [self] in work() }
    state.withLock { $0.thread = thread }
  }

  /// Adds work that holds that many octets; false where too much waits already.
  public func add(_ cost: Int, _ body: @escaping @Sendable () -> Void) -> Bool {
    let isAdded = state.withLock { state in
      guard !state.isEnding, state.byteCount + cost <= byteLimit else { return false }
      state.byteCount += cost
      state.jobs.append(Job(cost: cost, body: body))
      return true
    }
    if isAdded { bell.ring() }
    return isAdded
  }

  /// Does what waits, and ends; call once.
  public func finish() {
    let thread = state.withLock { state in
      state.isEnding = true
      return state.thread.take()
    }
    bell.ring()
    thread?.join()
  }

  private func work() {
    while true {
      let (jobs, isEnding) = state.withLock { state in
        defer { state.jobs.removeAll() }
        return (state.jobs, state.isEnding)
      }
      for job in jobs {
        job.body()
        state.withLock { $0.byteCount -= job.cost }
      }
      if jobs.isEmpty {
        if isEnding { return }
        bell.wait(milliseconds: 1000)
      }
    }
  }
}
