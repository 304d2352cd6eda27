import Evidence
import Foundation
import Testing
import Wire

@testable import Monitor
@testable import Sensor

@Suite struct `Packets that are kept for alerts` {
  /// A run of packets of a hundred octets, numbered on.
  private func run(
    after count: UInt64, _ packets: Int = 10, of capture: UInt32 = 0
  ) -> PacketRun {
    let places = (0..<packets).map { index in
      PacketPlace(
        time: Instant(nanoseconds: Int64(count) + Int64(index)), offset: index * 100,
        capturedLength: 100, originalLength: 100, linkType: .ethernet)
    }
    return PacketRun(
      buffer: Array(repeating: UInt8(truncatingIfNeeded: count), count: packets * 100),
      packets: places[...], capture: capture, numberBefore: count)
  }

  /// What is held, of captures that have names.
  private func holder(
    _ names: [String] = ["eth1"], numbersEachCapture: Bool = false,
    recentLimit: Int = Limits.recentPacketBytes, proofLimit: Int = Limits.proofPacketBytes
  ) -> KeptPackets {
    var kept = KeptPackets(
      numbersEachCapture: numbersEachCapture, recentLimit: recentLimit, proofLimit: proofLimit)
    for (index, name) in names.enumerated() { kept.begin(capture: name, index: UInt32(index)) }
    return kept
  }

  private func numbers(_ kept: KeptPackets, _ alert: Alert) -> [UInt64] {
    kept.packets(of: alert).keys.map(\.number).sorted()
  }

  private func alert(_ numbers: [UInt64], of capture: String = "eth1") -> Alert {
    var alert = Alert(
      id: "al_\(numbers)", detection: "dcsync", title: "", severity: .high, confidence: 1,
      phase: .domainDominance, firstSeen: Instant(nanoseconds: 0),
      lastSeen: Instant(nanoseconds: 0))
    alert.evidence = [
      Alert.Piece(
        capture: capture, packets: numbers, time: Instant(nanoseconds: 0), summary: "")
    ]
    return alert
  }

  @Test func `are found by number`() {
    var kept = holder()
    kept.take([run(after: 0), run(after: 10), run(after: 20, 1), run(after: 21)])
    kept.keep(alert([1, 10, 11, 21, 31]))
    let found = kept.packets(of: alert([1, 10, 11, 21, 31]))
    #expect(found.keys.map(\.number).sorted() == [1, 10, 11, 21, 31])
    let eleventh = KeptPacket.Name(capture: "eth1", number: 11)
    #expect(found[eleventh]?.bytes == Array(repeating: 10, count: 100))
    #expect(kept.lostCount == 0)
  }

  @Test func `are let go with the oldest first, and counted once where an alert needs them`() {
    var kept = holder(recentLimit: 5000)
    for index in 0..<1000 { kept.take([run(after: UInt64(index) * 10)]) }
    kept.keep(alert([5, 10_000]))
    kept.keep(alert([5, 10_000]))
    #expect(numbers(kept, alert([5, 10_000])) == [10_000])
    #expect(kept.lostCount == 1)
  }

  @Test func `stay for their alert when others are let go`() {
    var kept = holder(recentLimit: 5000)
    kept.take([run(after: 0)])
    kept.keep(alert([5]))
    for index in 1..<100 { kept.take([run(after: UInt64(index) * 10)]) }
    #expect(numbers(kept, alert([5])) == [5])
  }

  @Test func `of the alerts that were raised first go first`() {
    var kept = holder(proofLimit: 2000)
    kept.take([run(after: 0, 100)])
    kept.keep(alert(Array(1...50)))
    let found = numbers(kept, alert(Array(1...50)))
    #expect(found.last == 50 && found.first != 1)
    #expect(kept.lostCount == UInt64(50 - found.count))
  }

  @Test func `are found by capture and number where captures follow each other`() {
    var kept = holder(["a.pcap", "b.pcap", "c.pcap"], numbersEachCapture: true)
    kept.take([run(after: 0), run(after: 10)])
    kept.take([run(after: 0, of: 1), run(after: 10, of: 1), run(after: 0, of: 2)])
    for (index, name) in ["a.pcap", "b.pcap", "c.pcap"].enumerated() {
      kept.keep(alert([1, 10], of: name))
      #expect(numbers(kept, alert([1, 10], of: name)) == [1, 10], "capture \(index)")
    }
    kept.keep(alert([11], of: "c.pcap"))
    kept.keep(alert([1], of: "d.pcap"))
    #expect(kept.lostCount == 2)
  }

  @Test func `forget the names of captures that passed`() {
    let names = (0..<500).map { "\($0).pcap" }
    var kept = holder(names, numbersEachCapture: true, recentLimit: 5000)
    for index in names.indices { kept.take([run(after: 0, of: UInt32(index))]) }
    kept.keep(alert([1], of: "499.pcap"))
    kept.keep(alert([1], of: "3.pcap"))
    #expect(numbers(kept, alert([1], of: "499.pcap")) == [1])
    #expect(kept.lostCount == 1)
  }
}
