import Testing
import Workspaces

@Suite struct `Primary workspace` {
  private let none = Primacy()
  private let alpine = Primacy(primary: "alpine")
  private let integrated = Primacy(
    primary: "alpine", integrations: ["alpine": [.defenderForEndpoint]])

  @Test func `is set where there was none`() throws {
    #expect(try PrimaryRule.settingPrimary("alpine", in: none) == alpine)
  }

  @Test func `is set twice without change`() throws {
    #expect(try PrimaryRule.settingPrimary("alpine", in: integrated) == integrated)
  }

  @Test func `is never a second one (R3)`() {
    let error = #expect(throws: RuleViolation.self) {
      try PrimaryRule.settingPrimary("lab", in: alpine)
    }
    #expect(error?.rule == "R3")
    #expect(error?.reason.contains("'alpine' is; unset it first") == true)
  }

  @Test func `demands removal of the other's integration by name (R3)`() {
    let error = #expect(throws: RuleViolation.self) {
      try PrimaryRule.settingPrimary("lab", in: integrated)
    }
    #expect(error?.reason.contains("remove its integration (defender-for-endpoint)") == true)
  }

  @Test func `is unset only without integration (R5)`() throws {
    let error = #expect(throws: RuleViolation.self) {
      try PrimaryRule.unsettingPrimary("alpine", in: integrated)
    }
    #expect(error?.reason.contains("remove the integration first") == true)
    #expect(try PrimaryRule.unsettingPrimary("alpine", in: alpine) == none)
  }

  @Test func `moves in four steps (R6)`() throws {
    var lab = Workspace(name: "lab", region: "eu")
    lab.licences = Workspace.Licences(identity: true, endpoint: true)
    var now = try IntegrationRule.removing(.defenderForEndpoint, from: "alpine", in: integrated)
    now = try PrimaryRule.unsettingPrimary("alpine", in: now)
    now = try PrimaryRule.settingPrimary("lab", in: now)
    now = try IntegrationRule.integrating(
      .defenderForEndpoint, with: lab, primacy: now, isOnboarded: true)
    #expect(now.primary == "lab")
    #expect(now.integrations(of: "lab") == [.defenderForEndpoint])
    #expect(now.integrations(of: "alpine").isEmpty)
  }

  @Test func `is not deleted while integrated or primary (R7)`() throws {
    #expect(throws: RuleViolation.self) { try PrimaryRule.deleting("alpine", in: integrated) }
    #expect(throws: RuleViolation.self) { try PrimaryRule.deleting("alpine", in: alpine) }
    #expect(try PrimaryRule.deleting("alpine", in: none) == none)
  }

  @Test func `keeps the region it was created with (R9)`() throws {
    try PrimaryRule.keepsRegion(of: "alpine", created: "eu", now: "eu")
    let error = #expect(throws: RuleViolation.self) {
      try PrimaryRule.keepsRegion(of: "alpine", created: "eu", now: "us")
    }
    #expect(error?.rule == "R9")
  }

  @Test(arguments: [
    "", "Alpine", "a b", "../x", "-x", "primary", String(repeating: "a", count: 64),
  ])
  func `has no name that a folder or a URL cannot carry`(_ name: String) {
    #expect(WorkspaceName.objection(to: name) != nil)
  }

  @Test(arguments: ["alpine", "lab-2", "0"]) func `has a plain name`(_ name: String) {
    #expect(WorkspaceName.objection(to: name) == nil)
  }
}
