import Testing

@testable import Wire

@Suite struct `Security tokens and their frames` {
  @Test func `takes Samba's AP-REP out of a response`() throws {
    let found = try open(SecuritySamples.spnegoAPReply)
    #expect(found.form == .response)
    #expect(found.state == .acceptCompleted)
    #expect(found.supported == .msKerberos)
    #expect(found.payload == .kerberos)
    #expect(found.inner.first == 0x6F)
  }

  @Test func `takes NTLM out of an offer, with the mechanisms in order`() throws {
    let mechanisms = SecuritySamples.octets(
      "060a2b06010401823702021e060a2b06010401823702020a06092a864882f712010202")
    let token = SecuritySamples.der(
      0x60, SecuritySamples.octets("06062b0601050502"),
      SecuritySamples.der(
        0xA0,
        SecuritySamples.der(
          0x30, SecuritySamples.der(0xA0, SecuritySamples.der(0x30, mechanisms)),
          SecuritySamples.der(0xA2, SecuritySamples.octetString(SecuritySamples.ntlmNegotiate)))))
    let found = try open(token)
    #expect(found.form == .initial)
    #expect(found.mechanisms == [.negoEx, .ntlm, .msKerberos])
    #expect(found.payload == .ntlm)
    #expect(found.inner == SecuritySamples.ntlmNegotiate)
  }

  @Test func `takes an AP-REQ out of Kerberos' own frame, inside SPNEGO or not`() throws {
    let request = SecuritySamples.apRequest(SecuritySamples.ticket("cifs/fs1", 18))
    let framed = SecuritySamples.der(
      0x60, SecuritySamples.octets("06092a864886f7120102020100"), request)
    let bare = try open(framed)
    #expect(bare.form == .bare)
    #expect(bare.mechanisms == [.kerberos])
    #expect(bare.inner == request)
    let wrapped = try open(
      SecuritySamples.der(
        0xA0,
        SecuritySamples.der(
          0x30, SecuritySamples.der(0xA2, SecuritySamples.octetString(framed)))))
    #expect(wrapped.form == .initial)
    #expect(wrapped.payload == .kerberos)
    #expect(wrapped.inner == request)
  }

  @Test func `takes an AP-REP behind a bare identifier`() throws {
    let reply = SecuritySamples.der(0x6F, [0x30, 0])
    let found = try open([2, 0] + reply)
    #expect(found.payload == .kerberos && found.inner == reply)
    #expect(try open([2, 0, 9]).payload == .other)
  }

  @Test func `keeps what it does not know`() throws {
    #expect(try open([]).payload == SPNEGO.Token.Payload.none)
    #expect(try open([1, 2, 3]).payload == .other)
    #expect(try open(Array("NTLMSSX".utf8)).payload == .other)
    let unknown = SecuritySamples.der(0x60, SecuritySamples.octets("06022a03"), [9])
    #expect(try open(unknown).mechanisms.map(\.rawValue) == [0x2A03])
    let state = SecuritySamples.der(
      0xA1,
      SecuritySamples.der(0x30, SecuritySamples.der(0xA0, SecuritySamples.der(0x0A, [9]))))
    #expect(try open(state).state?.rawValue == 9)
  }

  @Test func `never traps at a cut or a changed octet`() {
    let octets = SecuritySamples.spnegoAPReply
    for count in octets.indices where count > 0 {
      #expect { _ = try open(Array(octets[..<count])) } throws: {
        ($0 as? ParseFailure)?.reason == .truncated
      }
    }
    for index in octets.indices {
      var changed = octets
      changed[index] ^= 0x80
      _ = try? open(changed)
    }
  }

  @Test func `refuses more mechanisms than anybody offers`() {
    let many = (0...SPNEGO.Limits.mechanisms).flatMap { _ in SecuritySamples.octets("06022a03") }
    let token = SecuritySamples.der(
      0xA0,
      SecuritySamples.der(
        0x30, SecuritySamples.der(0xA0, SecuritySamples.der(0x30, many))))
    #expect { _ = try open(token) } throws: {
      ($0 as? ParseFailure)?.reason == .overLimit
    }
  }

  private struct Found {
    var form: SPNEGO.Token.Form
    var mechanisms: [SPNEGO.Mechanism]
    var supported: SPNEGO.Mechanism?
    var state: SPNEGO.State?
    var payload: SPNEGO.Token.Payload
    var inner: [UInt8]
  }

  private func open(_ octets: [UInt8]) throws(ParseFailure) -> Found {
    var reader = ByteReader(octets.span)
    var token = try SPNEGO.Token(parsing: &reader)
    return Found(
      form: token.form, mechanisms: token.mechanisms, supported: token.supportedMechanism,
      state: token.state, payload: token.payload, inner: token.inner.array())
  }
}
