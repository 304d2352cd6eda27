import Foundation
import Testing

@Suite struct `Decoding from outside` {
  private static let capture = Program.capture("kerberoasting-rc4/capture.pcapng")

  @Test func `Zeek's logs go into a folder that is made, the same octets each time`() throws {
    try Program.within { program in
      for folder in ["deep/first", "second"] {
        let run = try program.run("decode", Self.capture, "--format", "zeek", "-o", folder)
        #expect(run.code == 0, "\(run.notes)")
        #expect(run.output.isEmpty)
      }
      let first = try Self.read(program, "deep/first/kerberos.log")
      #expect(first.hasPrefix("#separator \\x09\n#set_separator\t,\n"))
      #expect(first.contains("#path\tkerberos\n"))
      #expect(first.contains("\trc4-hmac\t"))
      #expect(first.split(separator: "\n").last?.hasPrefix("#close\t") == true)
      let second = try Self.read(program, "second/kerberos.log")
      #expect(second == first)
    }
  }

  @Test func `logs that are there already are refused and kept`() throws {
    try Program.within { program in
      try program.write("logs/dns.log", "mine\n")
      let run = try program.run("decode", Self.capture, "--format", "zeek", "-o", "logs")
      #expect(run.code == 1)
      #expect(run.notes.contains("logs/dns.log is there already"))
      let kept = try Self.read(program, "logs/dns.log")
      #expect(kept == "mine\n")
      #expect(!program.exists("logs/kerberos.log"))
    }
  }

  @Test func `a format that is not known, or a folder without one, is wrong usage`() throws {
    try Program.within { program in
      for options in [["--format", "csv"], ["--format", "zeek"], ["-o", "logs"]] {
        let run = try program.run(
          all: ["decode", Self.capture] + options)
        #expect(run.code == 2, "\(options): \(run.notes)")
      }
    }
  }

  private static func read(_ program: Program, _ name: String) throws -> String {
    try String(contentsOfFile: "\(program.folder)/\(name)", encoding: .utf8)
  }
}
