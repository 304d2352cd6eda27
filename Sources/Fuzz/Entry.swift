import Glibc

/// What the fuzzer calls: one executable, whose entry is named by `--entry=NAME`.
///
/// libFuzzer brings `main`, and passes over options that begin with two dashes.
private let entry: Entry = {
  let name = option("entry") ?? ""
  guard let found = Entries.all.first(where: { $0.name == name }) else {
    say("entries: \(Entries.all.map(\.name).joined(separator: " "))")
    // Not exit: the fuzzer would take that for a finding, and write the empty input down.
    _exit(2)
  }
  return found
}()

/// Takes one input of libFuzzer; a trap is a finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func takeFuzzerInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // SAFETY: libFuzzer keeps `count` octets at `start` for the length of the call; they are copied.
  entry.run(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// The value of `--name=value`, where it is given.
func option(_ name: String) -> String? {
  let start = "--\(name)="
  let given = CommandLine.arguments.last { $0.hasPrefix(start) }
  return given.map { String($0.dropFirst(start.count)) }
}

/// Ends the process where a property does not hold: that is a finding.
///
/// Optimised builds leave out what a precondition would say.
func hold(_ property: Bool, _ sentence: @autoclosure () -> String) {
  guard !property else { return }
  say("does not hold: \(sentence())")
  abort()
}

/// Writes a line to standard error.
func say(_ text: String) {
  let octets = Array((text + "\n").utf8)
  // SAFETY: the pointer is used inside the closure only, for octets within the array's count.
  _ = unsafe octets.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
