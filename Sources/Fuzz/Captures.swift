import Evidence
import Wire

@testable import Sensor

#if canImport(Glibc)
  import Glibc
#endif

/// The whole path, from frames and from capture files, to alerts.
enum Captures {
  static let all = [
    Entry(name: "packets", run: takePackets),
    Entry(name: "capture", run: takeCapture),
  ]

  /// Each piece is a frame; its control octets are link type, cut, and time.
  private static func takePackets(_ octets: [UInt8]) {
    var pieces = Pieces(octets)
    var traffic = Traffic()
    while let piece = pieces.next() {
      let type: LinkType = linkTypes[Int(piece.control.0) % linkTypes.count]
      traffic.add(piece.octets, type, missing: Int(piece.control.1 & 0x7F))
      // Quick at first, then hours; backwards now and then.
      let step = Int64(piece.control.2 & 0x1F)
      let unit: Int64 = piece.control.2 & 0x40 == 0 ? 1_000_000 : 60_000_000_000
      traffic.time += piece.control.2 & 0x80 == 0 ? step * unit : -step * unit
    }
    let runs = [traffic.takeRun()]
    let said = Said(of: runs)
    let alerts = said.alerts
    guard octets.count % 16 == 0 else { return }
    hold(alerts == said.alerts, "the same activities raise the same alerts")
    let other = Said(of: runs, shards: 3)
    hold(other.alerts == alerts, "three shards say what one says")
  }

  static let linkTypes: [LinkType] = [
    .ethernet, .raw, .linuxCooked, .linuxCooked2, .null, .loop, .ipv4, .ipv6,
  ]

  /// The input is a capture file.
  private static func takeCapture(_ octets: [UInt8]) {
    _ = Said(of: runs(of: octets)).alerts
  }

  /// The packets of a capture file, given whole; none where it is no capture.
  static func runs(of octets: [UInt8]) -> [PacketRun] {
    write(octets, to: path)
    var runs: [PacketRun] = []
    do throws(CaptureFailure) {
      var captures = try CaptureSet(paths: [path])
      while let run = try captures.next() { runs.append(run) }
    } catch {
      return runs
    }
    return runs
  }

  /// Memory, where the system has it: the same file again and again.
  private static let path = "/dev/shm/crosswatch-fuzz-\(getpid())"

  /// Writes a file; its folder must be there.
  static func write(_ octets: [UInt8], to path: String) {
    // SAFETY: the path outlives the call.
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { return }
    // SAFETY: the pointer is used inside the closure only, for octets within the array's count.
    _ = unsafe octets.withUnsafeBytes {
      unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
    }
    _ = close(descriptor)
  }
}
