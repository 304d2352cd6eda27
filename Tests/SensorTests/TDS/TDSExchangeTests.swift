import Evidence
import Testing

@testable import Sensor

@Suite struct `Logins to SQL Server` {
  @Test func `says an NTLM logon by the server's answer`() {
    let login =
      Array(repeating: 0 as UInt8, count: 78) + [94, 0, 4, 0] + Array(repeating: 0, count: 12)
    let output = converse([
      (.client, packet(0x12, [1, 2, 3])),
      (.client, packet(0x10, login + [9, 9, 9, 9])),
      (.server, packet(0x04, token(0xED, TokenOctets.challenge()))),
      (.client, packet(0x11, TokenOctets.authenticate("sa-job"))),
      (.server, packet(0x04, token(0xAA, [0x18, 0x48, 0, 0, 1]))),
      (.client, packet(0x01, [1])),
    ])
    #expect(output.activities.map(\.kind) == [.ntlm])
    #expect(output.activities.map(\.outcome) == [.failure(code: 18456)])
    #expect(output.activities.map(\.proof.packets) == [[4, 5]])
    #expect(output.coverage[.ntlmMessages] == 2)
    #expect(output.coverage[.undecoded] == 0)
  }

  @Test func `puts a message of several packets together`() {
    let message = TokenOctets.authenticate("alice")
    let output = converse([
      (.client, packet(0x11, Array(message[..<50]), isLast: false)),
      (.client, packet(0x11, Array(message[50...]))),
      (.server, packet(0x04, token(0xE3, [1, 2]) + token(0xAD, [1]))),
    ])
    #expect(output.activities.map(\.outcome) == [.success])
    #expect(output.activities.first?.account?.name == "alice")
  }

  @Test func `stops at what is no packet, and never traps at a cut`() {
    let stream = packet(0x10, Array(repeating: 0, count: 90))
    for count in 0..<stream.count {
      let output = converse([(.client, Array(stream[..<count]))])
      #expect(output.coverage[.undecoded] == 0)
    }
    #expect(converse([(.client, [0x10, 1, 0, 3, 0, 0, 0, 0])]).coverage[.undecoded] == 1)
    #expect(converse([(.client, packet(0x10, [1, 2]))]).coverage[.undecoded] == 1)
  }

  private func packet(_ type: UInt8, _ content: [UInt8], isLast: Bool = true) -> [UInt8] {
    let count = content.count + 8
    return [type, isLast ? 1 : 0, UInt8(count >> 8), UInt8(count & 0xFF), 0, 0, 0, 0] + content
  }

  private func token(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
    [type, UInt8(content.count & 0xFF), UInt8(content.count >> 8)] + content
  }

  private func converse(_ messages: [(Side, [UInt8])]) -> Output {
    let exchange = TDSExchange(TestConversation.parties(.tcp))
    var output = Output(wantsLines: true, wantsActivities: true)
    for (index, message) in messages.enumerated() {
      _ = exchange.take(
        message.1.span, from: message.0, at: TestConversation.moment(UInt64(index + 1)),
        into: &output)
    }
    exchange.end(into: &output)
    return output
  }
}
