import Foundation
import Testing

@Suite struct `Directory snapshots` {
  @Test func `a later one puts what changed on the timeline, with time and source`() throws {
    try Program.within { program in
      try program.makeAlpine()
      #expect(try program.run("replay", Program.capture("kerberoasting-rc4")).code == 0)
      let path = "\(Program.root)/Workspaces/alpine/directory.ldif"
      let text = String(decoding: try program.read(path), as: UTF8.self)
      let flagged = text.replacing(
        "mail: h.graf@alpine.test\npwdLastSet: 134397038076027160\nuserAccountControl: 512",
        with:
          "mail: h.graf@alpine.test\npwdLastSet: 134397038076027160\nuserAccountControl: 4194816")
      try #require(flagged != text)
      try program.write("later.ldif", flagged)
      let run = try program.run("directory", "import", "later.ldif")
      #expect(run.notes.contains("1 change against what was known"), "\(run.notes)")
      let listed = try program.run("directory", "changes", "h.graf").output
      #expect(listed.contains("h.graf: flag DONT_REQUIRE_PREAUTH was set"))
      let timeline = try program.run("timeline", "h.graf", "--json").outputLines
      let change = try timeline.map { try Program.object($0) }.first {
        $0["kind"] as? String == "directory-change"
      }
      #expect(change?["side"] as? String == "directory")
      #expect(change?["summary"] as? String == "h.graf: flag DONT_REQUIRE_PREAUTH was set")
      #expect((change?["details"] as? [String])?.first == "read from later.ldif")
      #expect(
        try program.run("directory", "import", "later.ldif").notes.contains("change") == false)
    }
  }

  @Test func `without a directory in the workspace's file, sync says what is missing`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      let run = try program.run("directory", "sync")
      #expect(run.code == 2)
      #expect(run.notes.contains("workspace.yml: key 'directory': is missing"), "\(run.notes)")
      let status = try program.run("directory", "status", "--json").outputLines.first
      let object = try Program.object(status)
      #expect(object["origin"] as? String == "none")
    }
  }
}
