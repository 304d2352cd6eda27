import Testing
import Wire

@Suite struct `Arguments in NDR64` {
  // A Windows 10 workstation asks its controller who is connected (NetrSessionEnum, level 10).
  private let request = octets(
    """
    00000200 00000000 0900000000000000 0000000000000000 0900000000000000
    4d004f00520044004f005200440043000000 000000000000
    0000020000000000 0100000000000000 0000000000000000 0100000000000000 0000 000000000000
    0000020000000000 0100000000000000 0000000000000000 0100000000000000 0000 000000000000
    0a00000000000000 0a00000000000000 0000020000000000
    0000000000000000 0000000000000000 ffffffff00000000 0000020000000000 00000000
    """)
  // The controller's answer.
  private let response = octets(
    """
    0a00000000000000 0a00000000000000 0000020000000000 0100000000000000
    0000020000000000 0100000000000000 0000020000000000 0000020000000000 00000000 00000000
    0e00000000000000 0000000000000000 0e00000000000000
    5c005c003100370032002e00310038002e00330039002e0035000000 00000000
    0900000000000000 0000000000000000 0900000000000000
    70006700750073007400610076006f000000 0000
    01000000 0000020000000000 12000000 00000000
    """)

  @Test func `a session enumeration says what it asks`() throws {
    var input = NDRReader(ByteReader(request.span), isLittleEndian: true)
    input.isNDR64 = true
    let enumeration = try SRVSVC.SessionEnumerateRequest(parsing: &input)
    #expect(enumeration.server == "MORDORDC")
    #expect(enumeration.level == 10)
  }

  @Test func `a session enumeration lists its answer`() throws {
    var input = NDRReader(ByteReader(response.span), isLittleEndian: true)
    input.isNDR64 = true
    let answer = try SRVSVC.SessionEnumerateResponse(parsing: &input)
    #expect(answer.sessions.map(\.user) == ["pgustavo"])
    #expect(answer.sessions.map(\.client) == ["\\\\172.18.39.5"])
    #expect(answer.status == 0)
  }

  @Test(arguments: 0..<140) func `is truncated at any cut`(_ count: Int) {
    let failure = #expect(throws: ParseFailure.self) {
      var input = NDRReader(
        ByteReader(request.span.extracting(first: count)), isLittleEndian: true)
      input.isNDR64 = true
      _ = try SRVSVC.SessionEnumerateRequest(parsing: &input)
    }
    #expect(failure?.reason == .truncated)
  }

  @Test func `a count of 64 bits beyond the limit is refused`() {
    let stub =
      octets("0000000000000000 0000020000000000 01000000 00000000 0000020000000000")
      + octets("ffffffffffffffff")
    let failure = #expect(throws: ParseFailure.self) {
      var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
      input.isNDR64 = true
      _ = try SAMR.EnumerateResponse(parsing: &input)
    }
    #expect(failure?.reason == .overLimit)
  }
}

@Suite struct `Limits of remote calls` {
  @Test func `a string beyond its limit is refused`() {
    let stub = octets("00000200 01800000 00000000 01800000") + zeros(2 * 32_769)
    refused(stub) { input throws(ParseFailure) in
      _ = try WKSSVC.UserEnumerateRequest(parsing: &input)
    }
  }

  @Test func `a tower of too many floors is refused`() {
    let tower = octets("0b00") + zeros(80)
    let failure = #expect(throws: ParseFailure.self) {
      var input = ByteReader(tower.span)
      _ = try EndpointMapper.Tower(parsing: &input)
    }
    #expect(failure?.reason == .overLimit)
  }

  @Test func `an answer of too many towers is refused`() {
    let stub = zeros(20) + octets("f5010000 f5010000 00000000 f5010000") + zeros(4 * 501)
    refused(stub) { input throws(ParseFailure) in
      _ = try EndpointMapper.MapResponse(parsing: &input)
    }
  }

  @Test func `more SIDs than one lookup may ask for are refused`() {
    let stub = zeros(20) + octets("01500000 00000200 01500000") + zeros(4 * 20_481)
    refused(stub) { input throws(ParseFailure) in
      _ = try LSARPC.LookupSIDsRequest(parsing: &input, hasHandle: true)
    }
  }

  @Test func `too many transfer syntaxes are refused`() {
    let bind =
      octets("05000b0310000000 4800 0000 01000000 d016d016 00000000 01000000 0000 11 00")
      + zeros(100)
    let failure = #expect(throws: ParseFailure.self) {
      var input = ByteReader(bind.span)
      let header = try DCERPC.Header(parsing: &input)
      _ = try DCERPC.Bind(parsing: &input, of: header)
    }
    #expect(failure?.reason == .overLimit)
  }

  @Test func `a long secondary address is refused`() {
    let answer = octets("05000c0310000000 4800 0000 01000000 d016d016 00000000 0102") + zeros(600)
    let failure = #expect(throws: ParseFailure.self) {
      var input = ByteReader(answer.span)
      let header = try DCERPC.Header(parsing: &input)
      _ = try DCERPC.BindAcknowledgement(parsing: &input, of: header)
    }
    #expect(failure?.reason == .overLimit)
  }

  @Test func `a security trailer longer than its fragment is refused`() {
    let fragment = octets("0500000310000000 1800 1800 01000000") + zeros(8)
    let failure = #expect(throws: ParseFailure.self) {
      var input = ByteReader(fragment.span)
      let header = try DCERPC.Header(parsing: &input)
      _ = try DCERPC.Authentication(of: header, in: input)
    }
    #expect(failure?.reason == .malformed)
  }

  private func refused(
    _ stub: [UInt8], _ parse: (inout NDRReader) throws(ParseFailure) -> Void
  ) {
    let failure = #expect(throws: ParseFailure.self) {
      var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
      try parse(&input)
    }
    #expect(failure?.reason == .overLimit)
  }

  private func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
}
