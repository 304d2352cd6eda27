import Foundation
import Testing

@Suite(.serialized) struct `A sensor on a mirror port` {
  private static let example = Program.capture("kerberoasting-rc4/capture.pcapng")
  private static let packets = "2,679 packets"

  @Test(arguments: ["1", "3"])
  func `drops nothing, and its recording replayed gives the same alerts`(
    _ threads: String
  ) throws {
    try MirrorPort.with { port, program in
      let sensor = try listen(
        port, program, ["--write", "live.pcapng", "--json", "--threads", threads])
      try port.replay(Self.example)
      let run = sensor.end()
      #expect(run.code == 0, "\(run.notes)")
      #expect(
        run.notes.contains(
          "\(Self.packets), 0 dropped by the kernel, 0 by the interface, 0 by the sensor"),
        "\(run.notes)")
      let live = try Program.alerts(run.output)
      #expect(!live.isEmpty)
      #expect(try live == program.replayed("live.pcapng"))
      // The same as of the case, but for the time and so the identity.
      let original = try program.replayed(Self.example)
      #expect(findings(live) == findings(original))
    }
  }

  @Test func `merges interfaces in the order of time`() throws {
    try MirrorPort.with(2) { port, program in
      let sensor = try listen(port, program, ["--write", "live.pcapng", "--json"])
      try port.replay(Self.example)
      try port.replay(Program.capture("dcsync-from-workstation/capture.pcapng"), to: 1)
      try port.replay(Self.example, to: 1)
      let run = sensor.end()
      #expect(run.code == 0, "\(run.notes)")
      let live = try Program.alerts(run.output)
      #expect(live.count > 1)
      #expect(try live == program.replayed("live.pcapng"))
    }
  }

  @Test func `records many files, which replayed give the same alerts`() throws {
    try MirrorPort.with { port, program in
      try FileManager.default.createDirectory(
        atPath: "\(program.folder)/traffic", withIntermediateDirectories: true)
      let sensor = try listen(
        port, program,
        ["--write", "traffic/dc.pcap", "--rotate-seconds", "1", "--user", "root", "--json"])
      for _ in 0..<4 {
        try port.replay(Self.example)
        usleep(500_000)
      }
      let run = sensor.end()
      #expect(run.code == 0, "\(run.notes)")
      let names = try FileManager.default.contentsOfDirectory(atPath: "\(program.folder)/traffic")
      #expect(names.count > 1)
      let live = try Program.alerts(run.output)
      #expect(try Set(live.keys) == Set(program.replayed("traffic").keys))
    }
  }

  @Test func `keeps nothing of its privileges`() throws {
    try MirrorPort.with { port, program in
      let sensor = try listen(port, program, [])
      try expectNoPrivileges(sensor, user: 65_534)
      #expect(sensor.end(SIGINT).code == 0)
    }
  }

  @Test func `needs CAP_NET_RAW and no more, and gives it up`() throws {
    try MirrorPort.with { port, program in
      let wrapper =
        port.wrapper + [
          "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps",
          "-all,+net_raw", "--ambient-caps", "-all,+net_raw", "--bounding-set", "-all,+net_raw",
        ]
      let sensor = try program.start(
        ["sensor", "-i", port.interfaces[0], "--json"], through: wrapper)
      try sensor.wait("listening") { sensor.notes.contains("listening") }
      try expectNoPrivileges(sensor, user: 65_534)
      try port.replay(Self.example)
      let run = sensor.end()
      #expect(run.code == 0 && run.notes.contains(Self.packets), "\(run.notes)")
      #expect(try !Program.alerts(run.output).isEmpty)
    }
  }

  @Test func `says what is lost when an interface goes away, and ends when none is left`() throws {
    try MirrorPort.with(2) { port, program in
      let sensor = try listen(port, program, ["--json"])
      try port.replay(Self.example)
      try port.onSensorSide("link", "set", "mirror1", "down")
      try sensor.wait("down") { sensor.notes.contains("mirror1 is down") }
      try port.onSensorSide("link", "delete", "mirror0")
      try sensor.wait("lost") { sensor.notes.contains("mirror0 is lost") }
      #expect(sensor.process.isRunning)
      try port.onSensorSide("link", "delete", "mirror1")
      let run = sensor.end(waiting: ())
      #expect(run.code == 1, "\(run.notes)")
      #expect(run.notes.contains("mirror1 is lost"), "\(run.notes)")
      #expect(try !Program.alerts(run.output).isEmpty)
    }
  }

  @Test func `prints its state when asked, and outlives its terminal`() throws {
    try MirrorPort.with { port, program in
      let sensor = try listen(port, program, [])
      sensor.send(SIGHUP)
      try port.replay(Self.example)
      sensor.send(SIGUSR1)
      try sensor.wait("state") { sensor.notes.contains("a second)") }
      let run = sensor.end()
      #expect(run.code == 0 && run.output.contains("kerberoasting"), "\(run.notes)")
    }
  }

  @Test func `keeps the packets of its alerts for carve`() throws {
    try MirrorPort.with { port, program in
      try program.makeWorkspace()
      let sensor = try listen(port, program, ["--json"])
      try port.replay(Self.example)
      let run = sensor.end()
      let found = try Program.alerts(run.output)
      let alert = try #require(found.keys.first)
      let carved = try program.run("carve", alert, "-o", "alert.pcapng")
      #expect(carved.code == 0, "\(carved.notes)")
      let replay = try program.run("replay", "alert.pcapng", "--no-store", "--json")
      let summary = try JSONSerialization.jsonObject(with: Data(replay.output.utf8))
      let pieces = found[alert]?["evidence"] as? [[String: Any]] ?? []
      let packets = Set(pieces.flatMap { $0["packets"] as? [Int] ?? [] })
      #expect((summary as? [String: Any])?["packets"] as? Int == packets.count)
      #expect(packets.count > 1)
    }
  }

  @Test func `refuses a filter that is none with exit code 2`() throws {
    try MirrorPort.with { port, program in
      let run = try program.start(
        ["sensor", "-i", port.interfaces[0], "--filter", "prot 88"], through: port.wrapper
      ).end(waiting: ())
      #expect(run.code == 2 && run.noteLines.count == 1, "\(run.notes)")
      #expect(run.notes.contains("filter 'prot 88' cannot be used: "), "\(run.notes)")
    }
  }

  @Test func `sees what the filter lets through`() throws {
    try MirrorPort.with { port, program in
      let sensor = try listen(port, program, ["--filter", "udp port 53"])
      try port.replay(Self.example)
      let run = sensor.end()
      #expect(run.notes.contains("DNS") && !run.notes.contains("Kerberos"), "\(run.notes)")
    }
  }

  @Test func `names the interfaces there are where one is not`() throws {
    try MirrorPort.with { port, program in
      let run = try program.start(["sensor", "-i", "eth99"], through: port.wrapper)
        .end(waiting: ())
      #expect(run.code == 1 && run.noteLines.count == 1, "\(run.notes)")
      #expect(run.notes.contains("eth99") && run.notes.contains("mirror0"), "\(run.notes)")
    }
  }

  // MARK: - Helpers

  private func listen(
    _ port: MirrorPort, _ program: Program, _ options: [String]
  ) throws -> Program.Running {
    let interfaces = port.interfaces.flatMap { ["-i", $0] }
    let sensor = try program.start(["sensor"] + interfaces + options, through: port.wrapper)
    try sensor.wait("listening") { sensor.notes.contains("listening") }
    return sensor
  }

  /// What was found how often.
  private func findings(_ alerts: [String: NSDictionary]) -> [String] {
    alerts.values.map { "\($0["detection"] ?? "") \($0["count"] ?? "")" }.sorted()
  }

  private func expectNoPrivileges(_ sensor: Program.Running, user: Int) throws {
    let tasks = "/proc/\(sensor.process.processIdentifier)/task"
    for task in try FileManager.default.contentsOfDirectory(atPath: tasks) {
      let status = try String(contentsOfFile: "\(tasks)/\(task)/status", encoding: .utf8)
      for line in [
        "Uid:\t\(user)\t\(user)\t\(user)\t\(user)", "CapEff:\t0000000000000000",
        "CapPrm:\t0000000000000000", "CapInh:\t0000000000000000", "NoNewPrivs:\t1",
      ] {
        #expect(status.contains(line), "\(status)")
      }
    }
  }
}
