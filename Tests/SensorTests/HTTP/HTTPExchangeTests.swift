import Evidence
import Testing

@testable import Sensor

@Suite struct `HTTP authentication` {
  @Test func `says an NTLM logon by the status that answers it`() {
    let output = converse([
      (.client, "GET / HTTP/1.1\r\nAuthorization: NTLM TlRMTVNTUAABAAAABYIIAA==\r\n\r\n"),
      (
        .server,
        "HTTP/1.1 401 No\r\nWWW-Authenticate: NTLM \(base64(TokenOctets.challenge()))\r\n"
          + "Content-Length: 5\r\n\r\n12345"
      ),
      (
        .client,
        "GET / HTTP/1.1\r\nAuthorization: NTLM \(base64(TokenOctets.authenticate("eve")))\r\n\r\n"
      ),
      (.server, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
      (.client, "GET /next HTTP/1.1\r\n\r\n"),
      (.server, "HTTP/1.1 200 OK\r\n\r\nuntil the end"),
    ])
    #expect(output.activities.map(\.kind) == [.ntlm])
    #expect(output.activities.map(\.outcome) == [.success])
    #expect(output.activities.map(\.proof.packets) == [[3, 4]])
    #expect(output.activities.first?.account?.name == "eve")
    #expect(output.coverage[.ntlmMessages] == 3)
    #expect(output.coverage[.undecoded] == 0)
  }

  @Test func `passes a body over that has not come`() {
    let exchange = HTTPExchange(TestConversation.parties(.tcp))
    var output = Output(wantsLines: true, wantsActivities: true)
    let octets = Array("POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\nabc".utf8)
    let progress = exchange.take(
      octets.span, from: .client, at: TestConversation.moment(1), into: &output)
    #expect(progress.consumed == octets.count - 3 + 1_000_000)
  }

  @Test func `reads the remote calls in a body, cut anywhere`() {
    // RTS, then a bind that offers one context (MS-RPCH sections 2.2.3.5 and 3.2.2).
    let control: [UInt8] = [5, 0, 20, 3, 0x10, 0, 0, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    let identifier: [UInt8] = Array(repeating: 7, count: 16)
    let bind: [UInt8] =
      [5, 0, 11, 3, 0x10, 0, 0, 0, 72, 0, 0, 0, 1, 0, 0, 0, 0xD0, 16, 0xD0, 16, 0, 0, 0, 0]
      + [1, 0, 0, 0, 0, 0, 1, 0] + identifier + [1, 0, 0, 0] + identifier + [2, 0, 0, 0]
    let head = Array(
      "RPC_IN_DATA /rpc/rpcproxy.dll HTTP/1.1\r\nContent-Length: 96\r\n\r\n".utf8)
    let octets = head + control + bind + [0, 0, 0, 0] + Array("GET / HTTP/1.1\r\n\r\n".utf8)
    for cut in 0...octets.count {
      let exchange = HTTPExchange(TestConversation.parties(.tcp))
      var output = Output(wantsLines: true, wantsActivities: true)
      var start = 0
      for end in [cut, octets.count] {
        let progress = exchange.take(
          octets.span.extracting(start..<end), from: .client, at: TestConversation.moment(1),
          into: &output)
        start += progress.consumed
      }
      #expect(start == octets.count)
      #expect(output.coverage[.rpcMessages] == 2)
    }
  }

  private func converse(_ messages: [(Side, String)]) -> Output {
    let exchange = HTTPExchange(TestConversation.parties(.tcp))
    var output = Output(wantsLines: true, wantsActivities: true)
    for (index, message) in messages.enumerated() {
      let octets = Array(message.1.utf8)
      let progress = exchange.take(
        octets.span, from: message.0, at: TestConversation.moment(UInt64(index + 1)),
        into: &output)
      #expect(progress.consumed == octets.count)
    }
    exchange.end(into: &output)
    return output
  }

  private func base64(_ octets: [UInt8]) -> String {
    let alphabet = Array(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    var bits: UInt32 = 0
    var bitCount: UInt32 = 0
    for octet in octets + [0, 0] {
      bits = bits << 8 | UInt32(octet)
      bitCount += 8
      while bitCount >= 6 {
        bitCount -= 6
        text.append(alphabet[Int(bits >> bitCount & 63)])
      }
    }
    return String(decoding: text.prefix((octets.count * 8 + 5) / 6), as: UTF8.self)
  }
}
