import Evidence
import Testing
import Workspaces

@Suite struct `Endpoint integration` {
  private let early = Instant(seconds: 100)
  private let late = Instant(seconds: 200)
  private let primacy = Primacy(primary: "alpine")

  @Test func `is refused where the workspace is not primary (R2)`() {
    let error = #expect(throws: RuleViolation.self) {
      try IntegrationRule.integrating(
        .defenderForEndpoint, with: workspace(), primacy: Primacy(), isOnboarded: true)
    }
    #expect(error?.rule == "R2")
    #expect(error?.reason.contains("must be primary") == true)
  }

  @Test(arguments: IntegrationKind.allCases)
  func `is refused for each kind where the workspace is not primary (R4)`(_ kind: IntegrationKind) {
    #expect(throws: RuleViolation.self) {
      try IntegrationRule.integrating(
        kind, with: workspace(), primacy: Primacy(primary: "lab"), isOnboarded: true)
    }
  }

  @Test func `needs both licences (R11), each named`() {
    var one = workspace()
    one.licences.endpoint = false
    #expect(refusal(one, isOnboarded: true)?.contains("endpoint licence missing") == true)
    one.licences = Workspace.Licences(identity: false, endpoint: true)
    #expect(refusal(one, isOnboarded: true)?.contains("identity licence missing") == true)
  }

  @Test func `is offered after onboarding only (R12)`() {
    #expect(!IntegrationRule.offersDataSource(in: workspace(), isOnboarded: false))
    #expect(IntegrationRule.offersDataSource(in: workspace(), isOnboarded: true))
    #expect(refusal(workspace(), isOnboarded: false)?.contains("onboarding") == true)
  }

  @Test func `has its switch on the primary workspace (R13)`() {
    #expect(IntegrationRule.offersSwitch(in: "alpine", primacy: primacy))
    #expect(!IntegrationRule.offersSwitch(in: "lab", primacy: primacy))
  }

  @Test func `waits for the peer, then is connected (R14)`() {
    var state = IntegrationState(kind: .defenderForEndpoint)
    #expect(status(state) == .off)
    state.switchedOn = early
    #expect(status(state) == .pendingPeer)
    #expect(!status(state).isComplete)
    state.lastDelivery = late
    #expect(status(state) == .connected(since: late))
    #expect(status(state).isComplete)
  }

  @Test func `leaves the connected state when the peer is off (R15)`() {
    var state = IntegrationState(kind: .defenderForEndpoint)
    state.switchedOn = early
    state.lastDelivery = early
    state.peerOff = late
    #expect(status(state) == .peerOff(since: late))
    #expect(!status(state).isComplete)
    state.lastDelivery = Instant(seconds: 300)
    #expect(status(state) == .connected(since: Instant(seconds: 300)))
  }

  @Test(arguments: IntegrationFailure.Reason.allCases)
  func `tells each error apart, with its time (R17)`(_ reason: IntegrationFailure.Reason) {
    var state = IntegrationState(kind: .defenderForEndpoint)
    state.switchedOn = early
    state.lastDelivery = early
    state.failure = IntegrationFailure(reason: reason, since: late)
    #expect(status(state) == .failed(IntegrationFailure(reason: reason, since: late)))
    #expect(status(state).text.contains("since 1970-01-01T00:03:20"))
    let others = IntegrationFailure.Reason.allCases.filter { $0 != reason }
    #expect(!others.map(\.text).contains(reason.text))
  }

  @Test func `ends an error with a delivery (R17)`() {
    var state = IntegrationState(kind: .defenderForEndpoint)
    state.switchedOn = early
    state.failure = IntegrationFailure(reason: .throttled, since: early)
    state.lastDelivery = late
    #expect(status(state) == .connected(since: late))
  }

  @Test func `is off in a workspace that is not primary any more`() {
    var state = IntegrationState(kind: .defenderForEndpoint)
    state.switchedOn = early
    state.lastDelivery = late
    let status = IntegrationRule.status(
      of: state, in: workspace(), primacy: Primacy(), isOnboarded: true)
    #expect(status == .off)
  }

  private func workspace() -> Workspace {
    var workspace = Workspace(name: "alpine", region: "eu")
    workspace.licences = Workspace.Licences(identity: true, endpoint: true)
    return workspace
  }

  private func refusal(_ workspace: Workspace, isOnboarded: Bool) -> String? {
    do {
      _ = try IntegrationRule.integrating(
        .defenderForEndpoint, with: workspace, primacy: primacy, isOnboarded: isOnboarded)
      return nil
    } catch {
      return error.reason
    }
  }

  private func status(_ state: IntegrationState) -> IntegrationStatus {
    IntegrationRule.status(of: state, in: workspace(), primacy: primacy, isOnboarded: true)
  }
}
