import Evidence
import Testing

@testable import Sensor

@Suite struct `Time exchanges` {
  @Test func `says which account signed the answer, and which did not`() {
    var talk = Talk(NTPExchange.self, port: 123, transport: .udp)
    talk.say(message(mode: 0xDB, account: 0x50), from: .client)
    talk.say(message(mode: 0xDB, account: 0x51), from: .client)
    talk.say(message(mode: 0x1C, account: 0x51, checksum: 7), from: .server)
    talk.end()
    let requests = talk.output.activities.compactMap { activity -> TimeRequest? in
      if case .timeRequest(let request) = activity.detail { request } else { nil }
    }
    #expect(requests.map(\.relativeID) == [0x51, 0x50])
    #expect(requests.map(\.isSigned) == [true, false])
    #expect(talk.output.activities.map(\.outcome) == [.success, .unanswered])
    #expect(talk.lines.count == 3 && talk.lines[0].contains(#""rid":80"#))
  }

  @Test func `says nothing of a clock without a domain`() {
    var talk = Talk(NTPExchange.self, port: 123, transport: .udp)
    talk.say(Array(message(mode: 0x23, account: 0).prefix(48)), from: .client)
    talk.end()
    #expect(talk.output.activities.isEmpty && talk.output.coverage[.ntpMessages] == 1)
  }

  private func message(mode: UInt8, account: UInt8, checksum: UInt8 = 0) -> [UInt8] {
    [mode] + [UInt8](repeating: 0, count: 47) + [account, 0, 0, 0]
      + [UInt8](repeating: checksum, count: 16)
  }
}
