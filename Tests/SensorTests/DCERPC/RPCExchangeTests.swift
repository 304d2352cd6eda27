import Evidence
import Testing

@testable import Sensor

@Suite struct `Remote calls over TCP` {
  private func talk() -> Talk<RPCExchange> { Talk(RPCExchange.self, port: 49_152) }

  @Test func `pairs a call with its answer, and reads both`() {
    var talk = talk()
    talk.say(RPCOctets.bind(RPCOctets.samr), from: .client)
    talk.say(RPCOctets.bound(), from: .server)
    talk.say(RPCOctets.request(13, call: 2, stub: RPCOctets.enumerateUsers), from: .client)
    talk.say(RPCOctets.response(call: 2, stub: RPCOctets.users), from: .server)
    let activity = talk.output.activities.first
    #expect(activity?.outcome == .success)
    #expect(activity?.proof.packets == [3, 4])
    #expect(talk.calls.first?.operation == "SamrEnumerateUsersInDomain")
    guard case .samr(let query)? = talk.calls.first?.arguments else {
      Issue.record("no SAMR query")
      return
    }
    #expect(query.subject == .users)
    #expect(query.isEnumeration)
    #expect(query.names == ["ab"])
    #expect(query.rids == [500])
    #expect(talk.lines.count == 4)
    #expect(talk.lines[2].contains("\"opnum\":13"))
    #expect(talk.lines[3].contains("\"iface\":\"12345778-1234-abcd-ef00-0123456789ac\""))
  }

  @Test func `puts fragments together, cut anywhere`() {
    var talk = talk()
    talk.say(RPCOctets.bind(RPCOctets.samr), from: .client)
    talk.say(RPCOctets.bound(), from: .server)
    talk.say(RPCOctets.request(13, call: 2, stub: RPCOctets.enumerateUsers), from: .client)
    let first = RPCOctets.response(
      call: 2, flags: 1, stub: Array(RPCOctets.users.prefix(16)))
    let second = RPCOctets.response(
      call: 2, flags: 2, stub: Array(RPCOctets.users.dropFirst(16)))
    let stream = first + second
    let progress = talk.say(Array(stream.prefix(first.count + 10)), from: .server)
    #expect(progress.consumed == first.count)
    #expect(progress.needed == 16)
    talk.say(second, from: .server)
    guard case .samr(let query)? = talk.calls.first?.arguments else {
      Issue.record("no SAMR query")
      return
    }
    #expect(query.names == ["ab"])
  }

  @Test func `keeps a call whose bind was not seen`() {
    var talk = talk()
    talk.say(RPCOctets.request(3, call: 2, stub: [1, 2, 3, 4]), from: .client)
    talk.say(RPCOctets.response(call: 2, stub: [0, 0, 0, 0]), from: .server)
    #expect(talk.calls.first?.interface == nil)
    #expect(talk.calls.first?.opnum == 3)
    #expect(talk.calls.first?.operation == nil)
  }

  @Test func `counts a sealed call, and does not know how it ended`() {
    var talk = talk()
    talk.say(RPCOctets.bind(RPCOctets.samr), from: .client)
    let request = RPCOctets.request(
      13, call: 2, trailer: RPCOctets.sealed, stub: [1, 2, 3, 4])
    talk.say(request, from: .client)
    talk.say(RPCOctets.response(call: 2, trailer: RPCOctets.sealed, stub: [9]), from: .server)
    #expect(talk.output.coverage[.rpcSealed] == 1)
    #expect(talk.output.activities.first?.outcome == .unknown)
    #expect(talk.calls.first?.isSealed == true)
    #expect(talk.calls.first?.operation == "SamrEnumerateUsersInDomain")
  }

  @Test func `says what the server refused`() {
    var talk = talk()
    talk.say(RPCOctets.bind(RPCOctets.samr), from: .client)
    talk.say(RPCOctets.request(13, call: 2, stub: RPCOctets.enumerateUsers), from: .client)
    talk.say(RPCOctets.fault(0x1C01_0002, call: 2), from: .server)
    #expect(talk.output.activities.first?.outcome == .failure(code: 0x1C01_0002))

    talk.say(RPCOctets.request(13, call: 3, stub: RPCOctets.enumerateUsers), from: .client)
    let denied = [UInt8](repeating: 0, count: 12) + [0x22, 0, 0, 0xC0]
    talk.say(RPCOctets.response(call: 3, stub: denied), from: .server)
    #expect(talk.output.activities.last?.outcome == .failure(code: 0xC000_0022))
  }

  @Test func `says at the end what nobody answered`() {
    var talk = talk()
    talk.say(RPCOctets.bind(RPCOctets.samr), from: .client)
    talk.say(RPCOctets.request(13, call: 2, stub: RPCOctets.enumerateUsers), from: .client)
    #expect(talk.output.activities.isEmpty)
    talk.end()
    #expect(talk.output.activities.map(\.outcome) == [.unanswered])
  }

  @Test func `holds no more calls than it may`() {
    var talk = talk()
    for call in 0..<UInt32(Limits.pendingRequests + 3) {
      talk.say(RPCOctets.request(1, call: call, stub: []), from: .client)
    }
    #expect(talk.output.activities.map(\.outcome) == Array(repeating: .unanswered, count: 3))
    #expect(talk.output.coverage[.evictions] == 3)
  }

  @Test func `does not read an answer of which a part was lost`() {
    var talk = talk()
    talk.say(RPCOctets.bind(RPCOctets.samr), from: .client)
    talk.say(RPCOctets.request(13, call: 2, stub: RPCOctets.enumerateUsers), from: .client)
    let users = RPCOctets.users
    talk.say(
      RPCOctets.response(call: 2, flags: 1, stub: Array(users.prefix(16))), from: .server)
    let moment = Moment(time: Instant(seconds: 9), capture: 0, packet: 9)
    talk.exchange.lost(.server, at: moment, into: &talk.output)
    talk.say(
      RPCOctets.response(call: 2, flags: 2, stub: Array(users.suffix(8))), from: .server)
    #expect(talk.calls.first?.status == nil)
    #expect(talk.output.activities.first?.outcome == .success)
  }

  @Test func `passes over octets that are no fragment`() {
    var talk = talk()
    let progress = talk.say([UInt8](repeating: 0x41, count: 40), from: .client)
    #expect(progress.consumed == 40)
    #expect(talk.output.coverage[.undecoded] == 1)
  }

  @Test func `recognises fragments and nothing else`() {
    func isRecognised(_ octets: [UInt8]) -> Bool {
      RPCExchange.recognises(octets.span, .tcp, isOnPort: false)
    }
    #expect(isRecognised(RPCOctets.bind(RPCOctets.samr)))
    #expect(!isRecognised(Array("GET / HTTP/1.1\r\n\r\n".utf8)))
    #expect(!isRecognised([5, 0, 11]))
    #expect(!isRecognised([5, 0, 99, 3, 0x10, 0, 0, 0, 72, 0, 0, 0, 1, 0, 0, 0]))
  }

  @Test func `never traps, whatever octet is changed`() {
    let stream = RPCOctets.bind(RPCOctets.samr)
    let call = RPCOctets.request(13, call: 2, stub: RPCOctets.enumerateUsers)
    let answer = RPCOctets.response(call: 2, stub: RPCOctets.users)
    for index in answer.indices {
      for value: UInt8 in [0, 0x7F, 0xFF] {
        var talk = talk()
        talk.say(stream, from: .client)
        talk.say(call, from: .client)
        var changed = answer
        changed[index] = value
        talk.say(changed, from: .server)
        talk.end()
        #expect(talk.output.activities.count == 1)
      }
    }
  }
}
