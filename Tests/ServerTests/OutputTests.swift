import Evidence
import Testing

@testable import Server

@Suite struct `Text for people` {
  @Test func `stands in columns as wide as their content`() {
    var table = Table([Table.Column("NAME"), Table.Column("COUNT", .right), Table.Column("NOTE")])
    table.add([Table.Cell("ws03"), Table.Cell("7"), Table.Cell("")])
    table.add([Table.Cell("dc1.alpine.test"), Table.Cell("1,234"), Table.Cell("busy")])
    #expect(
      table.lines(usesColour: false) == [
        "NAME             COUNT  NOTE", "ws03                 7", "dc1.alpine.test  1,234  busy",
      ])
  }

  @Test func `leaves out columns in which nothing is said`() {
    var table = Table([Table.Column("NAME"), Table.Column("BADGE"), Table.Column("X")])
    table.add([Table.Cell("ws03"), Table.Cell(""), Table.Cell("y")])
    #expect(table.lines(usesColour: false) == ["NAME  X", "ws03  y"])
  }

  @Test func `cannot move the cursor, whatever an attacker calls himself`() {
    var table = Table([Table.Column("")])
    table.add([Table.Cell("a\u{1B}[2Jb\r\nc\u{202E}d")])
    #expect(table.lines(usesColour: true) == ["a?[2Jb??c?d"])
  }

  @Test func `is coloured only where colour is wanted`() {
    #expect(Style.red.applied(to: "high", if: false) == "high")
    #expect(Style.red.applied(to: "high", if: true) == "\u{1B}[1;31mhigh\u{1B}[0m")
  }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"),
  ])
  func `has a comma every three digits`(_ number: Int, _ text: String) {
    #expect(Quantity.count(number) == text)
  }

  @Test(arguments: [
    (0.0, "0 B"), (999.0, "999 B"), (1500.0, "1.50 kB"), (15_900_000.0, "15.9 MB"),
  ])
  func `has octets in decimal units`(_ number: Double, _ text: String) {
    #expect(Quantity.bytes(number) == text)
  }

  @Test func `says one and many`() {
    #expect(Quantity.count(1, "alert") == "1 alert")
    #expect(Quantity.count(2, "address", "addresses") == "2 addresses")
  }

  @Test func `rounds fractions and refuses what is no number`() {
    #expect(Quantity.fraction(2.345, 2) == "2.35" || Quantity.fraction(2.345, 2) == "2.34")
    #expect(Quantity.fraction(0.999, 1) == "1.0")
    #expect(Quantity.fraction(-0.01, 1) == "0.0")
    #expect(Quantity.fraction(.infinity, 1) == "-")
  }

  @Test func `says a day once`() throws {
    let from = try #require(Instant(iso8601: "2026-11-21T03:04:25Z"))
    let to = try #require(Instant(iso8601: "2026-11-21T03:09:57Z"))
    #expect(Quantity.times(from, to) == "2026-11-21 03:04:25 – 03:09:57")
    #expect(Quantity.times(from, from) == "2026-11-21 03:04:25")
  }

  @Test func `is one line where it tells a failure`() {
    #expect(Failure("a\nb\r\nc").message == "a b c")
  }
}
