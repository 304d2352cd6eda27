import Foundation
import Testing

/// A process is killed at any moment of a change, and another changes at once.
@Suite struct `Changes of workspaces that are interrupted` {
  private let kind = "defender-for-endpoint"

  @Test func `R3, R5, R7: a process killed at any moment leaves a state that the rules allow`()
    throws
  {
    try Program.within { program in
      let changes: [[String]] = [
        ["create", "alpine", "--primary"], ["create", "lab"], ["integrate", "alpine", kind],
        ["remove-integration", "alpine", kind], ["unset-primary", "alpine"],
        ["set-primary", "lab"], ["unset-primary", "lab"], ["delete", "alpine"], ["delete", "lab"],
      ]
      for round in 0..<6 {
        for (place, change) in changes.enumerated() {
          let running = try program.start(["workspace"] + change)
          usleep(UInt32((round * 7 + place * 3) % 40) * 1000)
          _ = running.end(SIGKILL)
          try checkRules(program)
          // The same change again, to its end: done now, or refused because it was done before.
          let again = try program.run(all: ["workspace"] + change)
          #expect(again.code == 0 || again.code == 1, "\(change): \(again.notes)")
          try checkRules(program)
        }
        #expect(try program.run("workspace", "list", "--json").outputLines.isEmpty)
      }
    }
  }

  @Test func `R2, R4, R5: un-priming and integrating at once never both succeed`() async throws {
    try await Program.withinWaiting { program in
      try program.makeWorkspace()
      for _ in 0..<8 {
        async let integrated = wait(for: program, ["integrate", "alpine", kind])
        async let unset = wait(for: program, ["unset-primary", "alpine"])
        let codes = try await (integrated, unset)
        #expect([codes.0, codes.1].count { $0 == 0 } == 1, "\(codes)")
        try checkRules(program)
        if codes.0 == 0 {
          #expect(try program.done("workspace", "remove-integration", "alpine", kind))
        } else {
          #expect(try program.done("workspace", "set-primary", "alpine"))
        }
      }
    }
  }

  @Test func `R15: an import at the moment of removal does not switch the integration on again`()
    async throws
  {
    try await Program.withinWaiting { program in
      try program.makeWorkspace()
      let documents = "\(Program.root)/Workspaces/alpine/endpoint"
      for _ in 0..<6 {
        #expect(try program.done("workspace", "integrate", "alpine", kind))
        async let imported = Task { try program.run("endpoint", "import", documents).code }.value
        async let removed = wait(for: program, ["remove-integration", "alpine", kind])
        let codes = try await (imported, removed)
        #expect(codes == (0, 0))
        #expect(try program.status()["state"] as? String == "off")
      }
    }
  }

  private func wait(for program: Program, _ arguments: [String]) async throws -> Int32 {
    try await Task.detached { try program.run(all: ["workspace"] + arguments).code }.value
  }

  /// What must hold at any moment: commands work, there is at most one primary, and it exists as what
  /// it says; only a primary one is integrated; nothing is half deleted.
  private func checkRules(_ program: Program) throws {
    let list = try program.run("workspace", "list", "--json")
    #expect(list.code == 0, "\(list.notes)")
    let primaries = list.outputLines.filter { $0.contains("\"primary\":true") }
    #expect(primaries.count <= 1)
    for line in list.outputLines where !line.contains("\"primary\":true") {
      let shown = try program.object(String(line))
      let integrations = shown["integrations"] as? [[String: Any]] ?? []
      #expect(integrations.allSatisfy { $0["state"] as? String == "off" }, "\(line)")
    }
    if program.exists("Workspaces/primary") {
      let name = try program.text("Workspaces/primary").dropLast()
      #expect(["alpine", "lab"].contains(String(name)))
      #expect(program.exists("Workspaces/\(name)/workspace.yml"))
    }
    for name in ["alpine", "lab"] where program.exists("Workspaces/\(name)/crosswatch.sqlite") {
      #expect(program.exists("Workspaces/\(name)/workspace.yml"), "half deleted")
    }
  }
}
