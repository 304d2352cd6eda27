import Foundation
import Testing

/// The program against the emulator of the endpoint API, which is a real server.
@Suite struct `Fetching from the endpoint side` {
  @Test func `fetches page by page, an empty page among them, and twice changes nothing`() throws {
    try Program.within { program in
      let emulator = try Emulator("--page-size", "7", "--extra-alerts", "40", in: program)
      try program.makeIntegrated(emulator)
      let run = try program.run("endpoint", "sync")
      #expect(run.code == 0, "\(run.notes)")
      #expect(run.notes.contains("Fetched 44 alerts and 3 devices"))
      #expect(try program.rows("endpoint_alerts") == 44)
      #expect(try program.rows("devices") == 3)
      let first = try program.dump().replacing(/(?m)^.*integrations.*$/, with: "")
      #expect(first.contains("processCommandLine"), "evidence came with the alerts")
      #expect(try program.run("endpoint", "sync").code == 0)
      #expect(try program.documents() == first.documentRows)
    }
  }

  @Test func `asks the second time for what was updated since, and no more`() async throws {
    try await Program.withinWaiting { program in
      let emulator = try Emulator("--extra-alerts", "40", in: program)
      try program.makeIntegrated(emulator)
      #expect(try program.run("endpoint", "sync").code == 0)
      let again = try program.run("endpoint", "sync")
      #expect(again.notes.contains("Fetched 6 alerts"), "those of the last five minutes")
      let requests = try await emulator.requests().filter { $0.contains("/api/alerts") }
      #expect(requests.first?.contains("$filter") == false)
      #expect(requests.last?.contains("lastUpdateTime%20ge%20") == true)
      #expect(requests.allSatisfy { $0.contains("$expand=evidence") })
    }
  }

  @Test func `goes on where it was interrupted`() async throws {
    try await Program.withinWaiting { program in
      // The fifth answer asks for more patience than there is.
      let emulator = try Emulator(
        "--page-size", "5", "--extra-alerts", "60", "--retry-after", "600", "--trouble",
        "throttled@4", in: program)
      try program.makeIntegrated(emulator)
      #expect(try program.run("endpoint", "sync").code == 1)
      #expect(try program.rows("endpoint_alerts") == 15, "what came before is kept")
      #expect(try program.status()["error"] as? String == "throttled")
      try await emulator.set(nil)
      #expect(try program.run("endpoint", "sync").code == 0)
      #expect(try program.rows("endpoint_alerts") == 64)
      let firsts = try await emulator.requests().filter {
        $0.hasPrefix("GET /api/alerts?$expand=evidence")
      }
      #expect(firsts.count == 1, "it began anew")
    }
  }

  @Test func `goes on after it was killed, and ends with all documents`() async throws {
    try await Program.withinWaiting { program in
      let emulator = try Emulator("--page-size", "2", "--extra-alerts", "300", in: program)
      try program.makeIntegrated(emulator)
      for round in 0..<5 {
        let running = try program.start(["endpoint", "sync"])
        usleep(UInt32(20 + round * 17) * 1000)
        _ = running.end(SIGKILL)
      }
      #expect(try program.run("endpoint", "sync").code == 0)
      #expect(try program.rows("endpoint_alerts") == 304)
      #expect(try program.rows("devices") == 3)
    }
  }

  @Test(arguments: ["throttled:2", "failing:2", "broken:2", "revoked:1"])
  func `tries again what fails for a moment`(_ trouble: String) throws {
    try Program.within { program in
      let emulator = try Emulator("--retry-after", "0", "--trouble", trouble, in: program)
      try program.makeIntegrated(emulator)
      let run = try program.run("endpoint", "sync")
      #expect(run.code == 0, "\(run.notes)")
      #expect(try program.status()["state"] as? String == "connected")
      #expect(try program.rows("endpoint_alerts") == 4)
    }
  }

  @Test func `takes no machines for none, and passes over a document that means nothing`() throws {
    try Program.within { program in
      let alert = """
        {"id":"da1_1","title":"T","severity":"Low","status":"New",
         "alertCreationTime":"2026-11-21T01:00:00Z","machineId":"m1","unheardOf":{"x":[1,2.5,true]}}
        """
      try program.write("data/alerts.json", "{\"value\":[\(alert),{\"id\":\"da2_2\"}]}")
      let emulator = try Emulator("--data", "\(program.folder)/data", in: program)
      try program.makeIntegrated(emulator)
      let run = try program.run("endpoint", "sync")
      #expect(run.code == 3, "\(run.notes)")
      #expect(run.notes.contains("document 1: field 'title' is missing"))
      #expect(try program.rows("endpoint_alerts") == 1)
      #expect(try program.dump().contains("unheardOf"), "unknown keys are kept")
      #expect(try program.status()["state"] as? String == "connected")
    }
  }

  @Test func `trusts the authorities it is told to, and no others, over HTTPS`() throws {
    try Program.within { program in
      let pair = ["-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-nodes"]
      let names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
      try program.tool(["openssl", "req", "-x509", "-newkey", "rsa:2048"] + pair + names)
      let emulator = try Emulator(
        "--host", "localhost", "--certificate", "\(program.folder)/cert.pem", "--key",
        "\(program.folder)/key.pem", in: program)
      #expect(emulator.base.hasPrefix("https://localhost:"))
      try program.makeIntegrated(emulator)
      let refused = try program.run("endpoint", "sync")
      #expect(refused.code == 1)
      #expect(refused.notes.contains("certificate is not trusted"), "\(refused.notes)")
      try program.connect(
        "alpine", to: emulator.base, ", certificates: '\(program.folder)/cert.pem'")
      let run = try program.run("endpoint", "sync")
      #expect(run.code == 0, "\(run.notes)")
    }
  }

  @Test func `reads Graph's alerts behind the same interface`() throws {
    try Program.within { program in
      let emulator = try Emulator("--page-size", "3", "--extra-alerts", "5", in: program)
      try program.makeIntegrated(emulator, ", source: graph")
      let run = try program.run("endpoint", "sync")
      #expect(run.code == 0, "\(run.notes)")
      #expect(try program.rows("endpoint_alerts") == 9)
      #expect(try program.rows("devices") == 3, "devices of the evidence")
      #expect(try program.status()["openAlerts"] as? Int == 4)
      #expect(try program.dump().contains("microsoft.graph.security.deviceEvidence"))
    }
  }

  @Test func `reads a watched folder, a file when it changes`() throws {
    try Program.within { program in
      try program.makeAlpine()
      try program.connect("alpine", to: "https://127.0.0.1:1", ", source: folder, folder: drop")
      let documents = "\(Program.root)/Workspaces/alpine/endpoint"
      let drop = "Workspaces/alpine/drop"
      try program.write("\(drop)/alerts.json", program.read("\(documents)/alerts.json"))
      try program.write("\(drop)/.half.json", "{")
      #expect(try program.done("workspace", "integrate", "alpine", "defender-for-endpoint"))
      #expect(try program.run("endpoint", "sync").notes.contains("Fetched 8 alerts and 0 devices"))
      #expect(try program.run("endpoint", "sync").notes.contains("Fetched 0 alerts and 0 devices"))
      try program.write("\(drop)/machines.json", program.read("\(documents)/machines.json"))
      try program.write("\(drop)/zz.json", "{")
      let run = try program.run("endpoint", "sync")
      #expect(run.code == 3)
      #expect(run.notes.contains("Fetched 0 alerts and 7 devices"))
      #expect(run.notes.contains("zz.json: is not JSON"), "\(run.notes)")
    }
  }

  @Test func `reads documents of another shape by a mapping`() throws {
    try Program.within { program in
      try program.makeAlpine()
      try program.connect(
        "alpine", to: "https://127.0.0.1:1", ", source: folder, folder: drop, mapping: map.json")
      try program.write("Workspaces/alpine/map.json", otherShape)
      try program.write(
        "Workspaces/alpine/drop/hits.json",
        """
        {"hits":{"hits":[{"_id":"x1","_source":{"@timestamp":"2026-11-21T02:00:00Z",
          "rule":{"name":"Odd login"},"event":{"severity":73},"host":{"id":"h1","name":"ws02"},
          "user.name":"h.graf","user":{"domain":"ALPINE"}}}]}}
        """)
      #expect(try program.done("workspace", "integrate", "alpine", "defender-for-endpoint"))
      let run = try program.run("endpoint", "sync")
      #expect(run.code == 0, "\(run.notes)")
      #expect(run.notes.contains("Fetched 1 alerts"))
      let users = try program.run("endpoint", "users", "--json").output
      #expect(users.contains("\"name\":\"h.graf\"") && users.contains("\"kind\":\"directory\""))
      #expect(try program.dump().contains("High"), "73 is High")
      try program.write("Workspaces/alpine/map.json", "{\"alert\":{\"idd\":\"_id\"}}")
      let wrong = try program.run("endpoint", "sync")
      #expect(wrong.code == 1 || wrong.code == 2)
      #expect(wrong.notes.contains("field 'idd' is unknown"))
    }
  }

  private let otherShape = """
    {"documents":"hits.hits","alert":{"id":"_id","title":"_source.rule.name",
     "alertCreationTime":"_source.@timestamp","status":{"value":"New"},
     "severity":{"field":"_source.event.severity","values":{"73":"High"},"else":"Low"},
     "machineId":"_source.host.id","computerDnsName":"_source.host.name",
     "userName":"_source.user.name","userDomain":"_source.user.domain"}}
    """
}

extension Program {
  /// The rows of the endpoint side's tables.
  func documents() throws -> [Substring] { try dump().documentRows }

  /// Runs another program.
  fileprivate func tool(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}

extension String {
  /// Rows that hold a document.
  fileprivate var documentRows: [Substring] {
    split(separator: "\n").filter { $0.contains("json:\"{") }
  }
}
