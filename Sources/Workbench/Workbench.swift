import Glibc
import Sensor

/// The developers' own tool; never shipped.
@main struct Workbench {
  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case "bench" where arguments.count > 1:
      do {
        for path in arguments.dropFirst() { try await Bench(path: path).run() }
      } catch {
        say("bench: \(error)")
        exit(1)
      }
    default:
      say("usage: Workbench bench CAPTURE...   CPU time of each stage, from headers to alerts")
      exit(2)
    }
  }

  private static func say(_ text: String) {
    for line in [text, "\n"] { FileHandle.standardError.write(line) }
  }
}

/// Where words of this tool go.
enum FileHandle: Int32 {
  case standardOutput = 1
  case standardError = 2

  func write(_ text: String) {
    var bytes = Array(text.utf8)
    // SAFETY: the pointer is used inside the closure only, for the array's own octets.
    _ = unsafe bytes.withUnsafeMutableBytes {
      unsafe Glibc.write(rawValue, $0.baseAddress, $0.count)
    }
  }
}
