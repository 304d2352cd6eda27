import Foundation
import Testing

@Suite struct `Carving` {
  private static let capture = Program.capture("kerberoasting-rc4/capture.pcapng")

  @Test func `finds the captures of a replay again`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      #expect(try program.run("replay", Self.capture).code == 0)
      let alert = try #require(try identity(program.run("alerts", "--json").output))
      let run = try program.run("carve", String(alert.prefix(12)), "-o", "alert.pcapng")
      #expect(run.code == 0, "\(run.notes)")
      #expect(
        run.notes.contains("\(alert): 12 packets of 1 capture, in alert.pcapng"), "\(run.notes)")
      let piped = try program.run("carve", alert, "-o", "-", "--from", Self.capture)
      #expect(piped.code == 0 && piped.output.count > 1000)
    }
  }

  @Test func `finds the alert again where there is no database`() throws {
    try Program.within { program in
      let replay = try program.run("replay", Self.capture, "--no-store", "--alerts-to", "-")
      let alert = try #require(try identity(replay.output))
      let run = try program.run("carve", alert, "-o", "alert.pcapng", "--from", Self.capture)
      #expect(run.code == 0, "\(run.notes)")
      #expect(program.exists("alert.pcapng"))
    }
  }

  @Test func `says what to do where the capture is gone`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      try program.write("moved.pcapng", try program.read(Self.capture))
      #expect(try program.run("replay", "moved.pcapng").code == 0)
      let alert = try #require(try identity(program.run("alerts", "--json").output))
      try FileManager.default.moveItem(
        atPath: "\(program.folder)/moved.pcapng", toPath: "\(program.folder)/new.pcapng")
      let run = try program.run("carve", alert, "-o", "alert.pcapng")
      #expect(run.code == 1 && run.noteLines.count == 1, "\(run.notes)")
      #expect(run.notes.contains("moved.pcapng") && run.notes.contains("--from"), "\(run.notes)")
      #expect(!program.exists("alert.pcapng"))
      let found = try program.run("carve", alert, "-o", "alert.pcapng", "--from", "new.pcapng")
      #expect(found.code == 0, "\(found.notes)")
    }
  }

  @Test(arguments: ["al_nothing", "nothing", "al_../../x"])
  func `refuses what is no alert`(_ name: String) throws {
    try Program.within { program in
      let run = try program.run("carve", name, "-o", "alert.pcapng", "--from", Self.capture)
      #expect(run.code == (name == "al_nothing" ? 1 : 2), "\(run.notes)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: program.folder).isEmpty)
    }
  }

  /// The identity of the alert that the case is about.
  private func identity(_ lines: String) throws -> String? {
    let found = lines.split(separator: "\n").first { $0.contains(#""detection":"kerberoasting""#) }
    let line = try #require(found)
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    return object?["id"] as? String
  }
}
