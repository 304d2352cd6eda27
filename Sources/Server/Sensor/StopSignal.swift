import Glibc
import Synchronization

/// What signals asked a sensor for.
enum StopSignal {
  /// Whether it was asked to stop: by an interrupt from the keyboard, or by the system.
  static var wasGiven: Bool { stop.load(ordering: .relaxed) }

  /// Whether its state was asked for (SIGUSR1) since the last call.
  static func takeStatusRequest() -> Bool { status.exchange(false, ordering: .relaxed) }

  /// From now on a signal sets a flag instead of ending the process; a second one to stop ends it.
  ///
  /// SIGHUP is ignored: a sensor outlives its terminal.
  static func listen() {
    signal(SIGINT, noteStop)
    signal(SIGTERM, noteStop)
    signal(SIGUSR1, noteStatus)
    signal(SIGHUP, SIG_IGN)
  }
}

private let stop = Atomic<Bool>(false)
private let status = Atomic<Bool>(false)

private func noteStop(_ number: Int32) {
  stop.store(true, ordering: .relaxed)
  signal(number, SIG_DFL)
}

private func noteStatus(_ number: Int32) { status.store(true, ordering: .relaxed) }
