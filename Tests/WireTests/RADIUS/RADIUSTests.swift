import Testing

@testable import Wire

@Suite struct `Access and accounting messages` {
  /// The start of a session of `ALPINE\m.weber` from 203.0.113.9, who gets 10.20.9.4.
  static let start =
    octets("04 2a 0047") + [UInt8](repeating: 0xAB, count: 16)
    + octets("01 10 414c50494e455c6d2e7765626572 08 06 0a140904")
    + octets("1f 0d 3230332e302e3131332e39 28 06 00000001 2c 04 7331 2e 06 0000003c")

  @Test func `reads who came from where`() throws {
    let message = try parse(Self.start)
    #expect(message.code == .accountingRequest && message.identifier == 42)
    #expect(message.userName == "ALPINE\\m.weber" && message.framedAddress == 0x0A14_0904)
    #expect(message.callingStation == "203.0.113.9" && message.status == 1)
    #expect(message.session == "s1" && message.sessionSeconds == 60)
    #expect(message.failure == nil)
  }

  @Test func `keeps an unknown code and passes over unknown attributes`() throws {
    let message = try parse(
      octets("f0 01 0018") + [UInt8](repeating: 0, count: 16) + octets("fe 04 0102 ffff"))
    #expect(message.code.rawValue == 0xF0 && message.failure == nil)
  }

  @Test func `refuses lengths that cannot be`() throws {
    var short = Self.start
    short[3] = 19
    #expect(throws: ParseFailure.self) { try parse(short) }
    let message = try parse(
      octets("04 01 0016") + [UInt8](repeating: 0, count: 16) + octets("01 01"))
    #expect(message.failure?.reason == .malformed)
  }

  @Test func `is truncated, never trapped, at any cut`() {
    for count in 0..<Self.start.count {
      do {
        let message = try parse(Array(Self.start.prefix(count)))
        #expect(message.failure?.reason == .truncated)
      } catch {
        #expect(error.reason == .truncated && count < 20)
      }
    }
  }

  private func parse(_ octets: [UInt8]) throws(ParseFailure) -> RADIUS.Message {
    var input = ByteReader(octets.span)
    return try RADIUS.Message(parsing: &input)
  }
}
