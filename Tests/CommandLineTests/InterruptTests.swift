import Foundation
import Testing

@Suite struct `An interrupted replay` {
  private static let capture = Program.capture("benign-office-morning/capture.pcapng")

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `leaves nothing behind and says so, whatever it waits for`(_ signal: Int32) throws {
    try Program.within { program in
      let running = try program.start(
        ["replay", "-", "--store", "new.sqlite", "--activities-to", "activities.jsonl"],
        input: try program.read(Self.capture).prefix(300_000))
      try running.wait("partial") { program.exists("activities.jsonl.partial") }
      let run = running.end(signal)
      #expect(running.process.terminationReason == .uncaughtSignal)
      #expect(run.code == signal)
      #expect(run.notes == "\ncrosswatch: interrupted; nothing was kept\n")
      #expect(try FileManager.default.contentsOfDirectory(atPath: program.folder).isEmpty)
    }
  }

  @Test func `leaves a database and a file as they were`() throws {
    try Program.within { program in
      let first = try program.run(
        "replay", Program.capture("dns-zone-transfer"), "--store", "old.sqlite",
        "--alerts-to", "alerts.jsonl")
      #expect(first.code == 0)
      let alerts = try program.read("alerts.jsonl")
      let running = try program.start(
        ["replay", "-", "--store", "old.sqlite", "--alerts-to", "alerts.jsonl"],
        input: try program.read(Self.capture).prefix(300_000))
      try running.wait("partial") { program.exists("alerts.jsonl.partial") }
      _ = running.end(SIGINT)
      #expect(try program.read("alerts.jsonl") == alerts)
      #expect(!program.exists("alerts.jsonl.partial"))
      #expect(try program.count("captures", "\(program.folder)/old.sqlite") == 1)
    }
  }

  @Test func `ends quietly where whoever read it has seen enough`() throws {
    try Program.within { program in
      let command = "'\(Program.path)' decode '\(Self.capture)' | head -n 1; exit ${PIPESTATUS[0]}"
      let run = try program.shell(command)
      #expect(run.code == 0 && run.notes.isEmpty, "\(run.notes)")
      #expect(run.outputLines.count == 1)
    }
  }

  @Test func `keeps nothing where its records have no reader`() throws {
    try Program.within { program in
      let run = try program.shell(
        "'\(Program.path)' replay '\(Self.capture)' --no-store --activities-to - "
          + "--alerts-to alerts.jsonl | head -c 10; exit ${PIPESTATUS[0]}")
      #expect(run.code == 1)
      #expect(run.notes.contains("standard output was closed; nothing was kept"), "\(run.notes)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: program.folder).isEmpty)
    }
  }

  @Test func `keeps everything where only the summary has no reader`() throws {
    try Program.within { program in
      let run = try program.shell(
        "'\(Program.path)' replay '\(Self.capture)' --store new.sqlite | true; exit ${PIPESTATUS[0]}"
      )
      #expect(run.code == 0 && run.notes.isEmpty, "\(run.notes)")
      #expect(try program.count("captures", "\(program.folder)/new.sqlite") == 1)
    }
  }
}

extension Program {
  /// Runs a line of the shell in the folder.
  fileprivate func shell(_ line: String) throws -> Run {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", line]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let (output, notes) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = notes
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    func text(_ pipe: Pipe) -> String {
      String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
    }
    return Run(code: process.terminationStatus, output: text(output), notes: text(notes))
  }
}
