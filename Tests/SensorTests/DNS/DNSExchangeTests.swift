import Evidence
import Testing

@testable import Sensor

@Suite struct `DNS exchanges` {
  private typealias Octets = DNSOctets

  @Test func `pairs a question with its answer`() throws {
    let question = Octets.message(7, question: "fs1.alpine.test", 1)
    let answer = Octets.message(
      7, flags: 0x8580, question: "fs1.alpine.test", 1,
      answers: [Octets.record("fs1.alpine.test", 1, 600, [10, 0, 5, 20])])
    let output = converse(
      .udp, [(.client, question), (.client, question), (.server, answer), (.server, answer)])
    #expect(output.activities.count == 1)
    let activity = try #require(output.activities.first)
    #expect(activity.outcome == .success)
    #expect(activity.proof.packets == [1, 3])
    #expect(activity.source == TestConversation.client)
    guard case .dns(let lookup) = activity.detail else {
      Issue.record("not a lookup")
      return
    }
    #expect(lookup.name == "fs1.alpine.test" && lookup.type == 1 && lookup.isAuthoritative)
    #expect(lookup.answers.map(\.address) == [Address(ipv4: 0x0A00_0514)])
    #expect(output.coverage[.dnsMessages] == 4)
  }

  @Test func `says a name that does not exist, and a question without an answer`() {
    let output = converse(
      .udp,
      [
        (.client, Octets.message(1, question: "nobody.alpine.test", 1)),
        (.server, Octets.message(1, flags: 0x8583, question: "nobody.alpine.test", 1)),
        (.client, Octets.message(2, question: "silent.alpine.test", 1)),
      ])
    #expect(output.activities.map(\.outcome) == [.failure(code: 3), .unanswered])
  }

  @Test func `says what an answer says whose question was not seen`() throws {
    let output = converse(
      .udp, [(.server, Octets.message(1, flags: 0x8180, question: "fs1.alpine.test", 1))])
    let activity = try #require(output.activities.first)
    #expect(activity.proof.request == 0)
    #expect(activity.source == TestConversation.client)
  }

  @Test func `counts the records of a transfer over messages`() throws {
    let start = Octets.authority("alpine.test", serial: 9)
    let host = Octets.record("alpine.test", 1, 600, [10, 0, 5, 20])
    let output = converse(
      .tcp,
      [
        (.client, Octets.streamed(Octets.message(3, question: "alpine.test", 252))),
        (
          .server,
          Octets.streamed(
            Octets.message(3, flags: 0x8400, question: "alpine.test", 252, answers: [start, host]))
            + Octets.streamed(Octets.message(3, flags: 0x8400, answers: [host, start]))
        ),
      ])
    #expect(output.activities.count == 1)
    guard case .dnsTransfer(let transfer) = output.activities.first?.detail else {
      Issue.record("not a transfer")
      return
    }
    #expect(transfer.zone == "alpine.test" && transfer.recordCount == 4 && transfer.rcode == 0)
    #expect(output.activities.first?.outcome == .success)
  }

  @Test func `says a refused transfer`() throws {
    let output = converse(
      .tcp,
      [
        (.client, Octets.streamed(Octets.message(3, question: "alpine.test", 252))),
        (.server, Octets.streamed(Octets.message(3, flags: 0x8405, question: "alpine.test", 252))),
      ])
    guard case .dnsTransfer(let transfer) = output.activities.first?.detail else {
      Issue.record("not a transfer")
      return
    }
    #expect(transfer.rcode == 5 && transfer.recordCount == 0)
    #expect(output.activities.map(\.outcome) == [.failure(code: 5)])
  }

  @Test func `says what an update adds, and hides the address of what it deletes`() throws {
    let added = Octets.record("ws01.alpine.test", 1, 1200, [10, 0, 5, 33])
    var deleted = Octets.record("ws01.alpine.test", 1, 0, [10, 0, 5, 32])
    deleted[deleted.count - 11] = 254
    let update = Octets.message(
      5, flags: 0x2800, question: "alpine.test", 6, authorities: [deleted, added])
    let output = converse(
      .udp,
      [
        (.client, update),
        (.server, Octets.message(5, flags: 0xA805, question: "alpine.test", 6)),
      ])
    guard case .dnsUpdate(let change) = output.activities.first?.detail else {
      Issue.record("not an update")
      return
    }
    #expect(change.zone == "alpine.test" && !change.isSigned)
    #expect(change.records.map(\.address) == [nil, Address(ipv4: 0x0A00_0521)])
    #expect(output.activities.map(\.outcome) == [.failure(code: 5)])
  }

  @Test func `reads a message cut over segments`() {
    let exchange = DNSExchange(TestConversation.parties(.tcp))
    var output = Output(wantsLines: false, wantsActivities: true)
    let octets = Octets.streamed(Octets.message(3, question: "alpine.test", 252))
    for count in 0..<octets.count {
      let progress = exchange.take(
        octets.span.extracting(0..<count), from: .client, at: TestConversation.moment(1),
        into: &output)
      #expect(progress.consumed == 0)
      #expect(progress.needed == (count == 0 ? 0 : count < 2 ? 2 : octets.count))
    }
  }

  @Test func `learns nothing from the link's own names`() {
    let client = Endpoint(address: Address(ipv4: 0x0A00_0521), port: 5353)
    let group = Endpoint(address: Address(ipv4: 0xE000_00FB), port: 5353)
    let exchange = DNSExchange(Parties(client: client, server: group, transport: .udp))
    var output = Output(wantsLines: true, wantsActivities: true)
    let octets = Octets.message(0, question: "ws01.local", 1)
    _ = exchange.take(
      octets.span, from: .client, at: TestConversation.moment(1), into: &output)
    exchange.end(into: &output)
    #expect(output.activities.isEmpty)
    #expect(output.json.text.contains(#""variant":"mdns""#))
  }

  @Test func `recognises its messages elsewhere, and nothing else`() {
    let question = Octets.message(3, question: "alpine.test", 1)
    #expect(recognises(question, .udp, isOnPort: false))
    let streamed = Octets.streamed(question)
    #expect(recognises(streamed, .tcp, isOnPort: false))
    let text = Array("GET / HTTP/1.1\r\nHost: fs1\r\n\r\n".utf8)
    #expect(!recognises(text, .tcp, isOnPort: false))
    #expect(!recognises(text, .udp, isOnPort: false))
  }

  private func converse(_ transport: Activity.Transport, _ messages: [(Side, [UInt8])]) -> Output {
    let exchange = DNSExchange(TestConversation.parties(transport))
    var output = Output(wantsLines: true, wantsActivities: true)
    for (index, message) in messages.enumerated() {
      _ = exchange.take(
        message.1.span, from: message.0, at: TestConversation.moment(UInt64(index + 1)),
        into: &output)
    }
    exchange.end(into: &output)
    return output
  }

  private func recognises(
    _ octets: [UInt8], _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool {
    DNSExchange.recognises(octets.span, transport, isOnPort: isOnPort)
  }
}

/// DNS messages made by hand.
private enum DNSOctets {
  static func message(
    _ id: UInt8, flags: UInt16 = 0x0100, question: String? = nil, _ type: UInt8 = 1,
    answers: [[UInt8]] = [], authorities: [[UInt8]] = []
  ) -> [UInt8] {
    var octets: [UInt8] = [0, id, UInt8(flags >> 8), UInt8(flags & 0xFF)]
    octets += [0, question == nil ? 0 : 1, 0, UInt8(answers.count), 0, UInt8(authorities.count)]
    octets += [0, 0]
    if let question { octets += name(question) + [0, type, 0, 1] }
    return octets + answers.joined() + authorities.joined()
  }

  static func record(_ owner: String, _ type: UInt8, _ ttl: UInt16, _ data: [UInt8]) -> [UInt8] {
    name(owner) + [0, type, 0, 1, 0, 0, UInt8(ttl >> 8), UInt8(ttl & 0xFF), 0, UInt8(data.count)]
      + data
  }

  static func authority(_ zone: String, serial: UInt8) -> [UInt8] {
    record(
      zone, 6, 3600,
      name("dc1." + zone) + name("admin." + zone) + [0, 0, 0, serial]
        + Array(repeating: 0, count: 16))
  }

  static func name(_ text: String) -> [UInt8] {
    text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
  }

  static func streamed(_ message: [UInt8]) -> [UInt8] {
    [UInt8(message.count >> 8), UInt8(message.count & 0xFF)] + message
  }
}
