import Foundation
import Testing

@Suite struct `Workspace commands` {
  private let kind = "defender-for-endpoint"

  @Test func `move the primary mark in the order of the rules`() throws {
    try Program.within { program in
      for name in ["alpine", "lab"] {
        #expect(try program.run("workspace", "create", name, "--region", "eu").code == 0)
      }
      refuse(try program.run("workspace", "integrate", "alpine", kind), "must be primary")
      #expect(try program.run("workspace", "set-primary", "alpine").code == 0)
      refuse(try program.run("workspace", "set-primary", "lab"), "'alpine' is; unset it first")
      #expect(try program.run("workspace", "integrate", "alpine", kind).code == 0)
      refuse(try program.run("workspace", "integrate", "lab", kind), "must be primary")
      refuse(try program.run("workspace", "unset-primary", "alpine"), "remove the integration")
      refuse(try program.run("workspace", "delete", "alpine"), "remove the integration")
      #expect(try program.run("workspace", "remove-integration", "alpine", kind).code == 0)
      refuse(try program.run("workspace", "delete", "alpine"), "unset it as primary first")
      #expect(try program.run("workspace", "unset-primary", "alpine").code == 0)
      #expect(try program.run("workspace", "set-primary", "lab").code == 0)
      #expect(try program.run("workspace", "integrate", "lab", kind).code == 0)
      #expect(try program.run("workspace", "delete", "alpine").code == 0)
      #expect(!program.exists("Workspaces/alpine"))
      let mark = try program.read("Workspaces/primary")
      #expect(String(decoding: mark, as: UTF8.self) == "lab\n")
    }
  }

  @Test func `never leave two primaries, whoever asks at once`() async throws {
    let folder = NSTemporaryDirectory() + "crosswatch-race-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let program = Program(folder: folder)
    let names = (0..<6).map { "w\($0)" }
    for name in names { #expect(try program.run("workspace", "create", name).code == 0) }
    let codes = try await withThrowingTaskGroup(of: Int32.self) { group in
      for name in names {
        group.addTask { try program.run("workspace", "set-primary", name).code }
      }
      return try await group.reduce(into: [Int32]()) { $0.append($1) }
    }
    #expect(codes.count { $0 == 0 } == 1)
    #expect(codes.count { $0 == 1 } == names.count - 1)
  }

  @Test func `refuse a region that was changed after the creation`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      let capture = Program.capture("dns-zone-transfer")
      #expect(try program.run("replay", capture).code == 0)
      let file = "Workspaces/alpine/workspace.yml"
      let text = String(decoding: try program.read(file), as: UTF8.self)
      try program.write(file, text.replacing("region: eu", with: "region: us"))
      let run = try program.run("replay", capture)
      #expect(run.code == 2)
      #expect(run.notes.contains("the region of workspace 'alpine' is 'eu' since its creation"))
    }
  }

  @Test func `list and show, for people and programs`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      #expect(try program.run("workspace", "integrate", "alpine", kind).code == 0)
      let table = try program.run("workspace", "list").output
      #expect(table.contains("alpine") && table.contains("pending-peer"))
      let page = try program.run("workspace", "show", "alpine").output
      #expect(page.contains("Integrations"))
      let json = try program.run("workspace", "show", "alpine", "--json").output
      let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
      #expect(object?["primary"] as? Bool == true)
      let status = try program.run("endpoint", "status", "--json").output
      #expect(status.contains("\"workspace\":\"alpine\""))
      #expect(status.contains("\"state\":\"pending-peer\""))
    }
  }

  @Test func `need the licences of both sides (R11)`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      let file = "Workspaces/alpine/workspace.yml"
      let text = String(decoding: try program.read(file), as: UTF8.self)
      try program.write(file, text.replacing("endpoint: true", with: "endpoint: false"))
      refuse(try program.run("workspace", "integrate", "alpine", kind), "endpoint licence missing")
      let status = try program.run("endpoint", "status").output
      #expect(status.contains("endpoint licence missing"))
    }
  }

  private func refuse(_ run: Program.Run, _ words: String) {
    #expect(run.code == 1, "\(run.notes)")
    #expect(run.notes.contains(words), "\(run.notes)")
    #expect(run.noteLines.count == 1)
  }
}
