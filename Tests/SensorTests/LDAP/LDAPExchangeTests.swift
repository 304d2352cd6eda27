import Evidence
import Testing

@testable import Sensor

@Suite struct `Directory exchanges` {
  private typealias Octets = LDAPOctets

  @Test func `says a search with its filter and what it found`() throws {
    let output = converse(
      .tcp,
      [
        (.client, Octets.search(2, base: "DC=alpine,DC=test", attribute: "adminCount")),
        (.server, Octets.entry(2) + Octets.entry(2) + Octets.result(5, 2, code: 0)),
      ])
    #expect(output.activities.count == 1)
    let activity = try #require(output.activities.first)
    #expect(activity.outcome == .success)
    #expect(activity.proof.packets == [1, 2])
    guard case .ldapSearch(let search) = activity.detail else {
      Issue.record("not a search")
      return
    }
    #expect(search.base == "DC=alpine,DC=test" && search.scope == .sub)
    #expect(search.filter == "(adminCount=*)" && search.attributes == ["cn"])
    #expect(search.entryCount == 2 && !search.isConnectionless)
    #expect(output.coverage[.ldapMessages] == 4)
  }

  @Test func `says a simple bind, and makes later requests in its name`() throws {
    let output = converse(
      .tcp,
      [
        (.client, Octets.simpleBind(1, "ALPINE\\eve", "secret")),
        (.server, Octets.result(1, 1, code: 49, "80090308: data 52e, v3839")),
        (.client, Octets.simpleBind(2, "eve@alpine.test", "better")),
        (.server, Octets.result(1, 2, code: 0)),
        (.client, Octets.delete(3, "CN=x")),
        (.server, Octets.result(11, 3, code: 50)),
      ])
    #expect(
      output.activities.map(\.outcome) == [
        .failure(code: 49), .success, .failure(code: 50),
      ])
    let refused = try #require(output.activities.first)
    #expect(refused.account == AccountName(name: "eve", domain: "ALPINE"))
    guard case .ldapBind(let bind) = refused.detail else {
      Issue.record("not a bind")
      return
    }
    #expect(bind.method == .simple && bind.resultCode == 49)
    #expect(bind.diagnostic == "80090308: data 52e, v3839")
    #expect(output.activities.last?.account?.name == "eve@alpine.test")
    #expect(!output.json.text.contains("secret"))
  }

  @Test func `follows an NTLM bind over its messages`() throws {
    let output = converse(
      .tcp,
      [
        (.client, Octets.saslBind(1, Array("NTLMSSP\0".utf8) + [1, 0, 0, 0, 5, 0x82, 8, 0])),
        (.server, Octets.result(1, 1, code: 14, credentials: TokenOctets.challenge())),
        (.client, Octets.saslBind(2, TokenOctets.authenticate("eve"))),
        (.server, Octets.result(1, 2, code: 0)),
      ])
    #expect(Set(output.activities.map(\.kind)) == [.ntlm, .ldapBind])
    #expect(output.activities.allSatisfy { $0.outcome == .success })
    let bind = try #require(output.activities.first { $0.kind == .ldapBind })
    #expect(bind.account?.name == "eve")
    #expect(bind.proof.packets == [1, 4])
    #expect(output.coverage[.ntlmMessages] == 3)
    #expect(output.coverage[.undecoded] == 0)
  }

  @Test func `says who writes what`() throws {
    let output = converse(
      .tcp,
      [
        (.client, Octets.modify(4, "CN=x", "member")),
        (.server, Octets.result(7, 4, code: 0)),
      ])
    guard case .ldapChange(let change) = output.activities.first?.detail else {
      Issue.record("not a change")
      return
    }
    #expect(change.operation == .modify && change.object == "CN=x")
    #expect(change.attributes == ["member"])
    #expect(change.values.map(\.attribute) == ["member"])
  }

  @Test func `counts what is sealed`() {
    let token: [UInt8] = [5, 4, 6, 0xFF, 0, 0, 0, 28] + Array(repeating: 7, count: 60)
    let buffer: [UInt8] = [0, 0, 0, UInt8(token.count)] + token
    let record: [UInt8] = [0x17, 3, 3, 0, 4, 1, 2, 3, 4]
    let output = converse(.tcp, [(.client, buffer + record)])
    #expect(output.coverage[.ldapSealed] == 2)
    #expect(output.coverage[.undecoded] == 0)
    #expect(output.json.text.contains(#""op":"encrypted","sasl_len":68"#))
  }

  @Test func `reads what is signed`() {
    let message = Octets.search(9, base: "", attribute: "objectClass")
    let token: [UInt8] = [5, 4, 4, 0xFF, 0, 12, 0, 12] + Array(repeating: 7, count: 20) + message
    let output = converse(.tcp, [(.client, [0, 0, 0, UInt8(token.count)] + token)])
    #expect(output.activities.map(\.kind) == [.ldapSearch])
    #expect(output.json.text.contains(#""sasl_wrapped":true"#))
  }

  @Test(arguments: 1..<30) func `reads a message cut over two signed buffers`(_ cut: Int) {
    let message = Octets.search(9, base: "DC=alpine,DC=test", attribute: "objectClass")
    let buffers = [message.prefix(cut), message.dropFirst(cut)].map { part -> [UInt8] in
      let token: [UInt8] = [5, 4, 4, 0xFF, 0, 12, 0, 12] + Array(repeating: 7, count: 20) + part
      return [0, 0, 0, UInt8(token.count)] + token
    }
    let output = converse(.tcp, buffers.map { (.client, $0) })
    #expect(output.activities.map(\.kind) == [.ldapSearch])
    #expect(output.coverage[.undecoded] == 0)
  }

  @Test func `says requests without an answer, and those whose end was lost`() {
    let output = converse(
      .tcp,
      [
        (.client, Octets.search(2, base: "", attribute: "a")),
        (.client, Octets.search(3, base: "", attribute: "b")),
        (.server, Octets.entry(3)),
      ])
    #expect(output.activities.map(\.outcome) == [.unanswered, .unknown])
  }

  @Test func `waits for the rest of a message`() {
    let exchange = LDAPExchange(TestConversation.parties(.tcp))
    var output = Output(wantsLines: false, wantsActivities: true)
    let octets = Octets.search(2, base: "DC=alpine,DC=test", attribute: "adminCount")
    for count in 1..<octets.count {
      let progress = exchange.take(
        octets.span.extracting(0..<count), from: .client, at: TestConversation.moment(1),
        into: &output)
      #expect(progress.consumed == 0)
    }
    #expect(output.coverage[.undecoded] == 0)
  }

  @Test func `recognises its messages elsewhere, and nothing else`() {
    let search = Octets.search(2, base: "", attribute: "a")
    #expect(recognises(search, .tcp, isOnPort: false))
    // SNMP: a sequence, a number, and a string where the operation would be.
    let other: [UInt8] = [0x30, 0x0B, 2, 1, 1, 4, 6, 0x70, 0x75, 0x62, 0x6C, 0x69, 0x63]
    #expect(!recognises(other, .udp, isOnPort: false))
    let record: [UInt8] = [0x16, 3, 1, 0, 4]
    #expect(recognises(record, .tcp, isOnPort: true))
    #expect(!recognises(record, .tcp, isOnPort: false))
  }

  private func converse(_ transport: Activity.Transport, _ messages: [(Side, [UInt8])]) -> Output {
    let exchange = LDAPExchange(TestConversation.parties(transport))
    var output = Output(wantsLines: true, wantsActivities: true)
    for (index, message) in messages.enumerated() {
      let progress = exchange.take(
        message.1.span, from: message.0, at: TestConversation.moment(UInt64(index + 1)),
        into: &output)
      #expect(progress.consumed == message.1.count)
    }
    exchange.end(into: &output)
    return output
  }

  private func recognises(
    _ octets: [UInt8], _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool {
    LDAPExchange.recognises(octets.span, transport, isOnPort: isOnPort)
  }
}

/// LDAP messages made by hand.
private enum LDAPOctets {
  static func der(_ tag: UInt8, _ contents: [UInt8]...) -> [UInt8] {
    let content = contents.flatMap { $0 }
    if content.count < 128 { return [tag, UInt8(content.count)] + content }
    return [tag, 0x82, UInt8(content.count >> 8), UInt8(content.count & 0xFF)] + content
  }

  static func text(_ text: String) -> [UInt8] { der(0x04, Array(text.utf8)) }

  static func message(_ id: UInt8, _ operation: [UInt8]) -> [UInt8] {
    der(0x30, der(0x02, [id]), operation)
  }

  static func search(_ id: UInt8, base: String, attribute: String) -> [UInt8] {
    message(
      id,
      der(
        0x63, text(base), der(0x0A, [2]), der(0x0A, [0]), der(0x02, [0]), der(0x02, [0]),
        der(0x01, [0]), der(0x87, Array(attribute.utf8)), der(0x30, text("cn"))))
  }

  static func entry(_ id: UInt8) -> [UInt8] {
    message(id, der(0x64, text("CN=x"), der(0x30, der(0x30, text("cn"), der(0x31, text("x"))))))
  }

  static func result(
    _ operation: UInt8, _ id: UInt8, code: UInt8, _ diagnostic: String = "",
    credentials: [UInt8]? = nil
  ) -> [UInt8] {
    message(
      id,
      der(
        0x60 | operation, der(0x0A, [code]), text(""), text(diagnostic),
        credentials.map { der(0x87, $0) } ?? []))
  }

  static func simpleBind(_ id: UInt8, _ name: String, _ password: String) -> [UInt8] {
    message(id, der(0x60, der(0x02, [3]), text(name), der(0x80, Array(password.utf8))))
  }

  static func saslBind(_ id: UInt8, _ token: [UInt8]) -> [UInt8] {
    message(
      id,
      der(0x60, der(0x02, [3]), text(""), der(0xA3, text("GSS-SPNEGO"), der(0x04, token))))
  }

  static func modify(_ id: UInt8, _ object: String, _ attribute: String) -> [UInt8] {
    message(
      id,
      der(
        0x66, text(object),
        der(0x30, der(0x30, der(0x0A, [0]), der(0x30, text(attribute), der(0x31, text("v")))))))
  }

  static func delete(_ id: UInt8, _ object: String) -> [UInt8] {
    message(id, der(0x4A, Array(object.utf8)))
  }
}
