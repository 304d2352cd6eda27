import CPcap

#if canImport(Glibc)
  import Glibc
#endif

/// A thread of its own, for work that waits on the system: the threads that tasks share must not wait.
@safe struct WorkerThread {
  private let thread: pthread_t

  /// Runs `body` on a new thread; throws the system's words where there can be none.
  init(_ path: String, _ body: @escaping @Sendable () -> Void) throws(CaptureFailure) {
    let work = unsafe Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    // SAFETY: the new thread takes over the reference that was retained above; nobody else uses it.
    let result = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    guard result == 0 else {
      unsafe work.release()
      throw CaptureFailure(.cannotRead, path, "no thread: \(systemMessage(result))")
    }
    self.thread = thread
  }

  /// Waits for the end of the thread; call once.
  func join() {
    _ = pthread_join(thread, nil)
  }

  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}

/// Wakes a thread that waits: an eventfd(2).
final class Bell: Sendable {
  private let descriptor: Int32

  init(_ path: String) throws(CaptureFailure) {
    descriptor = eventfd(0, O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw CaptureFailure(.cannotWrite, path, systemMessage(errno))
    }
  }

  deinit { _ = close(descriptor) }

  func ring() { _ = eventfd_write(descriptor, 1) }

  /// Waits until it rang since the last call, or that long.
  func wait(milliseconds: Int32) {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // SAFETY: one structure, which outlives the call.
    guard unsafe poll(&waiting, 1, milliseconds) > 0 else { return }
    var count: eventfd_t = 0
    // SAFETY: the number outlives the call.
    _ = unsafe eventfd_read(descriptor, &count)
  }
}

/// The clock that no setting of the time disturbs, in nanoseconds: for waiting, never for evidence.
func monotonicNanoseconds() -> Int64 {
  var time = timespec()
  // SAFETY: the structure outlives the call.
  _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
