import Evidence
import Testing

@testable import Sensor

@Suite struct `Host configuration exchanges` {
  @Test func `says which name an address was granted to`() throws {
    var talk = Talk(DHCPExchange.self, port: 67, transport: .udp)
    let name: [UInt8] = [12, 4, 0x57, 0x53, 0x30, 0x33]
    talk.say(message(2, your: 0x21, [53, 1, 5] + name + [51, 4, 0, 0, 0x0E, 0x10]), from: .server)
    let activity = try #require(talk.output.activities.first)
    guard case .nameAnnouncement(let announcement) = activity.detail else {
      Issue.record("no announcement")
      return
    }
    #expect(announcement.name == "WS03" && announcement.isGranted)
    #expect(announcement.address == Address(ipv4: 0x0A14_0021))
    #expect(announcement.lifetimeSeconds == 3600)
    #expect(activity.source.address == announcement.address)
  }

  @Test func `says nothing without a name or an address`() {
    var talk = Talk(DHCPExchange.self, port: 67, transport: .udp)
    talk.say(message(1, your: 0, [53, 1, 3, 12, 1, 0x41]), from: .client)
    talk.say(message(2, your: 0x21, [53, 1, 5]), from: .server)
    #expect(talk.output.activities.isEmpty && talk.lines.count == 2)
  }

  private func message(_ operation: UInt8, your: UInt8, _ options: [UInt8]) -> [UInt8] {
    let address: [UInt8] = your == 0 ? [0, 0, 0, 0] : [10, 20, 0, your]
    return [operation, 1, 6, 0, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 8) + address
      + [UInt8](repeating: 0, count: 8) + [2, 0, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 202)
      + [0x63, 0x82, 0x53, 0x63] + options + [255]
  }
}
