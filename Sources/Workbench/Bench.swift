import Correlation
import Detections
import Evidence
import Glibc
import Monitor
import Sensor

/// CPU time of the stages of the sensor over one capture, each stage with all before it.
///
/// CPU time and not the clock's: machines are shared. Compare figures of one run.
struct Bench {
  let path: String

  func run() async throws {
    line("stage", "CPU s", "ns/packet", "ns/message", "MB/s", "peak MB")
    try await measure("packets read") { try readOnly() }
    try await measure("messages and activities") { try sensorOnly(wantsLines: false) }
    try await measure("lines of decode") { try sensorOnly(wantsLines: true) }
    for threads in [1, 2] {
      try await measure("alerts, \(threads) thread\(threads == 1 ? "" : "s")") {
        let analysis = Analysis(correlator: Correlator(), engine: DetectionEngine())
        var replay = try Replay(paths: [path], analysis: analysis, threads: threads)
        return try await replay.run().coverage
      }
    }
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

  private func measure(_ stage: String, _ body: () async throws -> Coverage) async throws {
    let before = Bench.usage()
    let coverage = try await body()
    let after = Bench.usage()
    let seconds = after.seconds - before.seconds
    let nanoseconds = seconds * 1e9
    let messages = coverage.messages
    line(
      stage, rounded(seconds, 3), rounded(nanoseconds / Double(max(1, coverage.packets)), 1),
      messages == 0 ? "-" : rounded(nanoseconds / Double(messages), 1),
      rounded(Double(coverage.bytes) / 1e6 / seconds, 1), rounded(after.peakMegabytes, 1))
  }

  private static func usage() -> (seconds: Double, peakMegabytes: Double) {
    var usage = rusage()
    // SAFETY: the structure outlives the call.
    _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
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
    FileHandle.standardOutput.write(Array((text + "\n").utf8))
  }
}
