import Foundation
import Testing

/// The two switches, the errors, and the secrets.
@Suite struct `State of the endpoint integration` {
  @Test func `R14: our switch on and the peer's off is pending, both on is connected`()
    async throws
  {
    try await Program.withinWaiting { program in
      let emulator = try Emulator("--trouble", "switched-off", in: program)
      try program.makeAlpine()
      try program.connect("alpine", to: emulator.base)
      try program.refuse("endpoint", "sync", saying: "is not integrated")
      #expect(try await emulator.requests().isEmpty, "our switch is off: nothing is exchanged")
      try program.integrate()
      #expect(try program.status()["state"] as? String == "pending-peer")
      #expect(try program.run("endpoint", "sync").code == 1)
      #expect(try program.rows("endpoint_alerts") == 0)
      #expect(try program.status()["state"] as? String == "pending-peer")
      try await emulator.set(nil)
      #expect(try program.run("endpoint", "sync").code == 0)
      #expect(try program.status()["state"] as? String == "connected")
    }
  }

  @Test func `R15: a peer that is turned off is noticed within one poll, and said at the badge`()
    async throws
  {
    try await Program.withinWaiting { program in
      let emulator = try Emulator(in: program)
      try program.makeIntegrated(emulator)
      #expect(try program.run("replay", Program.capture("kerberoasting-rc4")).code == 0)
      #expect(try program.run("endpoint", "sync").code == 0)
      #expect(try program.badge("ws02")["state"] as? String == "integrated")
      try await emulator.set("switched-off")
      #expect(try program.run("endpoint", "sync").code == 1)
      #expect(try program.status()["state"] as? String == "peer-off")
      let reason = try program.badge("ws02")["reason"] as? String
      #expect(reason?.contains("badges are not refreshed") == true)
      // Ours off: nothing is asked any more, and the badge says since when.
      let asked = try await emulator.requests().count
      #expect(
        try program.done("workspace", "remove-integration", "alpine", "defender-for-endpoint"))
      try program.refuse("endpoint", "sync", saying: "is not integrated")
      #expect(try await emulator.requests().count == asked)
      let removed = try program.badge("ws02")["reason"] as? String
      #expect(removed?.hasPrefix("integration removed on 2") == true)
    }
  }

  @Test func `R16: the status shows the state and the time of the last success`() throws {
    try Program.within { program in
      let emulator = try Emulator(in: program)
      try program.makeIntegrated(emulator)
      #expect(try program.status()["lastSuccess"] == nil)
      #expect(try program.run("endpoint", "status").output.contains("last success"))
      #expect(try program.run("endpoint", "sync").code == 0)
      let first = try program.status()["lastSuccess"] as? String
      #expect(first?.hasSuffix("Z") == true)
      #expect(try program.run("endpoint", "sync").code == 0)
      #expect((try program.status()["lastSuccess"] as? String ?? "") > first ?? "9")
    }
  }

  @Test(arguments: [
    ("refused-secret", "token-rejected", "the token was rejected"),
    ("forbidden", "permission-missing", "a permission is missing"),
    ("throttled", "throttled", "asks for patience"),
    ("unknown-tenant", "wrong-tenant", "is of another tenant"),
    ("other-tenant", "wrong-tenant", "is of another tenant"),
    ("failing", "failing", "the other side fails"),
    ("malformed", "malformed", "is not understood"),
  ])
  func `R17: each error is told apart, in words, with since when`(
    _ trouble: String, _ name: String, _ words: String
  ) async throws {
    try await Program.withinWaiting { program in
      let emulator = try Emulator("--retry-after", "0", in: program)
      try program.makeIntegrated(emulator)
      #expect(try program.run("endpoint", "sync").code == 0)
      try await emulator.set(trouble)
      let run = try program.run("endpoint", "sync")
      #expect(run.code == 1)
      #expect(run.notes.contains(words) && run.noteLines.count == 1, "\(run.notes)")
      let status = try program.status()
      #expect(status["state"] as? String == "failed")
      #expect(status["error"] as? String == name)
      #expect((status["message"] as? String)?.contains(words) == true)
      let since = status["errorSince"] as? String
      #expect(since?.hasSuffix("Z") == true)
      #expect(status["lastSuccess"] != nil)
      // The same error again is as old as it was.
      #expect(try program.run("endpoint", "sync").code == 1)
      #expect(try program.status()["errorSince"] as? String == since)
      try await emulator.set(nil)
      #expect(try program.run("endpoint", "sync").code == 0)
      #expect(try program.status()["state"] as? String == "connected")
      #expect(try program.status()["error"] == nil)
    }
  }

  @Test func `R17: a peer that cannot be reached is said so`() throws {
    try Program.within { program in
      let emulator = try Emulator(in: program)
      try program.makeIntegrated(emulator)
      emulator.stop()
      let run = try program.run("endpoint", "sync")
      #expect(run.notes.contains("cannot be reached"))
      #expect(run.notes.contains("connection refused"), "\(run.notes)")
      #expect(try program.status()["error"] as? String == "unreachable")
    }
  }

  @Test func `R17: a permission that the token lacks is named`() throws {
    try Program.within { program in
      let emulator = try Emulator("--without", "Machine.Read.All", in: program)
      try program.makeIntegrated(emulator)
      let run = try program.run("endpoint", "sync")
      #expect(run.notes.contains("missing: Machine.Read.All"), "\(run.notes)")
      #expect(try program.status()["error"] as? String == "permission-missing")
    }
  }

  @Test func `R36: documents of another tenant are refused, and workspaces see their own only`()
    throws
  {
    try Program.within { program in
      try program.makeAlpine()
      let documents = "\(Program.root)/Workspaces/alpine/endpoint"
      let other = ["--tenant", "00000000-0000-4000-8000-000000000001"]
      #expect(
        try program.run(
          all: ["workspace", "integrate", "alpine", "defender-for-endpoint"] + other
        ).code == 0)
      try program.refuse(
        "endpoint", "import", "\(documents)/alerts.json", saying: "is of another tenant")
      #expect(try program.rows("endpoint_alerts") == 0)
      try program.made("lab")
      #expect(try program.done("endpoint", "import", documents, "-w", "lab"))
      #expect(try program.status("-w", "lab")["alerts"] as? Int == 8)
      #expect(try program.status("-w", "alpine")["alerts"] as? Int == 0)
      #expect(try program.run("endpoint", "users", "--json").output.isEmpty)
    }
  }

  @Test func `R70: the secret is in no output, log, database or file but its own`() async throws {
    try await Program.withinWaiting { program in
      let emulator = try Emulator("--retry-after", "0", in: program)
      try program.makeIntegrated(emulator)
      var said = ""
      for trouble in [nil, "refused-secret", "malformed", "revoked:1", "forbidden", "broken"] {
        try await emulator.set(trouble)
        let run = try program.run("endpoint", "sync")
        said += run.output + run.notes
      }
      for command in [
        ["endpoint", "status"], ["endpoint", "status", "--json"], ["workspace", "list", "--json"],
        ["workspace", "show", "alpine"], ["workspace", "show", "alpine", "--json"],
      ] {
        let run = try program.run(all: command)
        said += run.output + run.notes
      }
      said += try program.dump()
      #expect(said.contains("token was rejected"))
      let escaped = Emulator.secret.replacing("/", with: "\\/")
      let encoded = Data(Emulator.secret.utf8).base64EncodedString()
      for form in [Emulator.secret, escaped, encoded] { #expect(!said.contains(form)) }
      for file in try program.files() where !["emulator.secret", "secret.json"].contains(file) {
        let bytes = try program.read(file)
        #expect(bytes.range(of: Data(Emulator.secret.utf8)) == nil, "\(file)")
      }
    }
  }

  @Test(arguments: [0o644, 0o640, 0o604, 0o666])
  func `R70: a secret file that others may read is refused, when it is named and when it is used`(
    _ mode: Int
  ) throws {
    try Program.within { program in
      let emulator = try Emulator(in: program)
      try program.makeIntegrated(emulator)
      try program.writeSecret(mode: mode)
      try program.refuse("endpoint", "sync", saying: "others may read this secret file")
      try program.refuse(
        "workspace", "integrate", "alpine", "defender-for-endpoint", "--secret-file",
        "secret.json", saying: "chmod 600")
    }
  }

  @Test func `R70: a secret goes over HTTPS only, but to this machine`() throws {
    try Program.within { program in
      let emulator = try Emulator(in: program)
      try program.makeIntegrated(emulator)
      try program.connect("alpine", to: "http://endpoint.example")
      try program.refuse("endpoint", "sync", saying: "must begin with https")
    }
  }

  @Test func `R70: what a secret file holds is not quoted where it is misshapen`() throws {
    try Program.within { program in
      let emulator = try Emulator(in: program)
      try program.makeIntegrated(emulator)
      for text in [Emulator.secret, "{\"clientSecret\":\"\(Emulator.secret)\"}", ""] {
        try program.write("secret.json", text)
        let path = "\(program.folder)/secret.json"
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let run = try program.run("endpoint", "sync")
        #expect(run.code == 2)
        #expect(!run.notes.contains("s3cr3t"), "\(run.notes)")
      }
    }
  }
}

extension Program {
  /// Every file below the folder.
  fileprivate func files() throws -> [String] {
    let paths = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return paths.filter { !FileManager.default.fileExists(atPath: "\(folder)/\($0)/.") }
  }
}
