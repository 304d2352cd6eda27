import Evidence
import Testing
import Wire

@testable import Sensor

@Suite struct `Packets of several interfaces` {
  /// A batch of packets at some times, read at a moment; both in milliseconds.
  private func batch(_ times: [Int64], at arrival: Int64) -> LiveMerge.Batch {
    LiveMerge.Batch(
      buffer: [],
      packets: times.map { time in
        PacketPlace(
          time: Instant(nanoseconds: time * 1_000_000), offset: 0, capturedLength: 0,
          originalLength: 0, linkType: .ethernet)
      }, arrival: arrival * 1_000_000)
  }

  private func times(_ runs: [PacketRun]) -> [Int64] {
    runs.flatMap { $0.packets.map { $0.time.nanoseconds / 1_000_000 } }
  }

  @Test func `are put into the order of time`() {
    var merge = LiveMerge(interfaces: 2)
    merge.add(batch([10, 30, 50], at: 60), from: 0)
    merge.add(batch([20, 40, 60], at: 60), from: 1)
    #expect(times(merge.take()) == [10, 20, 30, 40, 50])
    #expect(times(merge.take(isLast: true)) == [60])
  }

  @Test func `wait for an idle interface as long as the kernel may hold its packets, no longer`() {
    var merge = LiveMerge(interfaces: 2)
    merge.add(batch([10, 30], at: 100), from: 0)
    merge.noteEmpty(1, at: 100 * 1_000_000)
    #expect(merge.take().isEmpty)
    merge.add(batch([20], at: 199), from: 1)
    #expect(times(merge.take()) == [10, 20])
    merge.noteEmpty(1, at: 100 * 1_000_000 + LiveMerge.hold - 1)
    #expect(merge.take().isEmpty)
    merge.noteEmpty(1, at: 100 * 1_000_000 + LiveMerge.hold)
    #expect(times(merge.take()) == [30])
  }

  @Test func `of one interface never wait`() {
    var merge = LiveMerge(interfaces: 1)
    merge.add(batch([10, 9, 30], at: 100), from: 0)
    #expect(times(merge.take()) == [10, 9, 30])
  }

  @Test func `do not wait for an interface that is gone`() {
    var merge = LiveMerge(interfaces: 2)
    merge.add(batch([10], at: 100), from: 0)
    #expect(merge.take().isEmpty)
    merge.close(1)
    #expect(times(merge.take()) == [10])
  }

  @Test func `give up their order where too many wait`() {
    var merge = LiveMerge(interfaces: 2)
    var large = batch([10], at: 100)
    large.buffer = Array(repeating: 0, count: Limits.liveMergeBytes + 1)
    merge.add(large, from: 0)
    #expect(times(merge.take()) == [10])
  }

  @Test func `of equal times come from the first interface first`() {
    var merge = LiveMerge(interfaces: 2)
    merge.add(batch([10, 20], at: 100), from: 1)
    merge.add(batch([10, 20], at: 100), from: 0)
    let runs = merge.take(isLast: true)
    #expect(runs.map(\.capture) == [0, 1, 0, 1] || runs.map(\.capture) == [0, 1, 0])
    #expect(times(runs) == [10, 10, 20, 20])
  }
}
