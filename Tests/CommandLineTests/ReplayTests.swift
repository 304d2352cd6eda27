import Foundation
import Testing

@Suite struct `Replay` {
  @Test(arguments: ["kerberoasting-rc4", "benign-office-morning", "password-spray"])
  func `gives the same bytes on every run, with any number of threads`(_ name: String) throws {
    try Program.within { program in
      try program.makeWorkspace()
      var outputs: Set<Data> = []
      for (index, threads) in ["1", "1", "2", "3"].enumerated() {
        let run = try program.run(
          "replay", Program.capture(name), "--no-store", "-w", "alpine", "--threads", threads,
          "--alerts-to", "alerts\(index)", "--activities-to", "activities\(index)", "--json")
        #expect(run.code == 0, "\(run.notes)")
        var output = Data(run.output.utf8)
        output += try program.read("alerts\(index)")
        output += try program.read("activities\(index)")
        outputs.insert(output)
      }
      #expect(outputs.count == 1)
    }
  }

  @Test func `twice changes nothing in the database`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      let captures = ["dcsync-from-workstation", "kerberoasting-aes", "password-spray"]
        .map(Program.capture)
      #expect(try program.run(all: ["replay"] + captures).code == 0)
      let once = try program.dump()
      #expect(once.contains("dcsync"))
      #expect(try program.run(all: ["replay"] + captures).code == 0)
      #expect(try program.dump() == once)
    }
  }

  @Test func `knows a capture again under another name`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      let capture = Program.capture("dcsync-from-workstation/capture.pcapng")
      #expect(try program.run("replay", capture).code == 0)
      let count = try program.counts()
      try program.write("copy.pcapng", try program.read(capture))
      #expect(try program.run("replay", "copy.pcapng").code == 0)
      #expect(try program.counts() == count)
    }
  }

  @Test func `prints nothing but alerts where they go to standard output`() throws {
    try Program.within { program in
      let run = try program.run(
        "replay", Program.capture("dns-zone-transfer"), "--no-store", "--alerts-to", "-")
      #expect(run.code == 0)
      #expect(!run.outputLines.isEmpty)
      for line in run.outputLines {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect(object?["id"] is String)
      }
      #expect(run.notes.contains("packets/s"))
    }
  }

  @Test func `reads no workspace with --no-store and no -w`() throws {
    try Program.within { program in
      try program.write("Workspaces/alpine/workspace.yml", "this: is not one\n")
      try program.write("Workspaces/primary", "alpine\n")
      let run = try program.run("replay", Program.capture("dns-zone-transfer"), "--no-store")
      #expect(run.code == 0, "\(run.notes)")
    }
  }

  @Test func `reads standard input like a file`() throws {
    try Program.within { program in
      let capture = Program.capture("dns-zone-transfer/capture.pcapng")
      let file = try program.run("replay", capture, "--no-store", "--alerts-to", "file")
      let piped = try program.run(
        "replay", "-", "--no-store", "--alerts-to", "piped", input: try program.read(capture))
      #expect(file.code == 0 && piped.code == 0, "\(piped.notes)")
      let fromFile = String(decoding: try program.read("file"), as: UTF8.self)
      let fromInput = String(decoding: try program.read("piped"), as: UTF8.self)
      let named = fromInput.replacing(
        "\"capture\":\"-\"", with: "\"capture\":\"capture.pcapng\"")
      #expect(named == fromFile)
    }
  }

  @Test func `reads a capture once that a link names as well`() throws {
    try Program.within { program in
      let capture = Program.capture("kerberoasting-rc4/capture.pcapng")
      try FileManager.default.createSymbolicLink(
        atPath: program.folder + "/link.pcapng", withDestinationPath: capture)
      let run = try program.run("replay", capture, "link.pcapng", "--no-store")
      #expect(run.code == 0 && run.output.contains("1 capture, 2,679 packets"), "\(run.notes)")
    }
  }

  @Test func `refuses one file for alerts and activities`() throws {
    try Program.within { program in
      let run = try program.run(
        "replay", Program.capture("dns-zone-transfer"), "--no-store", "--alerts-to", "x",
        "--activities-to", "./x")
      #expect(run.code == 2)
      #expect(try FileManager.default.contentsOfDirectory(atPath: program.folder).isEmpty)
    }
  }

  @Test func `ends with 4 where an alert is as severe as asked`() throws {
    try Program.within { program in
      let capture = Program.capture("dcsync-from-workstation")
      let run = try program.run("replay", capture, "--no-store", "--fail-on", "high")
      #expect(run.code == 4)
      let benign = Program.capture("dns-zone-transfer")
      #expect(try program.run("replay", benign, "--no-store", "--fail-on", "high").code == 0)
    }
  }

  @Test func `shows alerts, entities, activities, coverage and speed, without colour`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      let run = try program.run("replay", Program.capture("dcsync-from-workstation"))
      #expect(run.code == 0)
      for words in ["dcsync", "Entities", "Activities", "Coverage", "sealed", "MB/s", "packets/s"] {
        #expect(run.output.contains(words), "\(words)")
      }
      #expect(!run.output.contains("\u{1B}"))
      #expect(run.notes.isEmpty)
    }
  }

  @Test func `replaces a file of results whole`() throws {
    try Program.within { program in
      try program.write("alerts.jsonl", String(repeating: "old\n", count: 10_000))
      let capture = Program.capture("dns-zone-transfer")
      for _ in 0..<2 {
        let run = try program.run("replay", capture, "--no-store", "--alerts-to", "alerts.jsonl")
        #expect(run.code == 0, "\(run.notes)")
      }
      let text = String(decoding: try program.read("alerts.jsonl"), as: UTF8.self)
      #expect(text.contains("dns-reconnaissance") && !text.contains("old"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: program.folder).count == 1)
    }
  }

  @Test func `needs a workspace, or to be told that nothing is kept`() throws {
    try Program.within { program in
      let run = try program.run("replay", Program.capture("dns-zone-transfer"))
      #expect(run.code == 2)
      #expect(run.notes.contains("no workspace") && run.notes.contains("--no-store"))
    }
  }

  @Test func `keeps results in another database where told to`() throws {
    try Program.within { program in
      let capture = Program.capture("dns-zone-transfer")
      let run = try program.run("replay", capture, "--store", "other.sqlite")
      #expect(run.code == 0)
      #expect(try program.count("alerts", "\(program.folder)/other.sqlite") > 0)
    }
  }
}

extension Program {
  /// Rows of the tables that a replay fills.
  fileprivate func counts() throws -> [Int] {
    try ["captures", "activities", "alerts", "entities"].map { table in
      try count(table, "\(folder)/Workspaces/alpine/crosswatch.sqlite")
    }
  }
}
