import Testing

@testable import Wire

@Suite struct `Basic encoding rules` {
  @Test func `reads a sequence of two integers`() throws {
    let octets: [UInt8] = [0x30, 0x07, 0x02, 0x01, 0xFF, 0x02, 0x02, 0x01, 0x00]
    var reader = ByteReader(octets.span)
    var sequence = try reader.element(.sequence, "pair")
    #expect(try sequence.integerElement("first") == -1)
    #expect(try sequence.integerElement("second") == 256)
    let isAtEnd = sequence.isAtEnd
    #expect(isAtEnd)
  }

  @Test func `keeps a tag above thirty`() throws {
    let octets: [UInt8] = [0x7F, 0x81, 0x01, 0x00]
    var reader = ByteReader(octets.span)
    let tag = try reader.element("high").tag
    #expect(tag == BERTag(leading: 0x60, number: 129))
  }

  @Test(arguments: [[0x30, 0x80], [0x30, 0x85, 1, 1, 1, 1, 1], [0x1F, 0xFF, 0xFF, 0xFF, 0xFF]])
  func `refuses indefinite lengths, long lengths and long tags`(_ octets: [UInt8]) {
    #expect(throws: ParseFailure.self) {
      var reader = ByteReader(octets.span)
      _ = try reader.element("element").tag
    }
  }

  @Test func `writes an object identifier with dots`() throws {
    let octets: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 0x01, 0x02, 0x02]
    var reader = ByteReader(octets.span)
    #expect(try reader.objectIdentifier("mech") == "1.2.840.113554.1.2.2")
  }

  @Test func `says how long an element is before it is whole`() throws {
    let octets: [UInt8] = [0x30, 0x82, 0x01, 0x00]
    let whole = try ByteReader(octets.span).elementByteCount("message")
    #expect(whole == 260)
    let cut: [UInt8] = [0x30, 0x82]
    let unknown = try ByteReader(cut.span).elementByteCount("message")
    #expect(unknown == nil)
  }
}
