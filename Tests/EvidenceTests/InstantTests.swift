import Evidence
import Testing

@Suite struct `Moments of packet time` {
  @Test(arguments: [
    "1970-01-01T00:00:00.000000Z", "2000-02-29T23:59:59.999999Z", "2026-11-20T23:10:04.123456Z",
    "2026-11-20T23:10:04.123456789Z", "1969-12-31T23:59:59.000001Z",
  ])
  func `come back from their own text`(_ text: String) {
    #expect(Instant(iso8601: text)?.description == text)
  }

  @Test func `are read from the directory's form`() {
    #expect(
      Instant(generalizedTime: "20261120231004.0Z")?.description == "2026-11-20T23:10:04.000000Z")
  }

  @Test(arguments: ["", "2026", "2026-13-01T00:00:00Z", "tomorrow", "2026-11-20T24:00:00Z"])
  func `are refused when they are none`(_ text: String) {
    #expect(Instant(iso8601: text) == nil)
  }

  @Test func `saturate instead of overflowing`() {
    let last = Instant(seconds: Int64.max)
    #expect(last.advanced(by: .hours(1)) == last)
    #expect(Instant(nanoseconds: Int64.min).since(last).nanoseconds == Int64.min)
  }
}
