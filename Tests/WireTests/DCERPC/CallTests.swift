import Testing
import Wire

@Suite struct `Arguments of remote calls` {
  private let handle = "00000000 c255930e0aaf2c45910fe56e9bc0f915"

  @Test func `SAMR names the domain looked up`() throws {
    let stub = octets(
      handle + "0c000e00 00000200 07000000 00000000 06000000 41004c00500049004e004500")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let answer = try SAMR.LookupDomainRequest(parsing: &input)
    #expect(answer.name == "ALPINE")
  }

  @Test func `SAMR names the accounts looked up`() throws {
    let stub = octets(
      handle + "02000000 e8030000 00000000 02000000"
        + "04000400 00000200 04000400 04000200"
        + "02000000 00000000 02000000 61006200"
        + "02000000 00000000 02000000 63006400")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let answer = try SAMR.LookupNamesRequest(parsing: &input)
    #expect(answer.names == ["ab", "cd"])
  }

  @Test func `SAMR refuses more names than it allows`() {
    let stub = octets(handle + "e9030000 e8030000 00000000 e9030000") + zeros(8 * 1_001)
    let failure = #expect(throws: ParseFailure.self) {
      var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
      _ = try SAMR.LookupNamesRequest(parsing: &input)
    }
    #expect(failure?.reason == .overLimit)
  }

  @Test func `SAMR lists the accounts answered`() throws {
    let stub = octets(enumeration)
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let answer = try SAMR.EnumerateResponse(parsing: &input)
    #expect(answer.entries.map(\.name) == ["Guest", "krb"])
    #expect(answer.entries.map(\.relativeID) == [501, 502])
    #expect(answer.status == 0x105)
  }

  @Test(arguments: 0..<96) func `an enumeration is truncated at any cut`(_ count: Int) {
    let stub = octets(enumeration)
    let failure = #expect(throws: ParseFailure.self) {
      var input = NDRReader(ByteReader(stub.span.extracting(first: count)), isLittleEndian: true)
      _ = try SAMR.EnumerateResponse(parsing: &input)
    }
    #expect(failure?.reason == .truncated)
  }

  private let enumeration =
    "02000000 00000200 02000000 04000200 02000000"
    + "f5010000 0a000a00 08000200 f6010000 06000600 0c000200"
    + "05000000 00000000 05000000 47007500650073007400 0000"
    + "03000000 00000000 03000000 6b0072006200 0000"
    + "02000000 05010000"

  @Test func `SAMR opens a domain by its SID`() throws {
    let stub = octets(
      handle + "00020000 04000000 0104000000000005 15000000 01000000 02000000 03000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let answer = try SAMR.OpenDomainRequest(parsing: &input)
    #expect(answer.sid.description == "S-1-5-21-1-2-3")
  }

  // A workstation asks its controller who is connected, and the answer.
  @Test func `SRVSVC says which sessions were asked for`() throws {
    let stub = octets(
      """
      00000200 09000000 00000000 09000000 4d004f00520044004f005200440043000000 0000
      00000200 01000000 00000000 01000000 0000 0000
      00000200 01000000 00000000 01000000 0000 0000 0a000000 0a000000 00000200
      00000000 00000000 ffffffff 00000200 00000000
      """)
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let request = try SRVSVC.SessionEnumerateRequest(parsing: &input)
    #expect(request.server == "MORDORDC")
    #expect(request.client == "")
    #expect(request.level == 10)
  }

  @Test func `SRVSVC lists the sessions answered`() throws {
    let stub = octets(
      """
      0a000000 0a000000 00000200 01000000 00000200 01000000 00000200 00000200 00000000
      00000000 0e000000 00000000 0e000000 5c005c003100370032002e00310038002e00330039002e
      0035000000 09000000 00000000 09000000 70006700750073007400610076006f000000 0000
      01000000 00000200 12000000 00000000
      """)
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let answer = try SRVSVC.SessionEnumerateResponse(parsing: &input)
    #expect(answer.sessions.map(\.client) == ["\\\\172.18.39.5"])
    #expect(answer.sessions.map(\.user) == ["pgustavo"])
    #expect(answer.status == 0)
  }

  @Test func `SVCCTL says what the new service runs`() throws {
    let stub = octets(
      handle + "03000000 00000000 03000000 610062000000 0000"
        + "00000200 02000000 00000000 02000000 63000000"
        + "ff010f00 10000000 03000000 01000000"
        + "04000000 00000000 04000000 63003a0061000000"
        + "00000000 00000000 00000000 00000000 00000000 00000000 00000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let request = try SVCCTL.CreateServiceRequest(parsing: &input, isWide: true)
    #expect(request.name == "ab")
    #expect(request.displayName == "c")
    #expect(request.startKind == 3)
    #expect(request.binaryPath == "c:a")
    #expect(request.account == nil)
  }

  @Test func `SVCCTL reads the form in octets`() throws {
    let stub = octets(
      handle + "03000000 00000000 03000000 616200 00" + "00000000"
        + "ff010f00 10000000 02000000 01000000" + "04000000 00000000 04000000 633a6100")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let request = try SVCCTL.CreateServiceRequest(parsing: &input, isWide: false)
    #expect(request.name == "ab")
    #expect(request.displayName == nil)
    #expect(request.binaryPath == "c:a")
  }

  @Test func `LSARPC says whose SIDs and names were asked for`() throws {
    let sids = octets(
      handle + "01000000 00000200 01000000 04000200"
        + "02000000 0102000000000005 20000000 20020000")
    var input = NDRReader(ByteReader(sids.span), isLittleEndian: true)
    let request = try LSARPC.LookupSIDsRequest(parsing: &input, hasHandle: true)
    #expect(request.sids.map(\.description) == ["S-1-5-32-544"])

    let names = octets("01000000 01000000 04000400 00000200 02000000 00000000 02000000 61006200")
    input = NDRReader(ByteReader(names.span), isLittleEndian: true)
    let answer = try LSARPC.LookupNamesRequest(parsing: &input, hasHandle: false)
    #expect(answer.names == ["ab"])
  }

  @Test func `WKSSVC lists the users answered`() throws {
    let stub = octets(
      "00000000 00000000 00000200 01000000 04000200 01000000 08000200"
        + "03000000 00000000 03000000 610062000000 0000 01000000 00000000 00000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let answer = try WKSSVC.UserEnumerateResponse(parsing: &input)
    #expect(answer.users.map(\.name) == ["ab"])
  }

  @Test func `a count beyond the stub reserves nothing`() {
    let stub = octets("00000000 00000200 ffff0000 00000200 ffff0000")
    let failure = #expect(throws: ParseFailure.self) {
      var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
      _ = try SAMR.EnumerateResponse(parsing: &input)
    }
    #expect(failure?.reason == .truncated)
  }

  @Test func `a count beyond the limit is refused`() {
    let stub = octets("00000000 00000200 00000100 00000200 00000200")
    let failure = #expect(throws: ParseFailure.self) {
      var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
      _ = try SAMR.EnumerateResponse(parsing: &input)
    }
    #expect(failure?.reason == .overLimit)
  }

  @Test func `replication names the naming context`() throws {
    let stub = octets(
      handle + "08000000 08000000 00000000" + String(repeating: "00", count: 32)
        + "00000200 00000000" + String(repeating: "00", count: 24)
        + "00000000 74000000 e8030000 00000000 07000000 00000000 0000000000000000"
        + "00000000 00000000 00000000 00000000"
        + "04000000 40000000 00000000" + String(repeating: "00", count: 44)
        + "03000000 44004300 3d000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let request = try DRSUAPI.GetChangesRequest(parsing: &input)
    #expect(request.extendedOperation == 7)
    #expect(request.namingContext == "DC=")
  }

  private func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
}
