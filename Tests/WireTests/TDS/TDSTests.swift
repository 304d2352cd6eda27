import Testing

@testable import Wire

@Suite struct `Packets of SQL Server's protocol` {
  @Test func `reads a header and keeps an unknown type`() throws {
    let header = try header([0x63, 0x01, 0x00, 0x10, 0, 0, 1, 0])
    #expect(header.type.rawValue == 0x63)
    #expect(header.isLast && header.byteCount == 16)
  }

  @Test(arguments: 0..<8)
  func `is truncated at any cut of the header`(_ count: Int) {
    #expect { try header(Array([0x10, 1, 0, 16, 0, 0, 1, 0].prefix(count))) } throws: {
      ($0 as? ParseFailure)?.reason == .truncated
    }
  }

  @Test func `refuses a packet shorter than its header`() {
    #expect { try header([0x10, 1, 0, 7, 0, 0, 1, 0]) } throws: {
      ($0 as? ParseFailure)?.reason == .malformed
    }
  }

  @Test func `finds the token of a login, long or absent`() throws {
    let fixed = [UInt8](repeating: 0, count: 78)
    let rest = [UInt8](repeating: 0, count: 12)
    #expect(try loginToken(fixed + [0, 0, 0, 0] + rest) == [])
    #expect(try loginToken(fixed + [94, 0, 2, 0] + rest + [7, 8]) == [7, 8])
    let long = fixed + [94, 0, 0xFF, 0xFF] + Array(repeating: 0, count: 8) + [3, 0, 0, 0, 7, 8, 9]
    #expect(try loginToken(long) == [7, 8, 9])
    for count in long.indices {
      #expect(throws: ParseFailure.self) { try loginToken(Array(long[..<count])) }
    }
  }

  @Test func `reads an answer up to the first token of another kind`() throws {
    let octets: [UInt8] = [
      0xE3, 2, 0, 1, 2, 0xED, 1, 0, 9, 0xAA, 5, 0, 0x18, 0x48, 0, 0, 1, 0xD1, 0xFF,
    ]
    var verdict = TDS.Verdict.none
    let token = try TDS.loginAnswer(in: ByteReader(octets.span), verdict: &verdict)
    var reader = token
    #expect(reader.array() == [9])
    guard case .refused(18456) = verdict else {
      Issue.record("not refused")
      return
    }
    for count in 1..<17 where ![5, 9].contains(count) {
      #expect(throws: ParseFailure.self) {
        var verdict = TDS.Verdict.none
        _ = try TDS.loginAnswer(
          in: ByteReader(octets.span.extracting(first: count)), verdict: &verdict
        ).remaining
      }
    }
  }

  private func header(_ octets: [UInt8]) throws(ParseFailure) -> TDS.Header {
    var reader = ByteReader(octets.span)
    return try TDS.Header(parsing: &reader)
  }

  private func loginToken(_ octets: [UInt8]) throws(ParseFailure) -> [UInt8] {
    var token = try TDS.loginToken(in: ByteReader(octets.span))
    return token.array()
  }
}
