import Glibc
import Synchronization

/// What a command that is interrupted would leave behind: removed by the signal itself, so that it
/// does not matter what the command waits for at that moment.
enum Leftovers {
  /// From now on a signal that ends the process removes what was added, says so, and then ends it as
  /// it always does.
  static func listen() {
    for number in signals where !isIgnored(number) { signal(number, cleanUp) }
  }

  /// Ends ``listen()``: nothing is half done any more.
  static func forget() {
    for index in slots.indices { slots[index].store(0, ordering: .relaxed) }
    for number in signals where !isIgnored(number) {
      signal(number, SIG_DFL)
    }
  }

  /// Adds a file that must not be left; beyond ``slots`` it is.
  static func add(_ path: String) {
    // SAFETY: the copy is never freed, because the signal may read it at any time; few are made.
    guard let copy = unsafe strdup(path) else { return }
    let address = UInt(bitPattern: copy)
    for index in slots.indices {
      let (isTaken, _) = slots[index].compareExchange(
        expected: 0, desired: address, ordering: .relaxed)
      if isTaken { return }
    }
  }

  /// Puts a signal off while results are kept: they are kept whole.
  static func hold(_ body: () throws -> Void) rethrows {
    isHeld.store(true, ordering: .relaxed)
    defer {
      isHeld.store(false, ordering: .relaxed)
      let number = pending.load(ordering: .relaxed)
      if number != 0 {
        signal(number, SIG_DFL)
        raise(number)
      }
    }
    try body()
  }

  /// What nohup and background jobs of a shell ignore stays ignored.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    // SAFETY: the structure outlives the call; nothing is set.
    guard unsafe sigaction(number, nil, &action) == 0 else { return false }
    let handler = unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    return handler == 1
  }
}

private let signals = [SIGINT, SIGTERM, SIGHUP]
/// Addresses of paths; zero where none is.
private let slots = InlineArray<8, Atomic<UInt>> { _ in Atomic(0) }
private let isHeld = Atomic<Bool>(false)
private let pending = Atomic<Int32>(0)
private let words: StaticString = "\ncrosswatch: interrupted; nothing was kept\n"

/// The handler: only what signal-safety(7) allows.
private func cleanUp(_ number: Int32) {
  guard !isHeld.load(ordering: .relaxed) else {
    pending.store(number, ordering: .relaxed)
    return
  }
  for index in slots.indices {
    let address = slots[index].load(ordering: .relaxed)
    // SAFETY: what is not zero was made by strdup and is never freed.
    guard let path = unsafe UnsafePointer<CChar>(bitPattern: address) else { continue }
    _ = unsafe unlink(path)
  }
  // SAFETY: the text is a constant of the program.
  _ = unsafe write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount)
  signal(number, SIG_DFL)
  raise(number)
}
