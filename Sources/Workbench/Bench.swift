import Correlation
import Detections
import Evidence
import Glibc
import Monitor
import Sensor

/// What one capture costs, stage by stage, each stage with all before it, beside the floor.
///
/// The floor is a walk over the packets, which nothing that reads them can beat; a program given by
/// `--walk` is another, run on the same file in the same minute. CPU time and not the clock's, except
/// where threads are compared: machines are shared. Compare figures of one run.
struct Bench {
  let path: String
  /// A program that walks over a capture, run as `PROGRAM FILE f`.
  var walk: String?

  private struct Figures {
    var seconds: Double
    var wall: Double
    var coverage: Coverage
  }

  func run() async throws {
    line("stage", "CPU s", "wall s", "ns/packet", "ns/message", "MB/s", "peak MB", "x floor")
    let floor = try await measure("packets read (floor)", nil) { try readOnly() }
    if let walk { try measureOutside(walk, floor) }
    let sensor = try await measure("messages and activities", floor) {
      try sensorOnly(wantsLines: false)
    }
    try await measure("lines of decode", floor) { try sensorOnly(wantsLines: true) }
    var alerts: [Figures] = []
    for threads in [1, 2] {
      let stage = "alerts, \(threads) thread\(threads == 1 ? "" : "s")"
      alerts.append(
        try await measure(stage, floor) {
          let analysis = Analysis(correlator: Correlator(), engine: DetectionEngine())
          var replay = try Replay(paths: [path], analysis: analysis, threads: threads)
          return try await replay.run().coverage
        })
    }
    share("capture", floor.seconds, of: alerts[0])
    share("conversations, protocols", sensor.seconds - floor.seconds, of: alerts[0])
    share("correlation, detections", alerts[0].seconds - sensor.seconds, of: alerts[0])
    let gain = rounded(alerts[0].wall / max(alerts[1].wall, 1e-9), 3)
    let cost = rounded(alerts[1].seconds / max(alerts[0].seconds, 1e-9), 3)
    write("the second thread: \(gain) times faster by the clock, for \(cost) times the CPU time")
  }

  private func share(_ stage: String, _ seconds: Double, of whole: Figures) {
    let percent = rounded(100 * seconds / max(whole.seconds, 1e-9), 1)
    write("\(stage): \(rounded(seconds, 3)) s, \(percent) % of the alerts of one thread")
  }

  private func readOnly() throws -> Coverage {
    var captures = try CaptureSet(paths: [path])
    var coverage = Coverage()
    while let run = try captures.next() { coverage.packets += UInt64(run.packets.count) }
    coverage.bytes = captures.byteCount
    return coverage
  }

  private func sensorOnly(wantsLines: Bool) throws -> Coverage {
    var captures = try CaptureSet(paths: [path])
    var shard = Shard(0, of: 1, wantsLines: wantsLines, wantsActivities: !wantsLines)
    while let run = try captures.next() {
      shard.take(run)
      shard.reset()
    }
    shard.finish()
    return shard.output.coverage
  }

  @discardableResult
  private func measure(
    _ stage: String, _ floor: Figures?, _ body: () async throws -> Coverage
  ) async throws -> Figures {
    let before = Bench.usage(RUSAGE_SELF)
    let clock = ContinuousClock()
    let start = clock.now
    let coverage = try await body()
    let wall = Bench.seconds(start.duration(to: clock.now))
    let after = Bench.usage(RUSAGE_SELF)
    let figures = Figures(
      seconds: after.seconds - before.seconds, wall: wall, coverage: coverage)
    write(figures, stage, floor, peak: after.peakMegabytes)
    return figures
  }

  /// Runs the program that walks, and measures it as a child.
  private func measureOutside(_ program: String, _ floor: Figures) throws {
    let before = Bench.usage(RUSAGE_CHILDREN)
    let clock = ContinuousClock()
    let start = clock.now
    var child: pid_t = 0
    let words = [program, path, "f"]
    // SAFETY: the texts are freed after the call, which copies them.
    var arguments = unsafe words.map { unsafe strdup($0) }
    unsafe arguments.append(nil)
    defer { unsafe arguments.forEach { unsafe free($0) } }
    let failure = unsafe posix_spawn(&child, program, nil, nil, &arguments, environ)
    guard failure == 0 else { throw CaptureFailure(.cannotOpen, program, "error \(failure)") }
    var status: Int32 = 0
    // SAFETY: the number outlives the call.
    _ = unsafe waitpid(child, &status, 0)
    let wall = Bench.seconds(start.duration(to: clock.now))
    let after = Bench.usage(RUSAGE_CHILDREN)
    let figures = Figures(
      seconds: after.seconds - before.seconds, wall: wall, coverage: floor.coverage)
    write(figures, "walk", floor, peak: after.peakMegabytes)
  }

  private func write(_ figures: Figures, _ stage: String, _ floor: Figures?, peak: Double) {
    let nanoseconds = figures.seconds * 1e9
    let coverage = figures.coverage
    let messages = coverage.messages
    line(
      stage, rounded(figures.seconds, 3), rounded(figures.wall, 3),
      rounded(nanoseconds / Double(max(1, coverage.packets)), 1),
      messages == 0 ? "-" : rounded(nanoseconds / Double(messages), 1),
      rounded(Double(coverage.bytes) / 1e6 / max(figures.seconds, 1e-9), 1), rounded(peak, 1),
      floor.map { rounded(figures.seconds / max($0.seconds, 1e-9), 1) } ?? "1")
  }

  private static func seconds(_ duration: Duration) -> Double {
    let parts = duration.components
    return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
  }

  private static func usage(_ whose: __rusage_who) -> (seconds: Double, peakMegabytes: Double) {
    var usage = rusage()
    // SAFETY: the structure outlives the call.
    _ = unsafe getrusage(__rusage_who_t(whose.rawValue), &usage)
    let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
    let seconds = Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
    return (seconds + Double(microseconds) / 1e6, Double(usage.ru_maxrss) / 1024)
  }

  private func rounded(_ value: Double, _ places: Int) -> String {
    let scale = places == 3 ? 1000.0 : 10.0
    return "\((value * scale).rounded() / scale)"
  }

  private func line(_ columns: String...) {
    var text = ""
    for (index, column) in columns.enumerated() {
      let blank = String(repeating: " ", count: max(1, (index == 0 ? 26 : 12) - column.utf8.count))
      text += index == 0 ? column + blank : blank + column
    }
    write(text)
  }

  private func write(_ text: String) {
    FileHandle.standardOutput.write(Array((text + "\n").utf8))
  }
}
