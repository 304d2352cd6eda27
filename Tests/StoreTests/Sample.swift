import Evidence
import Workspaces

@testable import Store

/// One of each thing that is stored.
enum Sample {
  static let start = Instant(seconds: 1_795_216_204, nanoseconds: 123_456_000)

  static var alert: Alert {
    var alert = Alert(
      id: "al_x", detection: "kerberoasting", title: "Kerberoasting", severity: .high,
      confidence: 0.9, phase: .credentialAccess, firstSeen: start, lastSeen: start)
    alert.count = 12
    alert.techniques = ["T1558.003"]
    alert.sources = [
      Alert.Source(
        address: Address(ipv4: 0x0A00_0542), computer: "WS03.alpine.test", certainty: .high)
    ]
    alert.accounts = [
      Alert.Account(name: "Mallory", domain: "ALPINE.TEST", sid: "S-1-5-21-1-2-3-1104")
    ]
    alert.targets = [Alert.Target(kind: .account, name: "svc-sql")]
    alert.evidence = [
      Alert.Piece(capture: "c.pcapng", packets: [412, 415], time: start, summary: "TGS-REP \"x\"")
    ]
    alert.explanation = "Tickets for many services."
    alert.settings = [Alert.Setting(name: "sensitivity", value: "high")]
    return alert
  }

  static var activity: ActivityRecord {
    ActivityRecord(
      time: start, end: start, kind: "kerberosTGS",
      source: Endpoint(address: Address(ipv4: 0x0A00_0542), port: 50_000),
      target: Endpoint(address: Address(ipv4: 0x0A00_0501), port: 88),
      account: AccountName(name: "Mallory", domain: "ALPINE.TEST"), outcome: "success",
      summary: "ticket for svc-sql")
  }

  static var capture: CaptureRecord {
    var capture = CaptureRecord(
      name: "c.pcapng", packets: 1000, bytes: 500_000, first: start, last: start)
    capture.damage = CaptureRecord.Damage(offset: 499_000, reason: "cut inside a packet")
    return capture
  }

  static var entity: EntityRecord {
    var entity = EntityRecord(
      id: EntityRecord.id(kind: .computer, domain: "alpine.test", name: "ws03"), kind: .computer,
      domain: "alpine.test", name: "WS03.alpine.test", firstSeen: start, lastSeen: start)
    entity.names = [
      EntityRecord.NameInterval(name: "WS03$", kind: .samAccountName, from: start, to: start)
    ]
    entity.addresses = [
      EntityRecord.AddressInterval(
        address: Address(ipv4: 0x0A00_0542), method: .machineLogon, certainty: .high, from: start,
        to: start)
    ]
    entity.peers = [EntityRecord.Link(id: "en_y", name: "mallory", from: start, to: start)]
    entity.hours = [EntityRecord.HourCount(hour: 498_671, logons: 3, failures: 1)]
    return entity
  }

  static var device: EndpointDocument {
    EndpointDocument(id: "0a", updated: start, device: "0a", json: #"{"id":"0a"}"#)
  }

  static var integration: IntegrationState {
    var state = IntegrationState(kind: .defenderForEndpoint)
    state.switchedOn = start
    state.lastDelivery = start
    state.failure = IntegrationFailure(reason: .throttled, since: start)
    return state
  }

  static func fill(_ batch: any EvidenceBatch) throws {
    try batch.add([capture])
    try batch.add([activity])
    try batch.add([alert])
    try batch.add([entity])
    try batch.add(devices: [device])
    try batch.add(endpointAlerts: [device])
    try batch.set(integration)
    try batch.set("eu", for: "region")
  }
}
