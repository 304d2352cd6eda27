import Foundation
import Testing

@Suite struct `A sensor that follows captures` {
  private static let example = Program.capture("kerberoasting-rc4/capture.pcapng")

  @Test func `tells of a file that grows what a replay tells of it whole`() throws {
    try Program.within { program in
      let whole = try program.read(Self.example)
      try program.write("dc.pcapng", whole.prefix(100))
      let sensor = try follow(program, "dc.pcapng", "--json")
      // Pieces of no block's size, some within a header.
      for start in stride(from: 100, to: whole.count, by: 50_021) {
        try append(whole[start..<min(start + 50_021, whole.count)], to: "dc.pcapng", program)
        usleep(40_000)
      }
      let run = sensor.end()
      #expect(run.code == 0, "\(run.notes)")
      #expect(run.notes.contains("2,679 packets"), "\(run.notes)")
      let live = try Program.alerts(run.output)
      #expect(!live.isEmpty)
      #expect(try live == program.replayed("dc.pcapng"))
      // A packet is told by its number in the file, so that other tools find it there.
      #expect(run.output.contains(#""capture":"dc.pcapng""#))
    }
  }

  @Test func `says what it saw before the file is whole`() throws {
    try Program.within { program in
      let whole = try program.read(Self.example)
      try program.write("dc.pcapng", whole.prefix(whole.count - 40))
      let sensor = try follow(program, "dc.pcapng", "--json")
      try sensor.wait("an alert") { sensor.output.contains("kerberoasting") }
      let run = sensor.end()
      // Half a packet is no damage: the other half was still to come.
      #expect(run.code == 0, "\(run.notes)")
      #expect(run.notes.contains("2,678 packets"), "\(run.notes)")
    }
  }

  @Test(arguments: ["traffic", "traffic/dc-*.pcapng"])
  func `goes on with each file of a folder or pattern as it is begun`(_ path: String) throws {
    try Program.within { program in
      let parts = try Self.parts(program.read(Self.example), 4)
      try program.write("traffic/readme.txt", "no capture")
      try program.write("traffic/dc-0.pcapng", parts[0])
      let sensor = try follow(program, path, "--json", "--threads", "2")
      for (index, part) in parts.enumerated().dropFirst() {
        let name = "traffic/dc-\(index).pcapng"
        try program.write(name, part.prefix(1000))
        try append(part.dropFirst(1000), to: name, program)
        usleep(700_000)
      }
      let run = sensor.end()
      #expect(run.code == 0, "\(run.notes)")
      #expect(run.notes.contains("2,679 packets"), "\(run.notes)")
      #expect(run.notes.contains("4 captures, the last of them dc-3.pcapng"), "\(run.notes)")
      let live = try Program.alerts(run.output)
      #expect(!live.isEmpty)
      #expect(try live == program.replayed("traffic"))
    }
  }

  @Test func `goes on with another file of the same name`() throws {
    try Program.within { program in
      let parts = try Self.parts(program.read(Self.example), 2)
      try program.write("dc.pcapng", parts[0])
      let sensor = try follow(program, "dc.pcapng", "--json")
      sensor.send(SIGUSR1)
      try sensor.wait("the first") { sensor.notes.contains("1 capture") }
      try FileManager.default.moveItem(
        atPath: "\(program.folder)/dc.pcapng", toPath: "\(program.folder)/dc.pcapng.1")
      try program.write("dc.pcapng", parts[1])
      let run = sensor.end()
      #expect(run.code == 0, "\(run.notes)")
      #expect(run.notes.contains("2 captures, the last of them dc.pcapng (2)"), "\(run.notes)")
      #expect(try Program.alerts(run.output) == program.replayed("dc.pcapng*"))
    }
  }

  @Test func `reads standard input to its end`() throws {
    try Program.within { program in
      let whole = try program.read(Self.example)
      let sensor = try program.start(
        ["sensor", "--follow", "-", "--json"], input: whole.prefix(5000))
      try sensor.wait("following") { sensor.notes.contains("following standard input") }
      try sensor.write(whole.dropFirst(5000))
      try sensor.endInput()
      let run = sensor.end(waiting: ())
      #expect(run.code == 0, "\(run.notes)")
      #expect(try Program.alerts(run.output) == program.replayed(Self.example))
    }
  }

  @Test func `ends at a signal though standard input goes on`() throws {
    try Program.within { program in
      let sensor = try program.start(
        ["sensor", "--follow", "-", "--json"], input: program.read(Self.example))
      try sensor.wait("an alert") { sensor.output.contains("kerberoasting") }
      let run = sensor.end(SIGINT)
      #expect(run.code == 0 && run.notes.contains("2,679 packets"), "\(run.notes)")
    }
  }

  @Test func `keeps the packets of its alerts for carve`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      let parts = try Self.parts(program.read(Self.example), 3)
      for (index, part) in parts.enumerated() { try program.write("in/\(index).pcapng", part) }
      let sensor = try follow(program, "in", "--json")
      try sensor.wait("an alert") { sensor.output.contains("kerberoasting") }
      let run = sensor.end()
      let found = try Program.alerts(run.output)
      let alert = try #require(found.keys.first)
      let carved = try program.run("carve", alert, "-o", "alert.pcapng")
      #expect(carved.code == 0, "\(carved.notes)")
      let kept = try program.run("replay", "alert.pcapng", "--no-store", "--json")
      let summary = try JSONSerialization.jsonObject(with: Data(kept.output.utf8))
      let pieces = found[alert]?["evidence"] as? [[String: Any]] ?? []
      let count = pieces.reduce(0) { $0 + ($1["packets"] as? [Int] ?? []).count }
      #expect((summary as? [String: Any])?["packets"] as? Int == count && count > 1)
    }
  }

  @Test func `reads on after a damaged capture, and ends with exit code 3`() throws {
    try Program.within { program in
      let parts = try Self.parts(program.read(Self.example), 2)
      try program.write("in/0.pcapng", parts[0].prefix(parts[0].count - 10))
      try program.write("in/1.pcapng", "Dear Sir or Madam, this is no capture at all.")
      try program.write("in/2.pcapng", parts[1])
      let sensor = try follow(program, "in", "--json")
      try sensor.wait("damage") { sensor.notes.contains("in/0.pcapng: the file ends inside") }
      let run = sensor.end()
      #expect(run.code == 3, "\(run.notes)")
      #expect(run.notes.contains("2,678 packets"), "\(run.notes)")
      #expect(run.notes.contains("in/1.pcapng: it begins like neither"), "\(run.notes)")
    }
  }

  @Test func `refuses what cannot be followed, in one line`() throws {
    try Program.within { program in
      try program.write("letter.pcap", "Dear Sir or Madam, this is no capture at all.")
      let none = try program.run("sensor", "--follow", "none.pcap")
      #expect(none.code == 1 && none.noteLines.count == 1, "\(none.notes)")
      #expect(none.notes.contains("cannot open none.pcap"), "\(none.notes)")
      let letter = try program.run("sensor", "--follow", "letter.pcap")
      #expect(letter.code == 1 && letter.noteLines.count == 1, "\(letter.notes)")
      #expect(letter.notes.contains("letter.pcap is no capture"), "\(letter.notes)")
      for options in [["-i", "eth1"], ["--filter", "port 88"], ["--write", "x.pcap"]] {
        let both = try program.run(all: ["sensor", "--follow", Self.example] + options)
        #expect(both.code == 2 && both.notes.contains("--follow"), "\(both.notes)")
      }
      let neither = try program.run("sensor")
      #expect(neither.code == 2 && neither.notes.contains("--follow"), "\(neither.notes)")
    }
  }

  // MARK: - Helpers

  private func follow(
    _ program: Program, _ path: String, _ options: String...
  ) throws -> Program.Running {
    let sensor = try program.start(["sensor", "--follow", path] + options)
    try sensor.wait("following") { sensor.notes.contains("following") }
    return sensor
  }

  private func append(_ data: Data, to name: String, _ program: Program) throws {
    let file = try FileHandle(
      forWritingTo: URL(fileURLWithPath: "\(program.folder)/\(name)"))
    try file.seekToEnd()
    try file.write(contentsOf: data)
    try file.close()
  }

  /// A pcapng capture as that many captures of packets that follow each other.
  private static func parts(_ whole: Data, _ count: Int) throws -> [Data] {
    let octets = Array(whole)
    var start = Data()
    var packets: [Data] = []
    var place = 0
    while place + 12 <= octets.count {
      let type = octets[place]
      let length = (0..<4).reduce(0) { $0 | Int(octets[place + 4 + $1]) << (8 * $1) }
      let block = Data(octets[place..<(place + length)])
      if type == 6 { packets.append(block) } else if packets.isEmpty { start += block }
      place += length
    }
    let size = packets.count / count + 1
    return (0..<count).map { index in
      packets[(index * size)..<min((index + 1) * size, packets.count)].reduce(start, +)
    }
  }
}
