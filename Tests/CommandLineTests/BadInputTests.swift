import Foundation
import GRDB
import Testing

@Suite struct `Bad input` {
  @Test func `no such file fails with one line and keeps nothing`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      let run = try program.run("replay", "none.pcapng", "-w", "alpine")
      expectOneLine(run, code: 1, "none.pcapng")
      #expect(!program.exists("Workspaces/alpine/crosswatch.sqlite"))
    }
  }

  @Test func `a folder without captures fails`() throws {
    try Program.within { program in
      try program.write("empty/readme.txt", "none here")
      expectOneLine(
        try program.run("replay", "empty", "--no-store"), code: 1, "no captures in empty")
    }
  }

  @Test func `an empty file fails`() throws {
    try Program.within { program in
      try program.write("empty.pcap", Data())
      expectOneLine(
        try program.run("replay", "empty.pcap", "--no-store"), code: 1, "the file is empty")
    }
  }

  @Test func `a file that is no capture fails`() throws {
    try Program.within { program in
      try program.write("letter.pcap", String(repeating: "Dear Sir or Madam,\n", count: 20))
      expectOneLine(
        try program.run("replay", "letter.pcap", "--no-store"), code: 1, "letter.pcap is no")
      expectOneLine(try program.run("decode", "letter.pcap"), code: 1, "letter.pcap is no capture")
    }
  }

  @Test func `a folder of nothing but broken files fails`() throws {
    try Program.within { program in
      try program.write("all/a.pcap", "no capture, but long enough to be looked at")
      try program.write("all/b.pcap", "no capture, but long enough to be looked at")
      expectOneLine(
        try program.run("replay", "all", "--no-store"), code: 1, "nothing could be read")
    }
  }

  @Test func `a capture cut inside a packet is read up to there`() throws {
    try Program.within { program in
      let whole = try program.read(Program.capture("dcsync-from-workstation/capture.pcapng"))
      let cut = whole.count - 7
      try program.write("cut.pcapng", whole.prefix(cut))
      let run = try program.run("replay", "cut.pcapng", "--no-store", "--alerts-to", "a.jsonl")
      #expect(run.code == 3)
      let note = try #require(run.noteLines.first)
      #expect(note.hasPrefix("crosswatch: cut.pcapng: "))
      #expect(note.contains(" at offset "))
      let alerts = String(decoding: try program.read("a.jsonl"), as: UTF8.self)
      #expect(alerts.contains("\"detection\":\"dcsync\""))
      #expect(try program.run("decode", "cut.pcapng").code == 3)
    }
  }

  @Test func `a broken file beside good ones is skipped and told`() throws {
    try Program.within { program in
      let good = try program.read(Program.capture("dns-zone-transfer/capture.pcapng"))
      try program.write("all/good.pcapng", good)
      try program.write("all/odd.pcap", "no capture, but long enough to be looked at")
      let run = try program.run("replay", "all", "--no-store", "--json")
      #expect(run.code == 3)
      #expect(run.notes.contains("all/odd.pcap"))
      #expect(run.output.contains("\"detection\":\"dns-reconnaissance\""))
    }
  }

  @Test func `an unsupported link type fails by its number`() throws {
    try Program.within { program in
      // pcap, little-endian, link type 147 (LINKTYPE_USER0), one packet of four octets.
      var bytes: [UInt8] = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]
      bytes += [0, 0, 4, 0, 147, 0, 0, 0]
      bytes += [0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4]
      try program.write("radio.pcap", Data(bytes))
      expectOneLine(
        try program.run("replay", "radio.pcap", "--no-store"), code: 1, "link type 147")
    }
  }

  @Test func `an unknown key in a workspace file is told with file, line and key`() throws {
    try Program.within { program in
      try program.write("Workspaces/alpine/workspace.yml", "name: alpine\nregion: eu\nregoin: us\n")
      let run = try program.run("replay", "x.pcap", "-w", "Workspaces/alpine")
      expectOneLine(run, code: 2, "Workspaces/alpine/workspace.yml:3: key 'regoin': unknown key")
    }
  }

  @Test func `a wrong type in a workspace file is told with file, line and key`() throws {
    try Program.within { program in
      try program.write(
        "Workspaces/alpine/workspace.yml", "name: alpine\nregion: eu\nretention: {days: long}\n")
      let run = try program.run("alerts", "-w", "Workspaces/alpine")
      expectOneLine(
        run, code: 2, "Workspaces/alpine/workspace.yml:3: key 'retention.days': must be a whole")
    }
  }

  @Test(arguments: [
    ("{oops", "bad.json: is not JSON"),
    (#"[{"id":"da1_1","title":"x","severity":"High","status":"New"}]"#, "'alertCreationTime' is"),
    (#"{"value":[{"id":"0a","computerDnsName":"ws03"}]}"#, "document 1: field 'lastSeen' is"),
  ])
  func `an endpoint document that is wrong leaves the database as it was`(
    _ text: String, _ words: String
  ) throws {
    try Program.within { program in
      try program.makeWorkspace()
      let good = #"{"id":"0a","computerDnsName":"ws03","lastSeen":"2026-11-21T00:00:00Z"}"#
      try program.write("good.json", good)
      #expect(try program.run("endpoint", "import", "good.json").code == 0)
      let before = try program.dump()
      try program.write("bad.json", text)
      let newer = good.replacing("0a", with: "0b")
      try program.write("newer.json", newer)
      let run = try program.run("endpoint", "import", "newer.json", "bad.json")
      expectOneLine(run, code: 1, words)
      #expect(try program.dump() == before)
    }
  }

  @Test func `a database of a newer version is refused and left as it is`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      let path = "Workspaces/alpine/crosswatch.sqlite"
      let capture = Program.capture("dns-zone-transfer")
      #expect(try program.run("replay", capture).code == 0)
      try DatabaseQueue(path: "\(program.folder)/\(path)").write {
        try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999-future')")
      }
      let before = try program.read(path)
      expectOneLine(try program.run("replay", capture), code: 1, "newer version of crosswatch")
      expectOneLine(try program.run("alerts"), code: 1, "9999-future")
      let after = try program.read(path)
      #expect(after == before)
    }
  }

  @Test func `a file that is no database is refused and left as it is`() throws {
    try Program.within { program in
      let letter = Data(String(repeating: "Dear Sir or Madam,\n", count: 100).utf8)
      try program.write("letter.txt", letter)
      let run = try program.run(
        "replay", Program.capture("dns-zone-transfer"), "--store", "letter.txt")
      expectOneLine(run, code: 1, "letter.txt: is not a Crosswatch database")
      let after = try program.read("letter.txt")
      #expect(after == letter)
    }
  }

  @Test func `a directory snapshot that is wrong leaves the old one`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      try program.write("Workspaces/alpine/directory.ldif", "dn: CN=x\nobjectClass: user\n")
      try program.write("bad.ldif", "dn: CN=x\nchangetype: delete\n")
      let run = try program.run("directory", "import", "bad.ldif")
      expectOneLine(run, code: 1, "bad.ldif: line 2: a change record")
      let kept = try program.read("Workspaces/alpine/directory.ldif")
      #expect(String(decoding: kept, as: UTF8.self).contains("objectClass"))
    }
  }

  @Test(arguments: [
    ["replay"], ["replay", "x", "--threads", "0"], ["replay", "x", "--fail-on", "worst"],
    ["replay", "x", "--store", "y", "--no-store"], ["decode"], ["nonsense"], ["profile"],
    ["decode", "x", "--protocol", "telnet"], ["detections", "describe", "nothing"],
    ["workspace", "integrate", "alpine", "edr"], ["workspace", "create", "A B"], ["alerts"],
  ])
  func `wrong usage or configuration ends with 2`(_ arguments: [String]) throws {
    try Program.within { program in
      let run = try program.run(all: arguments)
      #expect(run.code == 2, "\(arguments): \(run.notes)")
      #expect(!run.notes.isEmpty)
      #expect(run.output.isEmpty)
    }
  }

  private func expectOneLine(_ run: Program.Run, code: Int32, _ words: String) {
    #expect(run.code == code, "\(run.notes)")
    #expect(run.noteLines.count == 1, "\(run.notes)")
    #expect(run.notes.contains(words), "\(run.notes)")
    #expect(run.notes.hasPrefix("crosswatch: "))
    #expect(run.output.isEmpty)
  }
}
