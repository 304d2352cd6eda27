import Correlation
import Detections
import Evidence
import Glibc
import Monitor
import Sensor

/// The developers' own tool; never shipped.
///
/// `decode` and `alerts` are the core without a workspace, for daily work on a `CORE=1` build.
@main struct Workbench {
  private static let usage = """
    usage: Workbench bench [--walk PROGRAM] CAPTURE...
                                         CPU time of each stage, from packets to alerts, beside
                                         the floor
           Workbench decode CAPTURE...   the lines of `crosswatch decode`
           Workbench zeek CAPTURE...     the logs of `crosswatch decode --format zeek`, one after
                                         the other
           Workbench alerts [-w FOLDER] CAPTURE...   the alerts of `crosswatch replay --no-store`;
                                         the workspace is not read
           Workbench mutate COUNT SEED CAPTURE...   damaged captures, in search of a trap
           Workbench rules ROOT          the rules of integration, each with its test or why none

    """

  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let paths = Array(arguments.dropFirst())
    guard let command = arguments.first, !paths.isEmpty else { return refuse() }
    do {
      switch command {
      case "bench":
        let walk = paths.first == "--walk" && paths.count > 2 ? paths[1] : nil
        for path in paths.dropFirst(walk == nil ? 0 : 2) {
          try await Bench(path: path, walk: walk).run()
        }
      case "decode": try decode(paths)
      case "zeek": try zeek(paths)
      case "alerts":
        let hasWorkspace = paths.first == "-w" && paths.count > 2
        try await alerts(hasWorkspace ? Array(paths.dropFirst(2)) : paths)
      case "mutate":
        guard paths.count > 2, let count = Int(paths[0]), let seed = UInt64(paths[1]) else {
          return refuse()
        }
        try await Mutants(paths: Array(paths.dropFirst(2)), count: count, seed: seed).run()
      case "rules":
        FileHandle.standardOutput.write(Array(try Rules(root: paths[0]).table().utf8))
      default: refuse()
      }
    } catch {
      FileHandle.standardError.write(Array("Workbench: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func refuse() {
    FileHandle.standardError.write(Array(usage.utf8))
    exit(2)
  }

  private static func decode(_ paths: [String]) throws {
    var decoder = try Decoder(paths: paths)
    while let lines = try decoder.next() { FileHandle.standardOutput.write(lines) }
  }

  private static func zeek(_ paths: [String]) throws {
    var decoder = try Decoder(paths: paths)
    var logs = ZeekLogs()
    while let lines = try decoder.next() { logs.take(lines) }
    logs.finish()
    for log in logs.takeText() { FileHandle.standardOutput.write(log.bytes) }
  }

  private static func alerts(_ paths: [String]) async throws {
    let analysis = Analysis(correlator: Correlator(), engine: DetectionEngine())
    var replay = try Replay(paths: paths, analysis: analysis)
    var json = JSONWriter()
    for alert in try await replay.run().alerts {
      alert.write(to: &json)
      json.endLine()
    }
    FileHandle.standardOutput.write(json.bytes)
  }
}

/// Where words of this tool go.
enum FileHandle: Int32 {
  case standardOutput = 1
  case standardError = 2

  /// Writes all octets, or as many as the reader takes.
  func write(_ bytes: [UInt8]) { FileHandle.write(bytes, to: rawValue) }

  static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var start = 0
    while start < bytes.count {
      // SAFETY: the pointer is used inside the closure only, for octets within the array's count.
      let count = unsafe bytes.withUnsafeBytes { raw in
        unsafe Glibc.write(descriptor, raw.baseAddress.map { unsafe $0 + start }, raw.count - start)
      }
      guard count > 0 else { return }
      start += count
    }
  }
}
