import Evidence
import Testing

@testable import Sensor

@Suite struct `NetBIOS name exchanges` {
  @Test func `says a line, and nothing for certain`() {
    let exchange = NameServiceExchange(TestConversation.parties(.udp))
    var output = Output(wantsLines: true, wantsActivities: true)
    // `WPAD<00>`: each half octet is a letter counted from A.
    let name = Array("FHFAEBEECACACACACACACACACACACAAA".utf8)
    let query: [UInt8] = [0, 7, 1, 0x10, 0, 1, 0, 0, 0, 0, 0, 0, 32] + name + [0, 0, 0x20, 0, 1]
    #expect(recognises(query, .udp, isOnPort: true))
    _ = exchange.take(query.span, from: .client, at: TestConversation.moment(1), into: &output)
    exchange.end(into: &output)
    #expect(output.activities.isEmpty)
    #expect(output.coverage[.nbnsMessages] == 1)
    #expect(
      output.json.text.contains(#""id":7,"qr":0,"opcode":0,"name":"WPAD<00>","type":32"#))
  }

  @Test func `counts what is damaged`() {
    let exchange = NameServiceExchange(TestConversation.parties(.udp))
    var output = Output(wantsLines: true, wantsActivities: true)
    let octets: [UInt8] = [0, 7, 1, 0x10, 0, 1, 0, 0, 0, 0, 0, 0, 32, 65]
    _ = exchange.take(octets.span, from: .client, at: TestConversation.moment(1), into: &output)
    #expect(output.coverage[.undecoded] == 1)
  }

  private func recognises(
    _ octets: [UInt8], _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool {
    NameServiceExchange.recognises(octets.span, transport, isOnPort: isOnPort)
  }
}
