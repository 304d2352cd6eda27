import Foundation
import Testing

@Suite struct `Questions` {
  @Test func `alerts are listed and shown, for people and programs`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      #expect(try program.run("replay", Program.capture("dcsync-from-workstation")).code == 0)
      let table = try program.run("alerts").output
      #expect(table.contains("dcsync"))
      let lines = try program.run("alerts", "--json").outputLines
      let object = try #require(try json(lines.first { $0.contains("\"dcsync\"") }))
      let id = try #require(object["id"] as? String)
      let page = try program.run("alerts", "show", id)
      #expect(page.output.contains("Next steps"))
      let again = try json(program.run("alerts", "show", id, "--json").outputLines.first)
      #expect(again?["id"] as? String == id)
      #expect(try program.run("alerts", "show", String(id.prefix(12))).code == 0)
      #expect(try program.run("alerts", "show", "al_nothing").code == 1)
    }
  }

  @Test func `a profile has an icon only while both sides are on`() throws {
    try Program.within { program in
      try program.makeAlpine()
      #expect(try program.run("replay", Program.capture("kerberoasting-rc4")).code == 0)
      #expect(try program.endpoint("ws02")["state"] as? String == "absent")
      #expect(try program.run("workspace", "integrate", "alpine", kind).code == 0)
      #expect(try program.endpoint("ws02")["state"] as? String == "absent")
      let documents = "\(Program.root)/Workspaces/alpine/endpoint"
      #expect(try program.run("endpoint", "import", documents).code == 0)
      let badge = try program.endpoint("ws02")
      #expect(badge["state"] as? String == "integrated")
      #expect((badge["count"] as? Int ?? 0) > 0)
      #expect((badge["link"] as? String)?.hasPrefix("https://") == true)
      #expect(try program.run("workspace", "remove-integration", "alpine", kind).code == 0)
      #expect(try program.endpoint("ws02")["state"] as? String == "absent")
    }
  }

  @Test func `R35, R42: a timeline has both sides, by time, for people and programs`() throws {
    try Program.within { program in
      try program.makeAlpine()
      #expect(try program.run("replay", Program.capture("kerberoasting-rc4")).code == 0)
      #expect(try program.run("workspace", "integrate", "alpine", kind).code == 0)
      let documents = "\(Program.root)/Workspaces/alpine/endpoint"
      #expect(try program.run("endpoint", "import", documents).code == 0)
      let lines = try program.run("timeline", "ws02", "--limit", "100000", "--json").outputLines
      let events = try lines.compactMap { try json($0) }
      let sides = Set(events.compactMap { $0["side"] as? String })
      #expect(sides == ["identity", "endpoint"])
      let times = events.compactMap { $0["time"] as? String }
      #expect(times.count == events.count && times == times.sorted())
      // R35: each piece of an endpoint alert's evidence is told.
      let endpoint = events.filter { $0["side"] as? String == "endpoint" }
      let evidence = endpoint.flatMap { $0["details"] as? [String] ?? [] }
      #expect(!evidence.isEmpty)
      let page = try program.run("timeline", "ws02").output
      #expect(page.contains("SIDE") && page.contains("endpoint"))
      let middle = try #require(times.dropFirst(times.count / 2).first)
      let part = try program.run("timeline", "ws02", "--from", middle, "--json").outputLines
      #expect(!part.isEmpty && part.count < lines.count)
      #expect(try program.run("timeline", "ws02", "--from", "yesterday").code == 2)
      #expect(try program.run("timeline", "nobody").code == 1)
    }
  }

  @Test func `R41: incidents tell what both sides saw as one story`() throws {
    try Program.within { program in
      try program.makeAlpine()
      #expect(try program.run("replay", Program.capture("kerberoasting-rc4")).code == 0)
      let alone = try program.run("incidents", "--json").outputLines
      #expect(alone.count == 1)
      #expect(!alone.joined().contains("\"endpoint\""))
      #expect(try program.run("workspace", "integrate", "alpine", kind).code == 0)
      let documents = "\(Program.root)/Workspaces/alpine/endpoint"
      #expect(try program.run("endpoint", "import", documents).code == 0)
      let both = try program.run("incidents", "--json").outputLines
      #expect(both.count == 1)
      let story = try #require(try json(both.first)?["story"] as? [[String: Any]])
      #expect(Set(story.compactMap { $0["side"] as? String }) == ["identity", "endpoint"])
      #expect(story.contains { !(($0["joinedBy"] as? [String]) ?? []).isEmpty })
      #expect(try program.run("incidents").output.contains("Story"))
    }
  }

  @Test func `importing documents twice changes no profile`() throws {
    try Program.within { program in
      try program.makeAlpine()
      #expect(try program.run("replay", Program.capture("kerberoasting-rc4")).code == 0)
      #expect(try program.run("workspace", "integrate", "alpine", kind).code == 0)
      let documents = "\(Program.root)/Workspaces/alpine/endpoint"
      var profiles: Set<String> = []
      for _ in 0..<2 {
        #expect(try program.run("endpoint", "import", documents).code == 0)
        profiles.insert(try program.run("profile", "ws02", "--json").output)
      }
      #expect(profiles.count == 1)
    }
  }

  @Test func `an unknown name is told`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      #expect(try program.run("replay", Program.capture("dns-zone-transfer")).code == 0)
      let run = try program.run("profile", "nobody-of-that-name")
      #expect(run.code == 1)
      #expect(run.notes.contains("nobody and nothing of that name"))
    }
  }

  @Test func `decode prints one object a line, of the protocols asked for`() throws {
    try Program.within { program in
      let run = try program.run(
        "decode", Program.capture("kerberoasting-rc4"), "--protocol", "kerberos")
      #expect(run.code == 0)
      #expect(run.outputLines.count > 10)
      for line in run.outputLines { #expect(try json(line)?["proto"] as? String == "kerberos") }
    }
  }

  @Test func `detections are listed and described`() throws {
    try Program.within { program in
      let table = try program.run("detections").output
      #expect(table.contains("kerberoasting"))
      #expect(try program.run("detections", "--json").outputLines.count >= 10)
      let page = try program.run("detections", "describe", "kerberoasting")
      #expect(page.output.contains("What it cannot see"))
    }
  }

  @Test func `a workspace is found by name, folder, variable, and as the primary one`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      #expect(try program.run("replay", Program.capture("dns-zone-transfer")).code == 0)
      let expected = try program.run("alerts", "--json").output
      #expect(!expected.isEmpty)
      #expect(try program.run("workspace", "unset-primary", "alpine").code == 0)
      #expect(try program.run("alerts", "--json").code == 2)
      #expect(try program.run("alerts", "--json", "-w", "alpine").output == expected)
      #expect(try program.run("alerts", "--json", "-w", "Workspaces/alpine/").output == expected)
      let variable = ["CROSSWATCH_WORKSPACE": "\(program.folder)/Workspaces/alpine"]
      #expect(try program.run("alerts", "--json", environment: variable).output == expected)
    }
  }

  @Test(arguments: [
    [], ["replay"], ["decode"], ["sensor"], ["alerts"], ["profile"], ["detections"],
    ["endpoint", "import"], ["directory", "import"], ["workspace", "integrate"],
  ])
  func `every command helps`(_ command: [String]) throws {
    try Program.within { program in
      let run = try program.run(all: command + ["--help"])
      #expect(run.code == 0)
      #expect(run.output.contains("USAGE"))
      #expect(run.notes.isEmpty)
    }
  }

  private let kind = "defender-for-endpoint"

  private func json(_ line: Substring?) throws -> [String: Any]? {
    guard let line else { return nil }
    return try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
  }
}

extension Program {
  /// Makes the lab's workspace with its directory, primary.
  func makeAlpine() throws {
    try makeWorkspace()
    let snapshot = "\(Program.root)/Workspaces/alpine/directory.ldif"
    #expect(try run("directory", "import", snapshot).code == 0)
  }

  /// The badge of a profile.
  fileprivate func endpoint(_ name: String) throws -> [String: Any] {
    let output = try run("profile", name, "--json").output
    let profile = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
    return profile?["endpoint"] as? [String: Any] ?? [:]
  }
}
