import Testing

@testable import Wire

@Suite struct `NetBIOS name service messages` {
  @Test func `reads a refresh with its address`() throws {
    let message = try parse(NameServiceSamples.refresh)
    #expect(message.opcode == .refresh)
    #expect(!message.isResponse)
    #expect(message.questions.map(\.name.description) == ["IE11WIN7<00>"])
    #expect(message.additionals.map(\.name.description) == ["IE11WIN7<00>"])
    #expect(message.additionals.map(\.addresses) == [[0xC0A8_C6CB]])
  }

  @Test func `reads the names of a node's status`() throws {
    let message = try parse(NameServiceSamples.status)
    #expect(message.answers.first?.type == .nbstat)
    #expect(message.answers.first?.names.map(\.name.description) == ["DC1<00>", "ALPINE<1c>"])
    #expect(message.answers.first?.names.map(\.isGroup) == [false, true])
  }

  @Test func `shows octets that are not printable`() throws {
    let wildcard = try parse(NameServiceSamples.status).answers.first?.name
    let zeros = String(repeating: "<00>", count: 14)
    #expect(wildcard?.description == "*\(zeros)<00>")
  }

  @Test func `keeps an unknown operation and type`() throws {
    var changed = NameServiceSamples.refresh
    changed[2] = 0x78
    changed[47] = 0x99
    let message = try parse(changed)
    #expect(message.opcode.rawValue == 15)
    #expect(message.questions.first?.type.rawValue == 0x99)
  }

  @Test func `says what a name is used for, and its scope`() {
    var name = NameService.Name(octets: 0x4653_3120_2020_2020_2020_2020_2020_2020)
    #expect(name.description == "FS1<20>" && name.use.description == "Server service")
    name.scope = "lab"
    #expect(name.description == "FS1<20>.lab")
    #expect(NameService.Name(octets: 0x99).use.description == "Unknown")
  }

  @Test func `is truncated, never trapped, at any cut`() {
    for sample in [NameServiceSamples.refresh, NameServiceSamples.status] {
      for count in 0..<sample.count {
        do {
          let message = try parse(Array(sample.prefix(count)))
          #expect(message.failure?.reason == .truncated, "\(count) octets were read")
        } catch {
          #expect(error.reason == .truncated)
        }
      }
    }
  }

  @Test func `survives any octet changed`() {
    for sample in [NameServiceSamples.refresh, NameServiceSamples.status] {
      for index in sample.indices {
        for value: UInt8 in [0x00, 0x3F, 0xC0, 0xFF] {
          var changed = sample
          changed[index] = value
          do { _ = try parse(changed) } catch { #expect(error.offset <= changed.count) }
        }
      }
    }
  }

  @Test func `refuses more entries than a datagram holds, and scopes without end`() throws {
    var many = NameServiceSamples.refresh
    many[5] = 65
    let crowd = try parse(many)
    #expect(crowd.failure?.reason == .overLimit && crowd.questions.isEmpty)
    let label = [UInt8(63)] + Array(repeating: UInt8(ascii: "a"), count: 63)
    let name = NameServiceSamples.refresh[12..<45] + Array(repeatElement(label, count: 5).joined())
    let message = NameServiceSamples.refresh[..<12] + name + octets("00 0020 0001")
    let endless = try parse(Array(message))
    #expect(endless.failure?.reason == .overLimit && endless.questions.isEmpty)
  }

  private func parse(_ octets: [UInt8]) throws(ParseFailure) -> NameService.Message {
    var input = ByteReader(octets.span)
    return try NameService.Message(parsing: &input)
  }
}

private enum NameServiceSamples {
  /// A Windows 7 host refreshes its name.
  static let refresh = octets(
    """
    b9464000000100000000000120454a4546444244424648454a454f4448434143414341434143414341434141
    410000200001c00c00200001000493e000066000c0a8c6cb
    """)

  /// A node's status with two names and 46 octets of statistics, made by hand.
  static let status = octets(
    """
    00018400000000010000000020434b4141414141414141414141414141414141414141414141414141414141
    41000021000100000000005302444331202020202020202020202020000400414c50494e4520202020202020
    20201c8400000000000000000000000000000000000000000000000000000000000000000000000000000000
    00000000000000
    """)
}
