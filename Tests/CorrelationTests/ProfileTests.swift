import Evidence
import Testing

@testable import Correlation

@Suite struct `Endpoint badge` {
  private func alert(_ id: String, status: String) -> EndpointAlert {
    var alert = EndpointAlert(id: id, title: "t", severity: "Medium", status: status)
    alert.deviceID = "abc"
    return alert
  }

  private func badge(
    _ alerts: [EndpointAlert], name: String = "ws03.alpine.test",
    _ integration: EndpointBadge.Integration = .complete
  ) -> EndpointBadge {
    let matching = Matching(
      devices: [Device(id: "ABC", dnsName: "ws03.alpine.test")], alerts: alerts)
    let record = EntityRecord(
      id: "en_1", kind: .computer, domain: "alpine.test", name: name, firstSeen: Samples.start,
      lastSeen: Samples.start)
    return .computer(matching.device(for: record), matching, integration: integration)
  }

  private func text(_ badge: EndpointBadge) -> String {
    var json = JSONWriter()
    badge.write(to: &json)
    return json.text
  }

  @Test func `is absent until the integration is complete, with the reason`() {
    let found = badge([alert("1", status: "New")], .incomplete("pending peer"))
    #expect(text(found) == #"{"state":"absent","reason":"pending peer"}"#)
  }

  @Test func `counts all alerts that were raised, and those still open`() {
    let found = badge([
      alert("1", status: "New"), alert("2", status: "InProgress"), alert("3", status: "Resolved"),
    ])
    #expect(found.state == .integrated)
    #expect(found.count == 3)
    #expect(found.open == 2)
    #expect(found.link == "https://security.microsoft.com/machines/abc/alerts")
  }

  @Test func `has no number without alerts`() {
    #expect(!text(badge([])).contains("count"))
  }

  @Test func `is grey with the reason where no device has the name`() {
    let found = badge([], name: "ws99.alpine.test")
    #expect(found.state == .grey)
    #expect(
      found.reason == "not known to the endpoint product: no device had its name, or its "
        + "address at that time")
    #expect(found.link == nil)
  }

  @Test func `has no link for an identity that could leave the address`() {
    #expect(EndpointBadge.Links.filled("https://x/{id}", "a/../b?c") == nil)
    #expect(EndpointBadge.Links.filled("https://x/{id}", "") == nil)
    #expect(EndpointBadge.Links.filled("https://x/{id}", nil) == nil)
  }
}

@Suite struct `Risk score` {
  private func alert(
    _ severity: Alert.Severity, confidence: Double = 1, days: Int64 = 0,
    _ part: Involvement = .source
  ) -> Risk.Involved {
    let moment = Samples.at(-86_400 * days)
    return Risk.Involved(
      alert: Alert(
        id: "al_\(severity.name)\(days)", detection: "dcsync", title: "t", severity: severity,
        confidence: confidence, phase: .domainDominance, firstSeen: moment, lastSeen: moment),
      part: part)
  }

  private func risk(
    _ alerts: [Risk.Involved], _ circumstances: Risk.Circumstances = Risk.Circumstances()
  ) -> Risk { Risk(alerts, circumstances, at: Samples.start) }

  @Test func `weighs severity, confidence and age, and lists each term`() {
    let found = risk([
      alert(.high, confidence: 0.9), alert(.medium, days: 3), alert(.low, days: 6),
    ])
    // 36 + 7.5 + 1.25
    #expect(found.score == 45)
    #expect(found.level == .medium)
    #expect(found.reasons.count == 3)
    #expect(
      found.reasons.first == "source of high alert dcsync, 0 h old, confidence 90 %: 36")
  }

  @Test func `forgets alerts after seven days, and those that were dismissed`() {
    #expect(risk([alert(.high, days: 8)]).score == 0)
    var circumstances = Risk.Circumstances()
    circumstances.dismissed = ["al_high0"]
    #expect(risk([alert(.high)], circumstances).score == 0)
  }

  @Test func `weighs more for sensitive entities and controllers, up to a hundred`() {
    var circumstances = Risk.Circumstances()
    circumstances.isSensitive = true
    #expect(risk([alert(.high)], circumstances).score == 60)
    circumstances.isTierZero = true
    #expect(risk([alert(.high)], circumstances).score == 80)
    let many = (0..<9).map { alert(.high, days: $0 % 2) }
    #expect(risk(many, circumstances).score == 100)
  }

  @Test func `weighs half what was done to the entity`() {
    #expect(risk([alert(.high, .target)]).score == 20)
  }

  @Test func `adds what exposes the entity, without any alert`() {
    var circumstances = Risk.Circumstances()
    var entry = Samples.entry(.user, "svc", rid: 1300)
    entry.userAccountControl = 0x40_0000
    circumstances.entry = entry
    circumstances.traits = ["ntlmv1"]
    circumstances.deviceRisk = .high
    let found = risk([], circumstances)
    #expect(found.score == 28)
    #expect(found.reasons.count == 3)
  }

  @Test func `halves exactly at each half-life`() {
    #expect(Risk.half(0) == 1)
    #expect(Risk.half(1) == 0.5)
    #expect(Risk.half(3) == 0.125)
    #expect(abs(Risk.half(0.5) - 0.707_106_781_186_547_5) < 1e-15)
    #expect(Risk.half(1e9) == 0)
  }
}

@Suite struct `Profile of an entity` {
  private func sources(_ name: String, _ kind: EntityRecord.Kind) throws -> Profile.Sources {
    var correlator = Correlator(directory: Samples.directory)
    for activity in [
      Samples.logon("WS03$", from: Samples.workstation),
      Samples.logon("root-admin", from: Samples.workstation, at: Samples.at(60)),
    ] { correlator.learn(activity) }
    let record = try #require(
      correlator.records().first { $0.kind == kind && $0.name == name })
    var alert = Alert(
      id: "al_1", detection: "kerberoasting", title: "t", severity: .high, confidence: 0.5,
      phase: .credentialAccess, firstSeen: Samples.start, lastSeen: Samples.at(60))
    alert.sources = [correlator.knowledge.source(Samples.workstation, at: Samples.start)]
    alert.accounts = [
      correlator.knowledge.party(AccountName(name: "root-admin", domain: "ALPINE"))
    ]
    alert.targets = [Alert.Target(kind: .computer, name: "dc1.alpine.test")]
    var device = Device(id: "abc", dnsName: "ws03.alpine.test")
    device.risk = .medium
    var endpoint = EndpointAlert(id: "da1", title: "LSASS", severity: "High", status: "New")
    endpoint.deviceID = "abc"
    endpoint.users = [EndpointUser(name: "root-admin", domain: "ALPINE")]
    return Profile.Sources(
      record: record, knowledge: correlator.knowledge, alerts: [alert],
      matching: Matching(
        devices: [device], alerts: [endpoint],
        domains: {
          var domains = correlator.knowledge.domains
          domains.add(dns: "alpine.test", netbios: "ALPINE")
          return domains
        }()),
      integration: .complete)
  }

  @Test func `of a computer has its device, alerts of both sides and its risk`() throws {
    let profile = Profile(try sources("ws03.alpine.test", .computer))
    #expect(profile.endpoint.state == .integrated)
    #expect(profile.endpoint.count == 1)
    #expect(profile.endpointAlerts.map(\.id) == ["da1"])
    #expect(profile.alerts.map(\.part) == [.source])
    // 40 x 0.5, and 8 of the endpoint's own score.
    #expect(profile.risk.score == 28)
  }

  @Test func `of an address has what was done from it, whichever computer had it`() throws {
    var sources = try sources("ws03.alpine.test", .computer)
    let address = Samples.workstation
    #expect(sources.alerts[0].sources.first?.computer != nil)
    sources.record = EntityRecord(
      id: "en_1", kind: .address, domain: nil, name: address.description,
      firstSeen: Samples.start, lastSeen: Samples.start)
    #expect(Profile(sources).alerts.map(\.part) == [.source])
  }

  @Test func `counts an account that was guessed as a target`() throws {
    var sources = try sources("root-admin", .user)
    sources.alerts[0].targets.append(Alert.Target(kind: .account, name: "Root-Admin"))
    #expect(Profile(sources).alerts.map(\.part) == [.target])
  }

  @Test func `of a user says why it is sensitive`() throws {
    let profile = Profile(try sources("root-admin", .user))
    #expect(
      profile.tags.first == Profile.Tag(name: "sensitive", reason: "member of Domain Admins"))
    #expect(profile.groups.map(\.samAccountName) == ["Domain Admins"])
    #expect(profile.endpoint.state == .integrated)
    #expect(profile.alerts.count == 1)
  }

  @Test func `hides the endpoint side while the integration is not complete`() throws {
    var sources = try sources("ws03.alpine.test", .computer)
    sources.integration = .incomplete("the workspace is not primary")
    let profile = Profile(sources)
    #expect(profile.endpoint.state == .absent)
    #expect(profile.endpointAlerts.isEmpty)
    #expect(profile.risk.score == 20)
  }

  @Test func `is the same JSON each time, with the keys of the format`() throws {
    let profile = Profile(try sources("ws03.alpine.test", .computer))
    var json = JSONWriter()
    profile.write(to: &json)
    var again = JSONWriter()
    Profile(try sources("ws03.alpine.test", .computer)).write(to: &again)
    #expect(json.text == again.text)
    for key in ["id", "kind", "names", "sid", "addresses", "endpoint", "alerts", "risk", "users"] {
      #expect(json.text.contains("\"\(key)\":"))
    }
    #expect(json.text.contains(#""method":"kerberos","certainty":"high""#))
  }

  @Test func `hides a creation before monitoring began`() throws {
    var sources = try sources("root-admin", .user)
    var entry = Samples.entry(.user, "root-admin", rid: 1202)
    entry.created = Samples.at(-86_400)
    sources.knowledge.directory = Directory(entries: [entry])
    for (since, isShown) in [(Samples.at(-90_000), true), (Samples.at(-10), false)] {
      sources.monitoringSince = since
      var json = JSONWriter()
      Profile(sources).write(to: &json)
      #expect(json.text.contains("\"created\"") == isShown)
    }
  }
}
