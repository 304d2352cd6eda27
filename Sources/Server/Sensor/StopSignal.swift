import Glibc
import Synchronization

/// Whether the process was asked to stop: by an interrupt from the keyboard, or by the system.
enum StopSignal {
  static var wasGiven: Bool { flag.load(ordering: .relaxed) }

  /// From now on a signal sets the flag instead of ending the process; a second one ends it.
  static func listen() {
    signal(SIGINT, note)
    signal(SIGTERM, note)
  }
}

private let flag = Atomic<Bool>(false)

private func note(_ number: Int32) {
  flag.store(true, ordering: .relaxed)
  signal(number, SIG_DFL)
}
