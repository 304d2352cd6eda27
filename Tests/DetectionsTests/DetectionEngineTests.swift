import Evidence
import Testing

@testable import Detections

@Suite struct `Folding of findings` {
  @Test func `makes one alert of one identity and window`() throws {
    var traffic = Traffic([DCSync.self])
    traffic.see(.replication, as: .mallory)
    traffic.wait(.minutes(1))
    traffic.see(.replication, as: .mallory)
    let alert = try #require(traffic.alert)
    #expect(alert.count == 2)
    #expect(alert.evidence.map(\.packets) == [[1, 2], [3, 4]])
    #expect(alert.lastSeen.since(alert.firstSeen) == .minutes(1))
  }

  @Test func `begins another alert in another window`() {
    var traffic = Traffic([DCSync.self])
    traffic.see(.replication, as: .mallory)
    traffic.wait(.hours(24))
    traffic.see(.replication, as: .mallory)
    #expect(traffic.alerts.count == 2)
  }

  @Test func `begins another alert for another source or account`() {
    var traffic = Traffic([DCSync.self])
    traffic.see(.replication, as: .mallory)
    traffic.see(.replication, from: Traffic.client, as: .mallory)
    traffic.see(.replication, as: AccountName(name: "eve", domain: "ALPINE.TEST"))
    #expect(traffic.alerts.count == 3)
  }

  @Test func `gives an identity that knows neither file nor packet nor count`() throws {
    var first = Traffic([DCSync.self], capture: "a.pcap")
    first.see(.replication, as: .mallory)
    var second = Traffic(Detections.all, capture: "b.pcapng")
    second.packet = 4000
    second.see(.question("www.alpine.test"))
    second.wait(.seconds(5))
    second.see(.replication, as: AccountName(name: "MALLORY", domain: "ALPINE"))
    second.see(.replication, as: .mallory)
    let one = try #require(first.alert)
    let other = try #require(second.alert)
    #expect(one.id == other.id)
    #expect(one.id.hasPrefix("al_"))
    #expect(other.evidence.map(\.capture) == ["b.pcapng", "b.pcapng"])
  }

  @Test func `hands out what was raised or grew, once`() {
    var traffic = Traffic([DCSync.self])
    traffic.see(.replication, as: .mallory)
    let raised = traffic.engine.takeChanged()
    let nothing = traffic.engine.takeChanged()
    traffic.see(.replication, as: .mallory)
    let grown = traffic.engine.takeChanged()
    #expect(raised.map(\.count) == [1])
    #expect(nothing.isEmpty)
    #expect(grown.map(\.count) == [2])
  }

  @Test func `keeps the parts of one alert within their limits`() throws {
    var traffic = Traffic([DCSync.self])
    for _ in 0..<200 { traffic.see(.replication, as: .mallory) }
    let alert = try #require(traffic.alert)
    #expect(alert.count == 200)
    #expect(alert.evidence.count == AlertTable.evidenceLimit)
  }

  @Test func `forgets the alerts that rested longest when there are too many`() {
    var traffic = Traffic([DCSync.self])
    for number in 0...AlertTable.alertLimit {
      traffic.see(.replication, from: Address(ipv4: 0x0B00_0000 + UInt32(number)))
    }
    #expect(traffic.alerts.count == AlertTable.alertLimit * 7 / 8 + 1)
    #expect(traffic.engine.evictions >= UInt64(AlertTable.alertLimit / 8))
  }
}

@Suite struct `Exclusions` {
  @Test func `hold back and count what they cover`() {
    var traffic = Traffic(
      [DCSync.self],
      settings: Settings(exclusions: [
        Exclusion(
          detection: "dcsync", account: "svc-sync", computer: "SYNC01",
          reason: "directory synchronisation")
      ]))
    traffic.name(Traffic.client, "sync01.alpine.test")
    traffic.see(
      .replication, from: Traffic.client, as: AccountName(name: "svc-sync", domain: "ALPINE"))
    #expect(traffic.alerts.isEmpty)
    #expect(traffic.engine.suppressions.map(\.count) == [1])
  }

  @Test func `must fit in every condition that they name`() {
    var traffic = Traffic(
      [DCSync.self],
      settings: Settings(exclusions: [
        Exclusion(detection: "dcsync", account: "svc-sync", computer: "SYNC01", reason: "sync")
      ]))
    traffic.name(Traffic.client, "sync01.alpine.test")
    traffic.see(.replication, from: Traffic.client, as: .mallory)
    traffic.see(.replication, as: AccountName(name: "svc-sync", domain: "ALPINE"))
    #expect(traffic.alerts.count == 2)
  }

  @Test func `do not excuse many accounts because of one`() {
    let exclusions = [Exclusion(detection: "brute-force", account: "bob", reason: "old phone")]
    var finding = Finding(
      time: Instant(seconds: 0), severity: .medium, confidence: 1, explanation: "",
      source: Alert.Source(address: Traffic.client))
    finding.accounts = [Alert.Account(name: "BOB"), Alert.Account(name: "carol")]
    #expect(!exclusions.cover(finding, of: "brute-force"))
    finding.accounts = [Alert.Account(name: "BOB")]
    #expect(exclusions.cover(finding, of: "brute-force"))
  }
}

@Suite struct `A sliding window` {
  @Test func `forgets what is older than its span`() {
    var window = Window<Int, String>(span: .seconds(10), entries: 8, total: 64)
    window.add("a", for: 1, at: Instant(seconds: 100), .init(capture: 0, request: 1))
    window.add("b", for: 1, at: Instant(seconds: 111), .init(capture: 0, request: 2))
    #expect(window.entries(for: 1).map(\.value) == ["b"])
    #expect(window.distinctCount(for: 1) == 1)
    #expect(window.evictions == 0)
  }

  @Test func `counts a value once, and keeps it while it is seen`() {
    var window = Window<Int, String>(span: .seconds(10), entries: 8, total: 64)
    let proof = Activity.Proof(capture: 0, request: 1)
    var wereNew: [Bool] = []
    for second in [100, 103, 108] as [Int64] {
      wereNew.append(window.addOnce("a", for: 1, at: Instant(seconds: second), proof))
    }
    window.addOnce("b", for: 1, at: Instant(seconds: 115), proof)
    #expect(wereNew == [true, false, false])
    #expect(window.distinctCount(for: 1) == 2)
  }

  @Test func `lets the oldest entry of a full key go, and counts it`() {
    var window = Window<Int, Int>(span: .seconds(10), entries: 2, total: 64)
    for number in 0..<5 {
      window.add(number, for: 1, at: Instant(seconds: 100), .init(capture: 0, request: 1))
    }
    #expect(window.entries(for: 1).map(\.value) == [3, 4])
    #expect(window.evictions == 3)
  }

  @Test func `lets the keys go that rested longest when it is full`() {
    var window = Window<Int, Int>(span: .seconds(10), entries: 2, total: 16)
    for number in 0..<17 {
      window.add(0, for: number, at: Instant(seconds: 100), .init(capture: 0, request: 1))
    }
    #expect(window.count(for: 0) == 0)
    #expect(window.count(for: 1) == 0)
    #expect(window.count(for: 2) == 1)
    #expect(window.evictions == 2)
  }

  @Test func `reports each entry once`() {
    var window = Window<Int, Int>(span: .seconds(10), entries: 8, total: 64)
    window.add(1, for: 1, at: Instant(seconds: 100), .init(capture: 0, request: 1))
    let first = window.takeUnreported(for: 1)
    window.add(2, for: 1, at: Instant(seconds: 101), .init(capture: 0, request: 2))
    window.remove(1, for: 1)
    let second = window.takeUnreported(for: 1)
    let third = window.takeUnreported(for: 1)
    #expect(first.map(\.value) == [1])
    #expect(second.map(\.value) == [2])
    #expect(third.isEmpty)
  }
}

extension Activity.Detail {
  /// DRSGetNCChanges, sealed, as tools and controllers send it.
  fileprivate static let replication = Activity.Detail.rpc(.drsuapi, 3, level: 6)
}
