import Foundation
import Testing

/// A disk that is full: a small tmpfs, which only root can mount.
@Suite(.serialized) struct `A full disk` {
  @Test func `fails a replay with one line and keeps nothing of it`() throws {
    try withSmallDisk(kibibytes: 512) { program, disk in
      let store = "\(disk)/crosswatch.sqlite"
      let run = try program.run("replay", Program.capture("dns-zone-transfer"), "--store", store)
      #expect(run.code == 0, "\(run.notes)")
      let before = try program.count("activities", store)
      let full = try program.run("replay", "\(Program.root)/Captures", "--store", store)
      #expect(full.code == 1)
      #expect(full.noteLines.count == 1, "\(full.notes)")
      #expect(full.notes.contains("the disk is full"), "\(full.notes)")
      #expect(try program.count("activities", store) == before)
    }
  }

  @Test func `leaves no database that was not there`() throws {
    try withSmallDisk(kibibytes: 16) { program, disk in
      let run = try program.run(
        "replay", Program.capture("dns-zone-transfer"), "--store", "\(disk)/crosswatch.sqlite")
      #expect(run.code == 1)
      #expect(run.noteLines.count == 1, "\(run.notes)")
      #expect(run.notes.contains("the disk is full"), "\(run.notes)")
      let left = try FileManager.default.contentsOfDirectory(atPath: disk)
      #expect(left == [])
    }
  }

  @Test func `leaves no file of results, and the old one where there was one`() throws {
    try withSmallDisk(kibibytes: 64) { program, disk in
      let file = "\(disk)/activities.jsonl"
      try Data("old\n".utf8).write(to: URL(fileURLWithPath: file))
      let run = try program.run(
        "replay", Program.capture("benign-office-morning"), "--no-store", "--activities-to", file)
      #expect(run.code == 1)
      #expect(run.noteLines.count == 1, "\(run.notes)")
      #expect(run.notes.contains("the disk is full"), "\(run.notes)")
      let names = try FileManager.default.contentsOfDirectory(atPath: disk)
      #expect(names == ["activities.jsonl"])
      let left = try program.read(file)
      #expect(left == Data("old\n".utf8))
    }
  }

  @Test func `fails where results are printed`() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    try Program.within { program in
      let run = try program.run(
        "replay", Program.capture("dns-zone-transfer"), "--no-store", "--alerts-to", "/dev/full")
      #expect(run.code == 1)
      #expect(run.notes.contains("/dev/full: cannot be written: the disk is full"))
    }
  }

  /// Mounts a small disk; where that is not possible the test fails in CI, and says so elsewhere.
  private func withSmallDisk(
    kibibytes: Int, _ body: (Program, String) throws -> Void
  ) throws {
    try Program.within { program in
      let disk = "\(program.folder)/disk"
      try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
      guard try mount(["-t", "tmpfs", "-o", "size=\(kibibytes)k", "tmpfs", disk]) else {
        let isCI = ProcessInfo.processInfo.environment["CI"] == "true"
        #expect(!isCI, "CI must be able to mount a tmpfs")
        withKnownIssue("skipped: no tmpfs can be mounted here (not root?)") {
          Issue.record("a full disk was not tested")
        }
        return
      }
      defer { _ = try? command("/bin/umount", [disk]) }
      try body(program, disk)
    }
  }

  private func mount(_ arguments: [String]) throws -> Bool {
    try command("/bin/mount", arguments) == 0
  }

  private func command(_ path: String, _ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
