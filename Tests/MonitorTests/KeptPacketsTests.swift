import Evidence
import Foundation
import Testing
import Wire

@testable import Monitor
@testable import Sensor

@Suite struct `Packets that are kept for alerts` {
  /// A run of packets of a hundred octets, numbered on.
  private func run(after count: UInt64, _ packets: Int = 10) -> PacketRun {
    let places = (0..<packets).map { index in
      PacketPlace(
        time: Instant(nanoseconds: Int64(count) + Int64(index)), offset: index * 100,
        capturedLength: 100, originalLength: 100, linkType: .ethernet)
    }
    return PacketRun(
      buffer: Array(repeating: UInt8(truncatingIfNeeded: count), count: packets * 100),
      packets: places[...], capture: 0, numberBefore: count)
  }

  private func alert(_ numbers: [UInt64]) -> Alert {
    var alert = Alert(
      id: "al_\(numbers)", detection: "dcsync", title: "", severity: .high, confidence: 1,
      phase: .domainDominance, firstSeen: Instant(nanoseconds: 0),
      lastSeen: Instant(nanoseconds: 0))
    alert.evidence = [
      Alert.Piece(
        capture: "eth1", packets: numbers, time: Instant(nanoseconds: 0), summary: "")
    ]
    return alert
  }

  @Test func `are found by number`() {
    var kept = KeptPackets()
    kept.take([run(after: 0), run(after: 10), run(after: 20, 1), run(after: 21)])
    kept.keep(alert([1, 10, 11, 21, 31]))
    let found = kept.packets(of: alert([1, 10, 11, 21, 31]))
    #expect(Set(found.keys) == [1, 10, 11, 21, 31])
    #expect(found[11]?.bytes == Array(repeating: 10, count: 100))
    #expect(kept.lostCount == 0)
  }

  @Test func `are let go with the oldest first, and counted once where an alert needs them`() {
    var kept = KeptPackets(recentLimit: 5000)
    for index in 0..<1000 { kept.take([run(after: UInt64(index) * 10)]) }
    kept.keep(alert([5, 10_000]))
    kept.keep(alert([5, 10_000]))
    #expect(kept.packets(of: alert([5, 10_000])).keys.sorted() == [10_000])
    #expect(kept.lostCount == 1)
  }

  @Test func `stay for their alert when others are let go`() {
    var kept = KeptPackets(recentLimit: 5000)
    kept.take([run(after: 0)])
    kept.keep(alert([5]))
    for index in 1..<100 { kept.take([run(after: UInt64(index) * 10)]) }
    #expect(kept.packets(of: alert([5])).keys.sorted() == [5])
  }

  @Test func `of the alerts that were raised first go first`() {
    var kept = KeptPackets(proofLimit: 2000)
    kept.take([run(after: 0, 100)])
    kept.keep(alert(Array(1...50)))
    let found = kept.packets(of: alert(Array(1...50))).keys.sorted()
    #expect(found.last == 50 && found.first != 1)
    #expect(kept.lostCount == UInt64(50 - found.count))
  }
}
