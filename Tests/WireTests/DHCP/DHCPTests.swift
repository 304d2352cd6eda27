import Testing

@testable import Wire

@Suite struct `Host configuration messages` {
  /// A client asks again for 10.20.0.33 and calls itself `WS03`, `WS03.alpine.test`.
  static let request =
    octets("01 01 06 00 00001234 0000 0000 00000000 00000000 00000000 00000000 020000000033")
    + [UInt8](repeating: 0, count: 10 + 64 + 128)
    + octets("63825363 35 01 03 32 04 0a140021 0c 04 57533033")
    + octets("51 15 04 00 00 04 57533033 06 616c70696e65 04 74657374 00")
    + octets("3c 08 4d53465420352e30 00 ff")

  @Test func `reads names and addresses`() throws {
    let message = try parse(Self.request)
    #expect(message.kind == .request && message.transaction == 0x1234)
    #expect(message.requestedAddress == 0x0A14_0021 && message.clientAddress == 0)
    #expect(message.hostName == "WS03" && message.fullName == "WS03.alpine.test")
    #expect(message.vendorClass == "MSFT 5.0" && message.hardwareAddress == 0x0200_0000_0033)
    #expect(message.failure == nil)
  }

  @Test func `keeps an unknown kind and passes over unknown options`() throws {
    let message = try parse(Array(Self.request.prefix(240)) + octets("e0 02 0102 35 01 63 ff"))
    #expect(message.kind?.rawValue == 99 && message.hostName == nil)
  }

  @Test func `refuses what is no message of this kind, and more options than fit`() throws {
    var bootstrap = Self.request
    bootstrap[236] = 0
    #expect(throws: ParseFailure.self) { try parse(bootstrap) }
    let options = [[UInt8]](repeating: [0xE0, 0], count: 256).joined()
    let message = try parse(Array(Self.request.prefix(240)) + options)
    #expect(message.failure?.reason == .overLimit)
  }

  @Test func `is truncated, never trapped, at any cut`() {
    for count in 0..<Self.request.count {
      do {
        let message = try parse(Array(Self.request.prefix(count)))
        #expect(message.failure == nil || message.failure?.reason == .truncated)
      } catch {
        #expect(error.reason == .truncated && count < 240)
      }
    }
  }

  @Test func `survives any octet changed`() {
    for index in Self.request.indices {
      for value: UInt8 in [0x00, 0x7F, 0xFF] {
        var changed = Self.request
        changed[index] = value
        do { _ = try parse(changed) } catch { #expect(error.offset <= changed.count) }
      }
    }
  }

  private func parse(_ octets: [UInt8]) throws(ParseFailure) -> DHCP.Message {
    var input = ByteReader(octets.span)
    return try DHCP.Message(parsing: &input)
  }
}
