import Testing

@testable import Wire

@Suite struct `Network time messages` {
  /// A client's question for a signed answer, by the key of account 1104.
  static let request =
    octets("db 00 11 e9") + [UInt8](repeating: 0, count: 36) + octets("e1b84f40 3ad7fc01")
    + octets("50040000") + [UInt8](repeating: 0, count: 16)

  @Test func `reads the account whose key is to sign`() throws {
    let message = try parse(Self.request)
    #expect(message.mode == .client && message.version == 3 && message.leapIndicator == 3)
    #expect(message.transmitTime == 0xE1B8_4F40_3AD7_FC01)
    let expected = NTP.Authenticator(
      relativeID: 1104, usesFormerKey: false, isExtended: false, isSigned: false)
    #expect(message.authenticator == expected)
  }

  @Test func `reads the former key, the longer form and a checksum`() throws {
    var former = Self.request
    former[51] = 0x80
    former[67] = 1
    let short = try parse(former).authenticator
    #expect(short?.relativeID == 1104 && short?.usesFormerKey == true && short?.isSigned == true)
    let extended =
      Array(Self.request.prefix(48)) + octets("50040000 00 01 00 00")
      + [UInt8](repeating: 0, count: 64)
    let long = try parse(extended).authenticator
    #expect(long?.isExtended == true && long?.usesFormerKey == true && long?.isSigned == false)
  }

  @Test func `keeps an unknown mode and passes over other lengths`() throws {
    var other = Array(Self.request.prefix(60))
    other[0] = 0xDF
    let message = try parse(other)
    #expect(message.mode.rawValue == 7 && message.authenticator == nil)
  }

  @Test(arguments: 0..<48) func `is truncated at any cut`(_ count: Int) {
    #expect(throws: ParseFailure.self) { try parse(Array(Self.request.prefix(count))) }
  }

  private func parse(_ octets: [UInt8]) throws(ParseFailure) -> NTP.Message {
    var input = ByteReader(octets.span)
    return try NTP.Message(parsing: &input)
  }
}
