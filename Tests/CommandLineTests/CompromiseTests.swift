import Foundation
import Testing

/// The worked example of the seeds, played by the program as `.ci/demo-compromise` does.
@Suite struct `The worked example of a compromise` {
  private func play(_ body: (Program, [String: Any]) throws -> Void) throws {
    try Program.within { program in
      let folder = "\(program.folder)/Workspaces"
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: "\(Program.root)/Workspaces/compromise", toPath: "\(folder)/compromise")
      try? FileManager.default.removeItem(atPath: "\(folder)/compromise/crosswatch.sqlite")
      let workspace = ["-w", "Workspaces/compromise"]
      let imported = try program.run(
        all: ["endpoint", "import", "Workspaces/compromise/endpoint"] + workspace)
      #expect(imported.code == 0, "\(imported.notes)")
      let replayed = try program.run(
        all: ["replay", Program.capture("pass-the-ticket")] + workspace)
      #expect(replayed.code == 0, "\(replayed.notes)")
      let run = try program.run(
        all: ["devices", "access", "--device", "ws01", "--json"] + workspace)
      #expect(run.code == 0, "\(run.notes)")
      let report = try #require(
        try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
      try body(program, try #require((report["devices"] as? [[String: Any]])?.first))
    }
  }

  @Test func `R111: high risk, then non-compliant, then blocked`() throws {
    try play { program, device in
      #expect(device["risk"] as? String == "High")
      #expect(device["compliance"] as? String == "non-compliant")
      #expect(device["access"] as? String == "blocked")
      let all = try program.run("devices", "access", "--json", "-w", "Workspaces/compromise")
      #expect(all.output.contains(#""name":"ws02","user":"h.graf","risk":"Low""#))
      #expect(all.output.contains(#""access":"allowed""#))
    }
  }

  @Test func `R112, R171: the chain is told in order, from the attachment to the other devices`()
    throws
  {
    try play { _, device in
      let titles = try #require(device["endpointAlerts"] as? [String])
      let steps = ["attachment", "enabled", "escalation", "injected", "administrator", "copied"]
      #expect(titles.count == steps.count)
      for (title, step) in zip(titles, steps) { #expect(title.contains(step), "\(title)") }
      let others = try #require(device["otherDevices"] as? [[String: Any]])
      #expect(others.compactMap { $0["name"] as? String } == ["weber-laptop", "weber-phone"])
    }
  }

  @Test func `R148: the identity alert on the user's second device is joined to the first`() throws
  {
    try play { _, device in
      let others = try #require(device["otherDevices"] as? [[String: Any]])
      let alerts = try #require(others.first?["alerts"] as? [[String: Any]])
      #expect(alerts.first?["detection"] as? String == "pass-the-ticket")
      #expect((others.last?["alerts"] as? [Any])?.isEmpty == true)
    }
  }
}
