import Evidence
import Testing

@testable import Correlation

@Suite struct `What happened to an entity` {
  private func event(_ seconds: Int64, _ side: Timeline.Side, _ text: String) -> Timeline.Event {
    Timeline.Event(time: Samples.at(seconds), side: side, kind: "alert", summary: text)
  }

  private let always = (
    from: Instant(nanoseconds: .min), to: Instant(nanoseconds: .max)
  )

  @Test func `R42: is told by all sides in the order of time, each with its side`() {
    let timeline = Timeline(
      [
        event(3, .endpoint, "c"), event(1, .directory, "a"), event(2, .identity, "b"),
        event(3, .identity, "d"),
      ], from: always.from, to: always.to, limit: 10)
    #expect(timeline.events.map(\.summary) == ["a", "b", "d", "c"])
    #expect(timeline.events.map(\.side) == [.directory, .identity, .identity, .endpoint])
    #expect(timeline.olderCount == 0)
  }

  @Test func `of a long one the newest are shown, and that there are older ones`() {
    let events = (0..<5).map { event($0, .identity, "\($0)") }
    let timeline = Timeline(events, from: always.from, to: always.to, limit: 2)
    #expect(timeline.events.map(\.summary) == ["3", "4"])
    #expect(timeline.olderCount == 3)
  }

  @Test func `what lasts is inside while a part of it is`() {
    var long = event(1, .identity, "long")
    long.end = Samples.at(100)
    let part = Timeline(
      [long, event(2, .identity, "short")], from: Samples.at(50), to: Samples.at(60), limit: 10)
    #expect(part.events.map(\.summary) == ["long"])
  }
}
