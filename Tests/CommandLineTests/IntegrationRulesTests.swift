import Foundation
import Testing

@Suite struct `Rules of workspaces and integrations` {
  private let kind = "defender-for-endpoint"
  private let kinds = [
    "defender-for-endpoint", "intune", "configuration-manager", "office-365-atp",
    "azure-security-center", "cloud-app-security", "skype-for-business", "siem", "vpn",
  ]

  @Test func `R2: only a primary workspace can be integrated, and a refusal stores nothing`()
    throws
  {
    try Program.within { program in
      try program.made("alpine")
      try program.refuse("workspace", "integrate", "alpine", kind, saying: "must be primary")
      #expect(!program.exists("Workspaces/alpine/crosswatch.sqlite"))
      #expect(try program.done("workspace", "set-primary", "alpine"))
      #expect(try program.done("workspace", "integrate", "alpine", kind))
    }
  }

  @Test func `R3: a second primary workspace is refused, also when many ask at once`() async throws
  {
    try await Program.withinWaiting { program in
      let names = (0..<6).map { "w\($0)" }
      for name in names { try program.made(name) }
      for _ in 0..<3 {
        let codes = try await withThrowingTaskGroup(of: Int32.self) { group in
          for name in names {
            group.addTask { try program.run("workspace", "set-primary", name).code }
          }
          return try await group.reduce(into: [Int32]()) { $0.append($1) }
        }
        #expect(codes.count { $0 == 0 } == 1)
        let primaries = try program.run("workspace", "list", "--json").outputLines
          .filter { $0.contains("\"primary\":true") }
        #expect(primaries.count == 1)
        let winner = String(decoding: try program.read("Workspaces/primary"), as: UTF8.self)
        #expect(try program.done("workspace", "unset-primary", String(winner.dropLast())))
      }
    }
  }

  @Test func `R4, R52: every kind of integration exists, for the primary workspace only`() throws {
    try Program.within { program in
      try program.made("alpine")
      try program.made("lab")
      #expect(try program.done("workspace", "set-primary", "alpine"))
      for kind in kinds {
        try program.refuse("workspace", "integrate", "lab", kind, saying: "must be primary")
        #expect(try program.done("workspace", "integrate", "alpine", kind), "\(kind)")
      }
      let shown = try program.object(program.run("workspace", "show", "alpine", "--json").output)
      let on = shown["integrations"] as? [[String: Any]] ?? []
      #expect(Set(on.compactMap { $0["kind"] as? String }) == Set(kinds))
      try program.refuse("workspace", "unset-primary", "alpine", saying: "remove the integration")
      for kind in kinds {
        #expect(try program.done("workspace", "remove-integration", "alpine", kind), "\(kind)")
      }
      #expect(try program.done("workspace", "unset-primary", "alpine"))
    }
  }

  @Test func `R5: the primary mark is kept while an integration is on`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      #expect(try program.done("workspace", "integrate", "alpine", kind))
      try program.refuse(
        "workspace", "unset-primary", "alpine", saying: "remove the integration first")
      #expect(try program.text("Workspaces/primary") == "alpine\n")
      #expect(try program.done("workspace", "remove-integration", "alpine", kind))
      #expect(try program.done("workspace", "unset-primary", "alpine"))
      #expect(!program.exists("Workspaces/primary"))
    }
  }

  @Test func `R6: remove, un-prime, prime another, integrate: the integration names the new one`()
    throws
  {
    try Program.within { program in
      try program.makeWorkspace()
      try program.made("lab")
      #expect(try program.done("workspace", "integrate", "alpine", kind))
      #expect(try program.done("workspace", "remove-integration", "alpine", kind))
      #expect(try program.done("workspace", "unset-primary", "alpine"))
      #expect(try program.done("workspace", "set-primary", "lab"))
      #expect(try program.done("workspace", "integrate", "lab", kind))
      #expect(try program.status()["integratedWorkspace"] as? String == "lab")
      #expect(try program.status("-w", "alpine")["state"] as? String == "off")
    }
  }

  @Test func `R7: a primary or integrated workspace cannot be deleted`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      #expect(try program.done("workspace", "integrate", "alpine", kind))
      try program.refuse("workspace", "delete", "alpine", saying: "remove the integration first")
      #expect(try program.done("workspace", "remove-integration", "alpine", kind))
      try program.refuse("workspace", "delete", "alpine", saying: "unset it as primary first")
      #expect(program.exists("Workspaces/alpine/workspace.yml"))
      #expect(try program.done("workspace", "unset-primary", "alpine"))
      #expect(try program.done("workspace", "delete", "alpine"))
      #expect(!program.exists("Workspaces/alpine"))
    }
  }

  @Test func `R9: the region of the creation stays`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      #expect(try program.done("workspace", "integrate", "alpine", kind))
      let file = "Workspaces/alpine/workspace.yml"
      try program.write(file, program.text(file).replacing("region: eu", with: "region: us"))
      try program.refuse(
        "workspace", "remove-integration", "alpine", kind,
        saying: "the region of workspace 'alpine' is 'eu' since its creation")
      try program.refuse("workspace", "create", "lab", "--region", "", saying: "region")
    }
  }

  @Test func `R10: a second forest is refused where one is covered, and accepted by default`()
    throws
  {
    try Program.within { program in
      try program.makeWorkspace()
      let file = "Workspaces/alpine/workspace.yml"
      let text = try program.text(file)
      let domains = "domains: [{dns: alpine.test}, {dns: sub.alpine.test}, {dns: other.test}]"
      let two = text.replacing("domains: []", with: domains)
      try program.write(file, two)
      #expect(try program.run("workspace", "show", "alpine").code == 0)
      try program.write(file, two + "forests: one\n")
      let refused = try program.run("workspace", "show", "alpine")
      #expect(refused.code == 2)
      #expect(refused.notes.contains("'other.test' is a second forest"))
      // The file can say that two trees are one forest.
      let joined = domains.replacing(
        "{dns: other.test}", with: "{dns: other.test, forest: alpine.test}")
      try program.write(file, text.replacing("domains: []", with: joined) + "forests: one\n")
      #expect(try program.run("workspace", "show", "alpine").code == 0)
    }
  }

  @Test(arguments: ["endpoint", "identity"])
  func `R11: the licence of each side is needed, and the missing one is named`(_ side: String)
    throws
  {
    try Program.within { program in
      try program.makeWorkspace()
      let file = "Workspaces/alpine/workspace.yml"
      try program.write(file, program.text(file).replacing("\(side): true", with: "\(side): false"))
      try program.refuse(
        "workspace", "integrate", "alpine", kind, saying: "\(side) licence missing")
      let source = try program.dataSource()
      #expect(source["offered"] as? Bool == false)
      #expect(source["reason"] as? String == "\(side) licence missing")
      #expect(try program.status()["state"] as? String == "unavailable")
    }
  }

  @Test func `R12: the data source is offered after onboarding, and not before`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      try program.importDevice("CanBeOnboarded", seen: "2026-11-01T00:00:00Z")
      #expect(try program.dataSource()["offered"] as? Bool == false)
      try program.refuse(
        "workspace", "integrate", "alpine", kind, saying: "onboarding is not completed")
      try program.importDevice("onboarded", seen: "2026-11-02T00:00:00Z")
      #expect(try program.dataSource()["offered"] as? Bool == true)
      #expect(try program.done("workspace", "integrate", "alpine", kind))
    }
  }

  @Test func `R13: the switches stand on the primary workspace and on no other`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      try program.made("lab")
      #expect(try program.done("workspace", "integrate", "alpine", kind))
      let primary = try program.object(program.run("workspace", "show", "alpine", "--json").output)
      let switches = primary["switches"] as? [[String: Any]] ?? []
      #expect(switches.count == kinds.count)
      let own = switches.first { $0["kind"] as? String == kind }
      #expect(own?["on"] as? Bool == true)
      let other = try program.object(program.run("workspace", "show", "lab", "--json").output)
      #expect(other["switches"] == nil)
    }
  }

  @Test func `R18: the status names the integrated workspace, from wherever it is asked`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      try program.made("lab")
      #expect(try program.status("-w", "lab")["integratedWorkspace"] == nil)
      #expect(try program.done("workspace", "integrate", "alpine", kind))
      #expect(try program.status("-w", "lab")["integratedWorkspace"] as? String == "alpine")
      #expect(try program.status()["integratedWorkspace"] as? String == "alpine")
      #expect(try program.run("endpoint", "status", "-w", "lab").output.contains("alpine"))
    }
  }
}

extension Program {
  func made(_ name: String) throws {
    #expect(try run("workspace", "create", name).code == 0)
  }

  /// Whether a command succeeded.
  func done(_ arguments: String...) throws -> Bool { try run(all: arguments).code == 0 }

  func text(_ path: String) throws -> String { String(decoding: try read(path), as: UTF8.self) }

  fileprivate func dataSource() throws -> [String: Any] {
    let shown = try object(run("workspace", "show", "alpine", "--json").output)
    return (shown["dataSources"] as? [[String: Any]])?.first ?? [:]
  }

  fileprivate func importDevice(_ onboarding: String, seen: String) throws {
    try write(
      "machine.json",
      """
      {"id":"aaaabbbbccccddddeeeeffff0000111122223333","computerDnsName":"ws01.alpine.test",
       "lastSeen":"\(seen)","onboardingStatus":"\(onboarding)","healthStatus":"Active"}
      """)
    #expect(try run("endpoint", "import", "machine.json").code == 0)
  }
}
