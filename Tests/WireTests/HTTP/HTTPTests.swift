import Testing

@testable import Wire

@Suite struct `Heads of HTTP messages` {
  @Test func `takes the token out of a request`() throws {
    let head = try parse(
      "POST /wsman HTTP/1.1\r\nHost: fs1\r\nauthorization:  Negotiate TlRMTVNTUAABAAAA\r\n"
        + "Content-Length: 12\r\n\r\n")
    #expect(head.start == .request(.other))
    #expect(head.body == .length(12))
    #expect(head.tokens == [Array("NTLMSSP".utf8) + [0, 1, 0, 0, 0]])
  }

  @Test func `passes over other schemes and offers without a token`() throws {
    let head = try parse(
      "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM YQ==\r\n"
        + "WWW-Authenticate: Basic realm=\"a\"\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")
    #expect(head.start == .response(status: 401))
    #expect(head.tokens == [[0x61]])
    #expect(head.body == .chunked)
  }

  @Test func `looks at each octet of a head once, however it comes`() throws {
    let octets = Array("GET / HTTP/1.1\r\nA: b\r\n\r\nrest".utf8)
    var search = HTTP.HeadSearch()
    for count in 0..<(octets.count - 4) {
      #expect(try search.byteCount(in: octets.span.extracting(first: count)) == nil)
      #expect(search.index == count)
    }
    #expect(try search.byteCount(in: octets.span) == octets.count - 4)
  }

  @Test func `finds the end of a head and the size of a chunk`() throws {
    let octets = Array("GET / HTTP/1.1\r\nA: b\r\n\r\nrest".utf8)
    #expect(try HTTP.headByteCount(in: octets.span) == octets.count - 4)
    for count in 0..<(octets.count - 4) {
      #expect(try HTTP.headByteCount(in: octets.span.extracting(first: count)) == nil)
    }
    let chunk = Array("1a;name=x\r\ndata".utf8)
    let found = try HTTP.chunk(in: chunk.span)
    #expect(found?.lineByteCount == 11 && found?.dataByteCount == 26)
    #expect(try HTTP.chunk(in: chunk.span.extracting(first: 5)) == nil)
  }

  @Test func `recognises messages by their first octets`() {
    for text in [
      "GET / HTTP/1.1", "http/1.1 200", "CONNECT a:1", "POST /wsman", "CCM_POST /ccm HTTP/1.1\r\n",
      "OPTIONS * HTTP/1.1\r\n", "\r\nGET / HTTP/1.0\r\n", "GET http://a/ HTTP/1.1\n",
    ] {
      let octets = Array(text.utf8)
      let isMessage = HTTP.beginsMessage(octets.span)
      #expect(isMessage)
    }
    for text in [
      "", "GET", "\u{0}\u{0}", "EHLO a", "SSH-2.0", "EHLO a\r\n", "OPTIONS sip:a SIP/2.0\r\n",
      "OPTIONS rtsp://a RTSP/1.0\r\n", "USER /a\r\n",
    ] {
      let octets = Array(text.utf8)
      let isMessage = HTTP.beginsMessage(octets.span)
      #expect(!isMessage)
    }
  }

  @Test func `takes base 64 up to what is none`() throws {
    let head = try parse("GET / HTTP/1.1\r\nAuthorization: NTLM YWJj_b\r\n\r\n")
    #expect(head.tokens == [[97, 98, 99]])
  }

  @Test func `refuses heads, bodies and tokens above their limits`() {
    let endless = [UInt8](repeating: 0x41, count: HTTP.Limits.headBytes + 1)
    #expect(throws: ParseFailure.self) { _ = try HTTP.headByteCount(in: endless.span) }
    #expect(throws: ParseFailure.self) { _ = try HTTP.chunk(in: endless.span) }
    let many = String(repeating: "Authorization: NTLM YQ==\r\n", count: HTTP.Limits.tokens + 1)
    for fields in ["Content-Length: 99999999999999999999\r\n", many] {
      #expect(throws: ParseFailure.self) { try parse("GET / HTTP/1.1\r\n" + fields + "\r\n") }
    }
    #expect(throws: ParseFailure.self) { try parse("HTTP/1.1 2x0 OK\r\n\r\n") }
  }

  private func parse(_ text: String) throws(ParseFailure) -> HTTP.Head {
    let octets = Array(text.utf8)
    var reader = ByteReader(octets.span)
    return try HTTP.Head(parsing: &reader)
  }
}
