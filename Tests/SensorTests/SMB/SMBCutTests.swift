import Evidence
import Testing

@testable import Sensor

@Suite struct `SMB that the capture cut` {
  private func talk() -> Talk<SMBExchange> { Talk(SMBExchange.self, port: 445) }

  private func cut(_ talk: inout Talk<SMBExchange>, _ octets: [UInt8], from side: Side) {
    let moment = Moment(time: Instant(seconds: 9), capture: 0, packet: 9)
    talk.exchange.cut(octets.span, from: side, at: moment, into: &talk.output)
  }

  @Test func `says what the header of a cut message says`() {
    var talk = talk()
    let message = SMBOctets.treeConnect("\\\\s\\ipc$", id: 1)
    cut(&talk, Array(message.prefix(70)), from: .client)
    #expect(talk.lines.first?.contains("\"command\":\"tree_connect\"") == true)
  }

  @Test func `never traps at any cut`() {
    let messages = [
      SMBOctets.treeConnect("\\\\s\\ipc$", id: 1), SMBOctets.create("samr", id: 2),
      SMBOctets.created(id: 2, file: 5), SMBOctets.write([5, 0, 11, 3], id: 3, file: 5),
      SMBOctets.readData([5, 0, 12, 3], id: 4),
    ]
    for message in messages {
      for count in message.indices {
        var talk = talk()
        cut(&talk, Array(message.prefix(count)), from: .client)
        talk.end()
        #expect(talk.lines.count <= 1)
      }
    }
  }

  @Test func `names a file that an answer opened without its request`() {
    var talk = talk()
    talk.say(SMBOctets.created(id: 2, file: 5), from: .server)
    talk.say(SMBOctets.read(id: 3, file: 5), from: .client)
    #expect(talk.lines.last?.contains("\"file\":\"[unknown]\"") == true)
    #expect(talk.output.activities.isEmpty)
  }

  @Test func `reads a compressed message`() {
    var talk = talk()
    let inner = Array(SMBOctets.treeConnect("\\\\s\\share", id: 1).dropFirst(4))
    var packed: [UInt8] = [0xFC, 0x53, 0x4D, 0x42]
    packed += SMBOctets.little(UInt64(inner.count), 4) + [0, 0, 1, 0]
    packed += SMBOctets.little(UInt64(inner.count), 4) + inner
    talk.say(SMBOctets.framed(packed), from: .client)
    #expect(talk.lines.first?.contains("\"tree\":\"\\\\\\\\s\\\\share\"") == true)
  }
}
