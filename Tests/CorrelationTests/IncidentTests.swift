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

  // MARK: - Both sides

  private func endpointAlert(
    _ id: String, on device: String?, hours: Int64 = 0, severity: String = "Low",
    user: EndpointUser? = nil
  ) -> EndpointAlert {
    var alert = EndpointAlert(id: id, title: "Title of \(id)", severity: severity, status: "New")
    alert.deviceName = device
    alert.firstEvent = Samples.at(hours * 3600)
    alert.users = user.map { [$0] } ?? []
    return alert
  }

  private func weak(_ id: String, computer: String) -> Alert {
    var alert = alert(id, from: Samples.workstation)
    alert.severity = .low
    alert.sources = [Alert.Source(address: Samples.workstation, computer: computer)]
    return alert
  }

  @Test func `R41: weak signs of both sides on one computer are one incident, and no longer weak`()
  {
    let found = Incidents.of(
      [weak("a", computer: "ws03.alpine.test")],
      endpoint: [endpointAlert("e", on: "WS03.alpine.test", hours: 3)])
    #expect(found.map(\.alerts) == [["a", "e"]])
    #expect(found.first?.severity == .medium)
    #expect(found.first?.severityReason != nil)
    #expect(found.first?.story.map(\.joinedBy) == [[], ["computer WS03"]])
    #expect(found.first?.story.map(\.side) == [.identity, .endpoint])
  }

  @Test func `R41: what lies beyond the window, or on another computer, is not joined`() {
    let found = Incidents.of(
      [weak("a", computer: "ws03.alpine.test")],
      endpoint: [
        endpointAlert("late", on: "ws03.alpine.test", hours: 25),
        endpointAlert("other", on: "ws04.alpine.test", hours: 1),
      ])
    #expect(found.map(\.alerts) == [["a"]])
    #expect(found.first?.severity == .low)
  }

  @Test func `the system's own account joins nobody, a person's SID does`() {
    var own = alert("a", from: Samples.attacker)
    own.accounts = [Alert.Account(name: "mallory", domain: "ALPINE", sid: "S-1-5-21-1-2-3-1104")]
    let person = EndpointUser(name: "m.allory", domain: "ALPINE", sid: "S-1-5-21-1-2-3-1104")
    let system = EndpointUser(name: "SYSTEM", domain: "NT AUTHORITY", sid: "S-1-5-18")
    let found = Incidents.of(
      [own],
      endpoint: [
        endpointAlert("p", on: nil, user: person), endpointAlert("s", on: nil, user: system),
      ])
    #expect(found.first?.alerts.sorted() == ["a", "p"])
  }

  @Test func `a false positive of the endpoint side tells no story`() {
    var wrong = endpointAlert("e", on: "ws03.alpine.test")
    wrong.classification = "FalsePositive"
    let found = Incidents.of([weak("a", computer: "ws03.alpine.test")], endpoint: [wrong])
    #expect(found.map(\.alerts) == [["a"]])
  }
}
