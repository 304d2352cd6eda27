import Evidence
import Testing

@testable import Sensor

@Suite struct `Remote calls over UDP` {
  private func talk() -> Talk<RPCDatagramExchange> {
    Talk(RPCDatagramExchange.self, port: 135, transport: .udp)
  }

  /// A packet of version 4, little-endian, about SAMR.
  private func packet(
    _ kind: UInt8, sequence: UInt8, operation: UInt8, flags: UInt8 = 0, body: [UInt8] = []
  ) -> [UInt8] {
    let head: [UInt8] = [4, kind, flags, 0, 0x10, 0, 0, 0] + [UInt8](repeating: 0, count: 16)
    let identifiers = RPCOctets.samr + [UInt8](repeating: 7, count: 16)
    let numbers: [UInt8] =
      [0, 0, 0, 0, 1, 0, 0, 0, sequence, 0, 0, 0, operation, 0, 0xFF, 0xFF, 0xFF, 0xFF]
    return head + identifiers + numbers + [UInt8(body.count), 0, 0, 0, 0, 0] + body
  }

  @Test func `pairs a call with its answer`() {
    var talk = talk()
    talk.say(packet(0, sequence: 1, operation: 13, body: RPCOctets.enumerateUsers), from: .client)
    talk.say(packet(4, sequence: 1, operation: 13), from: .server)
    talk.say(packet(2, sequence: 1, operation: 13, body: RPCOctets.users), from: .server)
    #expect(talk.calls.first?.operation == "SamrEnumerateUsersInDomain")
    #expect(talk.output.activities.map(\.outcome) == [.success])
    #expect(talk.lines.count == 3)
    #expect(talk.lines[1].contains("\"ptype\":\"working\""))
    guard case .samr(let query)? = talk.calls.first?.arguments else {
      Issue.record("no SAMR query")
      return
    }
    #expect(query.isEnumeration)
  }

  @Test func `says what was rejected`() {
    var talk = talk()
    talk.say(packet(0, sequence: 2, operation: 99), from: .client)
    talk.say(packet(6, sequence: 2, operation: 99, body: [2, 0, 1, 0x1C]), from: .server)
    #expect(talk.output.activities.map(\.outcome) == [.failure(code: 0x1C01_0002)])
    #expect(talk.lines.last?.contains("\"fault_status\":\"0x1c010002\"") == true)
  }

  @Test func `does not read the arguments of a fragment`() {
    var talk = talk()
    talk.say(
      packet(0, sequence: 3, operation: 13, flags: 4, body: RPCOctets.enumerateUsers),
      from: .client)
    talk.end()
    guard case .unread? = talk.calls.first?.arguments else {
      Issue.record("arguments of a fragment were read")
      return
    }
    #expect(talk.output.activities.map(\.outcome) == [.unanswered])
  }

  private func isRecognised(_ octets: [UInt8]) -> Bool {
    RPCDatagramExchange.recognises(octets.span, .udp, isOnPort: true)
  }

  @Test func `recognises its packets at any cut`() {
    let whole = packet(0, sequence: 1, operation: 13, body: [1, 2])
    #expect(isRecognised(whole))
    for count in whole.indices {
      let cut = Array(whole.prefix(count))
      #expect(!isRecognised(cut))
      var talk = talk()
      talk.say(cut, from: .client)
    }
  }
}
