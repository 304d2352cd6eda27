import Evidence
import Testing
import Workspaces

@Suite struct `The order of integrating` {
  /// The steps of the seeds; the peer's switch may be on at any time.
  private enum Step: CaseIterable {
    case prime, integrate, peerDelivers
  }

  /// What is so after some steps; steps that are refused change nothing.
  private struct State {
    var primacy = Primacy()
    var integration = IntegrationState(kind: .defenderForEndpoint)
    var refused: [Step] = []
  }

  private let workspace: Workspace = {
    var workspace = Workspace(name: "alpine", region: "eu")
    workspace.licences = Workspace.Licences(identity: true, endpoint: true)
    return workspace
  }()

  private func after(_ steps: [Step]) -> State {
    var state = State()
    for step in steps {
      do {
        switch step {
        case .prime: state.primacy = try PrimaryRule.settingPrimary("alpine", in: state.primacy)
        case .integrate:
          state.primacy = try IntegrationRule.integrating(
            .defenderForEndpoint, with: workspace, primacy: state.primacy, isOnboarded: true)
          state.integration.switchedOn = Fleet.now
        case .peerDelivers: state.integration.lastDelivery = Fleet.now
        }
      } catch {
        state.refused.append(step)
      }
    }
    return state
  }

  private func status(_ state: State) -> String {
    IntegrationRule.status(
      of: state.integration, in: workspace, primacy: state.primacy, isOnboarded: true
    ).name
  }

  private func orders(_ steps: [Step]) -> [[Step]] {
    guard steps.count > 1 else { return [steps] }
    return steps.indices.flatMap { index in
      var rest = steps
      let first = rest.remove(at: index)
      return orders(rest).map { [first] + $0 }
    }
  }

  @Test func `R155: in every order, connected needs primary before on, and both switches`() throws {
    let all = orders(Step.allCases)
    #expect(all.count == 6)
    for order in all {
      let state = after(order)
      let prime = try #require(order.firstIndex(of: .prime))
      let integrate = try #require(order.firstIndex(of: .integrate))
      #expect(state.refused == (prime < integrate ? [] : [.integrate]), "\(order)")
      #expect((status(state) == "connected") == (prime < integrate), "\(order)")
    }
    #expect(status(after([.prime, .integrate])) == "pending-peer")
    #expect(!IntegrationRule.offersDataSource(in: workspace, isOnboarded: false))
  }
}
