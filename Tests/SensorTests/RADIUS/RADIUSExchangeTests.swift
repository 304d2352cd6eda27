import Evidence
import Testing

@testable import Sensor

@Suite struct `Remote access exchanges` {
  @Test func `says who began a session from where`() throws {
    var talk = Talk(RADIUSExchange.self, port: 1813, transport: .udp)
    let attributes: [UInt8] =
      [1, 5, 0x41, 0x5C, 0x62, 8, 6, 10, 0, 0, 9] + [31, 4, 0x31, 0x32] + [40, 6, 0, 0, 0, 1]
    talk.say(message(4, attributes), from: .client)
    talk.say(message(4, attributes), from: .client)
    talk.say(message(5, []), from: .server)
    talk.end()
    #expect(talk.output.activities.count == 1)
    let activity = try #require(talk.output.activities.first)
    #expect(activity.account == AccountName(name: "b", domain: "A"))
    #expect(activity.outcome == .success)
    guard case .remoteAccess(let access) = activity.detail else {
      Issue.record("no remote access")
      return
    }
    #expect(access.kind == .start && access.framedAddress == Address(ipv4: 0x0A00_0009))
    #expect(access.callingStation == "12")
  }

  @Test func `says a refusal`() {
    var talk = Talk(RADIUSExchange.self, port: 1812, transport: .udp)
    talk.say(message(1, [1, 3, 0x62]), from: .client)
    talk.say(message(3, []), from: .server)
    #expect(talk.output.activities.map(\.outcome) == [.failure(code: 3)])
  }

  private func message(_ code: UInt8, _ attributes: [UInt8]) -> [UInt8] {
    [code, 9, 0, UInt8(20 + attributes.count)] + [UInt8](repeating: 1, count: 16) + attributes
  }
}
