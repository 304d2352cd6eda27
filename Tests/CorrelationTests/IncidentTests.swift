import Evidence
import Testing

@testable import Correlation

@Suite struct `Alerts that belong together` {
  private func alert(
    _ id: String, from address: Address, account: String = "mallory", hours: Int64 = 0,
    victims: [String] = [], phase: Alert.Phase = .credentialAccess
  ) -> Alert {
    let moment = Samples.at(hours * 3600)
    var alert = Alert(
      id: id, detection: "d", title: "Title of \(id)", severity: .medium, confidence: 1,
      phase: phase, firstSeen: moment, lastSeen: moment)
    alert.sources = [Alert.Source(address: address)]
    alert.accounts = (victims.isEmpty ? [account] : victims).map { Alert.Account(name: $0) }
    alert.targets = victims.map { Alert.Target(kind: .account, name: $0) }
    return alert
  }

  @Test func `share a source or an acting account within a day`() {
    let found = Incidents.of([
      alert("a", from: Samples.attacker, phase: .reconnaissance),
      alert("b", from: Samples.attacker, account: "eve", hours: 2),
      alert("c", from: Samples.workstation, account: "eve", hours: 20, phase: .domainDominance),
      alert("d", from: Samples.secondController, account: "alice", hours: 3),
    ])
    #expect(found.map(\.alerts) == [["a", "b", "c"], ["d"]])
    #expect(found.first?.phases == [.reconnaissance, .credentialAccess, .domainDominance])
    #expect(found.first?.title == "Title of a from 10.0.5.66, with 2 other alerts")
  }

  @Test func `are apart after more than a day`() {
    let found = Incidents.of([
      alert("a", from: Samples.attacker), alert("b", from: Samples.attacker, hours: 25),
    ])
    #expect(found.count == 2)
  }

  @Test func `are not joined by the accounts that were attacked`() {
    let found = Incidents.of([
      alert("a", from: Samples.attacker, victims: ["alice", "bob"]),
      alert("b", from: Samples.workstation, account: "alice", hours: 1),
    ])
    #expect(found.count == 2)
  }

  @Test func `keep their identity while they grow, whatever the order`() {
    let first = alert("a", from: Samples.attacker)
    let second = alert("b", from: Samples.attacker, hours: 1)
    #expect(Incidents.of([first])[0].id == Incidents.of([second, first])[0].id)
  }
}
