import Foundation
import Testing

/// Pairs of virtual interfaces between two network namespaces: a generator's side and a sensor's.
struct MirrorPort {
  /// The sensor's interfaces.
  let interfaces: [String]
  private let generator: String
  let sensor: String

  /// Runs `body` with that many pairs; where none can be made the test fails in CI, and says so
  /// elsewhere.
  static func with(_ count: Int = 1, _ body: (MirrorPort, Program) throws -> Void) throws {
    guard let reason = obstacle else {
      let port = try MirrorPort(count)
      defer { port.remove() }
      return try Program.within { try body(port, $0) }
    }
    let isCI = ProcessInfo.processInfo.environment["CI"] == "true"
    #expect(!isCI, "CI must be able to make network namespaces: \(reason)")
    withKnownIssue("skipped: \(reason)") { Issue.record("no live capture was tested") }
  }

  /// What stands in the way.
  private static let obstacle: String? = {
    guard geteuid() == 0 else { return "only root can make network namespaces" }
    for tool in ["ip", "tcpreplay", "setpriv"] where (try? run(["which", tool])) != 0 {
      return "\(tool) is not installed; .ci/setup installs it"
    }
    let name = "cw-try-\(getpid())"
    guard (try? run(["ip", "netns", "add", name])) == 0 else {
      return "network namespaces cannot be made here"
    }
    _ = try? run(["ip", "netns", "delete", name])
    return nil
  }()

  private init(_ count: Int) throws {
    let name = "cw-\(getpid())-\(UInt16.random(in: .min ... .max))"
    generator = name + "-g"
    sensor = name + "-s"
    interfaces = (0..<count).map { "mirror\($0)" }
    for side in [generator, sensor] { try ip("netns", "add", side) }
    for (index, interface) in interfaces.enumerated() {
      try ip(
        "link", "add", "tap\(index)", "netns", generator, "type", "veth", "peer", "name", interface,
        "netns", sensor)
      for (side, name) in [(generator, "tap\(index)"), (sensor, interface)] {
        // Nothing but what is replayed is to be seen.
        _ = try Self.run(
          ["ip", "netns", "exec", side, "sysctl", "-qw", "net.ipv6.conf.\(name).disable_ipv6=1"])
        try ip("-n", side, "link", "set", name, "up")
      }
    }
  }

  private func remove() {
    for side in [generator, sensor] { _ = try? Self.run(["ip", "netns", "delete", side]) }
  }

  /// What runs a program on the sensor's side.
  var wrapper: [String] { ["ip", "netns", "exec", sensor] }

  /// Sends a capture through a pair, slowly; returns when all was sent.
  func replay(_ capture: String, to index: Int = 0) throws {
    let code = try Self.run(
      [
        "ip", "netns", "exec", generator, "tcpreplay", "-q", "-i", "tap\(index)", "--mbps", "20",
        capture,
      ])
    #expect(code == 0, "tcpreplay of \(capture)")
  }

  func ip(_ arguments: String...) throws {
    let code = try Self.run(["ip"] + arguments)
    #expect(code == 0, "ip \(arguments.joined(separator: " "))")
  }

  func onSensorSide(_ arguments: String...) throws {
    let code = try Self.run(["ip", "-n", sensor] + arguments)
    #expect(code == 0, "ip \(arguments.joined(separator: " "))")
  }

  private static func run(_ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
