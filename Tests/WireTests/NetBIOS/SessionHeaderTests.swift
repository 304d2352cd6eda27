import Testing
import Wire

@Suite struct `NetBIOS session header` {
  @Test func `reads the 24-bit length after the type`() throws {
    #expect(try parse([0x00, 0x01, 0x02, 0x03]) == SessionHeader(kind: .message, length: 0x010203))
  }

  @Test func `keeps an unknown type`() throws {
    #expect(try parse([0x42, 0, 0, 0]).kind.rawValue == 0x42)
  }

  @Test(arguments: 0..<4) func `is truncated at any cut`(_ count: Int) {
    let octets = [UInt8](repeating: 0, count: count)
    let failure = #expect(throws: ParseFailure.self) { try parse(octets) }
    #expect(failure?.reason == .truncated)
  }

  private func parse(_ octets: [UInt8]) throws -> SessionHeader {
    var input = ByteReader(octets.span)
    return try SessionHeader(parsing: &input)
  }
}
