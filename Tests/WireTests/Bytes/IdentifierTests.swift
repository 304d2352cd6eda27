import Testing
import Wire

@Suite struct `GUIDs and SIDs` {
  @Test func `a GUID reads the same from either byte order`() throws {
    let text = "8a885d04-1ceb-11c9-9fe8-08002b104860"
    let little = octets("045d888aeb1cc9119fe808002b104860")
    let big = octets("8a885d041ceb11c99fe808002b104860")
    var input = ByteReader(little.span)
    let first = try GUID(parsing: &input, "uuid")
    #expect(first.description == text)
    input = ByteReader(big.span)
    let second = try GUID(parsing: &input, isLittleEndian: false, "uuid")
    #expect(second == first)
    #expect(GUID(text)?.description == text)
  }

  @Test(arguments: ["", "8a885d04", "8a885d04-1ceb-11c9-9fe8-08002b10486x", "0"])
  func `text that is no GUID is none`(_ text: String) {
    #expect(GUID(text) == nil)
  }

  @Test func `a SID reads as its text`() throws {
    let octets = octets("010500000000000515000000 01000000 02000000 03000000 f4010000")
    var input = ByteReader(octets.span)
    let sid = try SID(parsing: &input)
    #expect(sid.description == "S-1-5-21-1-2-3-500")
    #expect(sid.relativeID == 500)
  }

  @Test func `a SID of too many authorities is refused`() {
    let octets = [1, 17] + [UInt8](repeating: 0, count: 80)
    let failure = #expect(throws: ParseFailure.self) {
      var input = ByteReader(octets.span)
      _ = try SID(parsing: &input)
    }
    #expect(failure?.reason == .overLimit)
  }

  @Test(arguments: 0..<28) func `a SID is truncated at any cut`(_ count: Int) {
    let octets = octets("010500000000000515000000 01000000 02000000 03000000 f4010000")
    let failure = #expect(throws: ParseFailure.self) {
      var input = ByteReader(octets.span.extracting(first: count))
      _ = try SID(parsing: &input)
    }
    #expect(failure?.reason == .truncated)
  }
}
