import Evidence
import Testing

@testable import Sensor

@Suite struct `Kerberos exchanges` {
  private typealias Octets = TokenOctets

  @Test func `pairs a logon that is asked for proof and then gives it`() throws {
    let output = converse(
      .udp,
      [
        (.client, Octets.asRequest("alice", nonce: 1)),
        (.server, Octets.error(25, "krbtgt/ALPINE.TEST")),
        (.client, Octets.asRequest("alice", nonce: 2, timestamp: true)),
        (.server, Octets.reply(11, "Alice", Octets.ticket("krbtgt/ALPINE.TEST", of: 9))),
      ])
    #expect(output.activities.count == 2)
    let refused = try #require(output.activities.first)
    #expect(refused.outcome == .failure(code: 25))
    #expect(refused.proof.packets == [1, 2])
    #expect(refused.account == AccountName(name: "alice", domain: "ALPINE.TEST"))
    let accepted = try #require(output.activities.last)
    #expect(accepted.outcome == .success)
    #expect(accepted.proof.packets == [3, 4])
    #expect(accepted.source == TestConversation.client)
    guard case .kerberosAS(let exchange) = accepted.detail else {
      Issue.record("not an AS exchange")
      return
    }
    #expect(exchange.client == "alice" && exchange.answeredClient == "Alice")
    #expect(exchange.preauthEtype == 23 && exchange.hasPreauthentication)
    #expect(exchange.etypes == [18, 23])
    #expect(exchange.options == 0x4081_0010)
    #expect(exchange.issued?.isTicketGranting == true)
    #expect(exchange.replyEtype == 18)
  }

  @Test func `knows the ticket again that a later request presents`() throws {
    let ticket = Octets.ticket("krbtgt/ALPINE.TEST", of: 9)
    let output = converse(
      .tcp,
      [
        (.client, Octets.streamed(Octets.asRequest("alice", nonce: 1))),
        (.server, Octets.streamed(Octets.reply(11, "alice", ticket))),
        (.client, Octets.streamed(Octets.tgsRequest("cifs/fs1", nonce: 2, presenting: ticket))),
        (.server, Octets.streamed(Octets.reply(13, "alice", Octets.ticket("cifs/fs1", of: 5)))),
      ])
    guard case .kerberosAS(let logon) = output.activities.first?.detail,
      case .kerberosTGS(let service) = output.activities.last?.detail
    else {
      Issue.record("not a logon and a service ticket")
      return
    }
    #expect(logon.issued?.fingerprint == service.presented?.fingerprint)
    #expect(service.issued?.fingerprint != service.presented?.fingerprint)
    #expect(service.service == "cifs/fs1")
    #expect(service.client == AccountName(name: "alice", domain: "ALPINE.TEST"))
    #expect(output.activities.last?.account == service.client)
  }

  @Test func `names nobody where a reply hides its client`() {
    let tgt = Octets.ticket("krbtgt/ALPINE.TEST", of: 9)
    let hidden = "WELLKNOWN/ANONYMOUS"
    let output = converse(
      .udp,
      [
        (.client, Octets.asRequest("alice", nonce: 1)), (.server, Octets.reply(11, hidden, tgt)),
        (.client, Octets.tgsRequest("cifs/fs1", nonce: 2, presenting: tgt)),
        (.server, Octets.reply(13, hidden, Octets.ticket("cifs/fs1", of: 5))),
      ])
    #expect(output.activities.map(\.account?.name) == ["alice", nil])
    guard case .kerberosTGS(let exchange) = output.activities.last?.detail else { return }
    #expect(exchange.client == nil && exchange.presented != nil)
  }

  @Test func `counts a repeated datagram once, and says what nobody answered`() {
    let output = converse(
      .udp,
      [
        (.client, Octets.asRequest("bob", nonce: 1)), (.client, Octets.asRequest("bob", nonce: 1)),
      ])
    #expect(output.activities.map(\.outcome) == [.unanswered])
    #expect(output.coverage[.kerberosMessages] == 2)
    #expect(output.coverage[.unanswered] == 1)
  }

  @Test func `says an answer whose request was not seen`() throws {
    let output = converse(
      .udp,
      [
        (.server, Octets.error(6, "krbtgt/ALPINE.TEST")),
        (.server, Octets.reply(13, "carol", Octets.ticket("cifs/fs1", of: 5))),
      ])
    #expect(output.activities.map(\.kind) == [.kerberosAS, .kerberosTGS])
    #expect(output.activities.map(\.source) == [TestConversation.client, TestConversation.client])
    #expect(output.activities.map(\.proof.packets) == [[1], [2]])
    guard case .kerberosTGS(let exchange) = output.activities.last?.detail else { return }
    #expect(!exchange.requestWasSeen)
  }

  @Test func `reads a stream cut anywhere, and asks for what is missing`() {
    let stream = Octets.streamed(Octets.asRequest("alice", nonce: 1))
    let exchange = KerberosExchange(TestConversation.parties(.tcp))
    var output = Output(wantsLines: true, wantsActivities: true)
    for count in 0..<stream.count {
      let progress = exchange.take(
        stream.span.extracting(first: count), from: .client, at: TestConversation.moment(1),
        into: &output)
      #expect(progress.consumed == 0)
      #expect(progress.needed == (count == 0 ? 0 : count < 4 ? 4 : stream.count))
    }
    let progress = exchange.take(
      (stream + [0]).span, from: .client, at: TestConversation.moment(1), into: &output)
    #expect(progress.consumed == stream.count && progress.needed == 4)
    #expect(output.coverage[.kerberosMessages] == 1)
  }

  @Test func `counts what it cannot read`() {
    let output = converse(
      .tcp, [(.client, [0xFF, 0xFF, 0xFF, 0xFF]), (.client, [0, 0, 0, 1, 9])])
    #expect(output.coverage[.undecoded] == 2)
    #expect(output.activities.isEmpty)
  }

  @Test func `recognises its own octets on any port, and no others`() {
    let message = Octets.asRequest("alice", nonce: 1)
    let stream = Octets.streamed(message)
    #expect(recognises(message, .udp, isOnPort: false))
    #expect(recognises(stream, .tcp, isOnPort: false))
    #expect(!recognises(message, .tcp, isOnPort: false))
    #expect(!recognises(Array("GET / HTTP".utf8), .tcp, isOnPort: true))
    #expect(recognises([0, 0], .tcp, isOnPort: true))
    #expect(!recognises([0, 0], .tcp, isOnPort: false))
    #expect(!recognises([], .udp, isOnPort: true))
    // Cut by the capture, or with octets behind: only on its own port.
    #expect(recognises(Array(message.prefix(40)), .udp, isOnPort: true))
    #expect(recognises(message + [0], .udp, isOnPort: true))
    #expect(!recognises(message + [0], .udp, isOnPort: false))
    // A DNS query whose identifier is a tag and the length that fits.
    let query: [UInt8] = [0x6B, 0x0C, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    #expect(!recognises(query, .udp, isOnPort: false))
  }

  @Test func `prints the line of a request`() {
    let output = converse(.udp, [(.client, Octets.asRequest("alice", nonce: 1, timestamp: true))])
    let expected =
      #"{"proto":"kerberos","frame":1,"ts":"1.000000000","src":"10.0.5.33","sport":50000,"#
      + #""dst":"10.0.5.10","dport":88,"transport":"udp","carrier":"kerberos","msg":"AS-REQ","#
      + #""padata":[2],"pa_enc_timestamp_etype":23,"pa_enc_timestamp":true,"#
      + #""kdc_options":"0x40810010","cname":"alice","cname_type":2,"realm":"ALPINE.TEST","#
      + #""sname":"krbtgt/ALPINE.TEST","sname_type":2,"till":"20370913024805Z","nonce":1,"#
      + #""etypes":[18,23]}"# + "\n"
    #expect(output.json.text == expected)
  }

  @Test func `pairs a password change by its ticket`() {
    let request = Octets.apRequest(Octets.ticket("kadmin/changepw", of: 6))
    let sealed = Octets.der(
      0x75, Octets.der(0x30, Octets.der(0xA3, Octets.sealed(18, of: 8))))
    func message(_ application: [UInt8], _ version: UInt16) -> [UInt8] {
      let count = 6 + application.count + sealed.count
      return [
        UInt8(count >> 8), UInt8(count & 0xFF), UInt8(version >> 8), UInt8(version & 0xFF),
        UInt8(application.count >> 8), UInt8(application.count & 0xFF),
      ] + application + sealed
    }
    let exchange = PasswordExchange(TestConversation.parties(.udp))
    var output = Output(wantsLines: true, wantsActivities: true)
    for (side, octets, packet) in [
      (Side.client, message(request, 0xFF80), 1), (.server, message(Octets.apReply(), 1), 2),
    ] as [(Side, [UInt8], UInt64)] {
      _ = exchange.take(
        octets.span, from: side, at: TestConversation.moment(packet), into: &output)
    }
    exchange.end(into: &output)
    #expect(output.activities.map(\.kind) == [.kerberosAP])
    #expect(output.activities.map(\.outcome) == [.success])
    #expect(output.coverage[.kerberosMessages] == 4)
    #expect(output.json.text.split(separator: "\n").count == 4)
  }

  private func recognises(
    _ octets: [UInt8], _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool {
    KerberosExchange.recognises(octets.span, transport, isOnPort: isOnPort)
  }

  private func converse(
    _ transport: Activity.Transport, _ messages: [(Side, [UInt8])]
  ) -> Output {
    let exchange = KerberosExchange(TestConversation.parties(transport))
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
