import Testing
@testable import Wire

@Suite struct `DCE RPC fragments` {
  // A workstation binds to Netlogon with secure channel, offering NDR, NDR64 and bind features.
  private let bind = octets(
    """
    05000b0710000000d4002c0003000000d016d016000000000300000000000100785634123412cdab
    ef0001234567cffb01000000045d888aeb1cc9119fe808002b10486002000000010001007856341234
    12cdabef0001234567cffb0100000033057171babe37498319b5dbef9ccc3601000000020001007856
    34123412cdabef0001234567cffb010000002c1cb76c12984045030000000000000001000000440600
    00000000000000000017000000444f4d41494e2d59005a4443310008646f6d61696e2d79056c6f6361
    6c00045a44433100
    """)
  // The controller's answer.
  private let acknowledgement = octets(
    """
    05000c071000000080000c0003000000d016d0160686000006003439393638000300000002000200
    00000000000000000000000000000000000000000000000033057171babe37498319b5dbef9ccc36
    01000000030003000000000000000000000000000000000000000000440600000000000001000000
    0000000000000000
    """)
  // A call to the endpoint mapper: where is Netlogon?
  private let request = octets(
    """
    05000003100000009c00000001000000840000000000030001000000000000000000000000000000
    00000000020000004b0000004b000000050013000d785634123412cdabef0001234567cffb010002
    00000013000d045d888aeb1cc9119fe808002b10486002000200000001000b020000000100070200
    0000010009040000000000ab000000000000000000000000000000000000000001000000
    """)
  private let response = octets(
    """
    05000203100000009800000001000000800000000000000000000000baa61c693b52f147b288bf73
    34a9299701000000010000000000000001000000030000004b0000004b000000050013000d785634
    123412cdabef0001234567cffb01000200000013000d045d888aeb1cc9119fe808002b1048600200
    0200000001000b020000000100070200c2040100090400ac10053a0000000000
    """)

  @Test func `reads a bind with its security trailer`() throws {
    var input = ByteReader(bind.span)
    let header = try DCERPC.Header(parsing: &input)
    #expect(header.kind == .bind)
    #expect(header.callID == 3)
    #expect(header.fragmentLength == 212)
    let body = try DCERPC.Bind(parsing: &input, of: header)
    #expect(body.contexts.map(\.id) == [0, 1, 2])
    #expect(body.contexts.first?.interface.id.description == "12345678-1234-abcd-ef00-01234567cffb")
    #expect(body.contexts.first?.interface.major == 1)
    #expect(body.contexts.first?.transferSyntaxes.first?.id == DCERPC.Syntax.ndr)
    #expect(body.contexts[1].transferSyntaxes.first?.id == DCERPC.Syntax.ndr64)
    let trailer = try DCERPC.Authentication(of: header, in: input)
    #expect(trailer?.kind == .netlogon)
    #expect(trailer?.level == .privacy)
    #expect(trailer?.token.count == 44)
  }

  @Test func `reads an acknowledgement`() throws {
    var input = ByteReader(acknowledgement.span)
    let header = try DCERPC.Header(parsing: &input)
    let body = try DCERPC.BindAcknowledgement(parsing: &input, of: header)
    #expect(body.secondaryAddress == "49968")
    #expect(
      body.results.map(\.outcome)
        == [.providerRejection, .acceptance, .negotiateAcknowledgement])
    #expect(body.results[1].transferSyntax.id == DCERPC.Syntax.ndr64)
  }

  @Test func `reads a call of the endpoint mapper and its answer`() throws {
    var input = ByteReader(request.span)
    let header = try DCERPC.Header(parsing: &input)
    let call = try DCERPC.Request(parsing: &input, of: header)
    #expect(call.operation == 3)
    #expect(call.stub == ByteRange(offset: 24, count: 132))
    var arguments = NDRReader(
      try input.slice(call.stub, "stub"), isLittleEndian: header.isLittleEndian)
    let map = try EndpointMapper.MapRequest(parsing: &arguments)
    #expect(map.tower.interface?.id.description == "12345678-1234-abcd-ef00-01234567cffb")

    input = ByteReader(response.span)
    let second = try DCERPC.Header(parsing: &input)
    let answer = try DCERPC.Response(parsing: &input, of: second)
    arguments = NDRReader(
      try input.slice(answer.stub, "stub"), isLittleEndian: second.isLittleEndian)
    let mapped = try EndpointMapper.MapResponse(parsing: &arguments)
    #expect(mapped.status == 0)
    #expect(mapped.towers.first?.tcpPort == 49668)
    #expect(mapped.towers.first?.ipv4Address == 0xAC10_053A)
  }

  @Test func `keeps an unknown kind of fragment`() throws {
    var octets = request
    octets[2] = 77
    var input = ByteReader(octets.span)
    let header = try DCERPC.Header(parsing: &input)
    #expect(header.kind.rawValue == 77)
    #expect(header.kind.name == nil)
    let isPlausible = DCERPC.Header.isPlausible(ByteReader(octets.span))
    #expect(!isPlausible)
    let isRequestPlausible = DCERPC.Header.isPlausible(ByteReader(request.span))
    #expect(isRequestPlausible)
  }

  @Test func `reads big-endian numbers where the sender says so`() throws {
    let octets = octets("05 00 00 03 00000000 0018 0000 00000007 00000000 0001 0022")
    var input = ByteReader(octets.span)
    let header = try DCERPC.Header(parsing: &input)
    #expect(!header.isLittleEndian)
    #expect(header.callID == 7)
    let call = try DCERPC.Request(parsing: &input, of: header)
    #expect(call.contextID == 1)
    #expect(call.operation == 34)
    #expect(call.stub.count == 0)
  }

  @Test(arguments: 0..<168) func `a bind is truncated at any cut`(_ count: Int) {
    let failure = #expect(throws: ParseFailure.self) {
      var input = ByteReader(bind.span.extracting(first: min(count, 159)))
      let header = try DCERPC.Header(parsing: &input)
      _ = try DCERPC.Bind(parsing: &input, of: header)
    }
    #expect(failure?.reason == .truncated)
  }

  @Test func `refuses too many contexts`() {
    var octets = bind
    octets[24] = 200
    let failure = #expect(throws: ParseFailure.self) {
      var input = ByteReader(octets.span)
      let header = try DCERPC.Header(parsing: &input)
      _ = try DCERPC.Bind(parsing: &input, of: header)
    }
    #expect(failure?.reason == .overLimit)
  }

  @Test(arguments: 0..<128) func `an answer of the mapper is truncated at any cut`(_ count: Int) {
    let stub = Array(response[24...])
    let failure = #expect(throws: ParseFailure.self) {
      var input = NDRReader(ByteReader(stub.span.extracting(first: count)), isLittleEndian: true)
      _ = try EndpointMapper.MapResponse(parsing: &input)
    }
    #expect(failure?.reason == .truncated)
  }

  @Test func `every row of the table of interfaces can be read`() {
    for row in DCERPCInterfaces.table {
      #expect(DCERPCInterfaces.interface(row) != nil, "\(row)")
    }
    let samr = GUID(high: 0x1234_5778_1234_ABCD, low: 0xEF00_0123_4567_89AC)
    #expect(DCERPCInterfaces.find(samr)?.name == "samr")
    #expect(DCERPCInterfaces.operation(13, of: samr) == "SamrEnumerateUsersInDomain")
    #expect(DCERPCInterfaces.operation(64, of: samr) == "SamrConnect5")
  }
}
