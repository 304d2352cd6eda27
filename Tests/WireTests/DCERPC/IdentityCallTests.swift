import Testing
import Wire

@Suite struct `Arguments of identity calls` {
  @Test func `a challenge of zeros is read as such`() throws {
    let stub = octets(
      "f58600000400000000000000040000005c005c00440000000200000000000000"
        + "02000000570000000000000000000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let request = try NRPC.ChallengeRequest(parsing: &input)
    #expect(request.computer == "W")
    #expect(request.challenge == 0)
  }

  @Test func `an authentication says account, channel, credential and flags`() throws {
    let stub = octets(
      "07bd00000400000000000000040000005c005c00440000000300000000000000"
        + "0300000044002400000006000200000000000000020000004400000000000000"
        + "00000000ffff2f21")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let request = try NRPC.AuthenticateRequest(parsing: &input, hasFlags: true)
    #expect(request.channel.account == "D$")
    #expect(request.channel.kind == 6)
    #expect(request.channel.computer == "D")
    #expect(request.credential == 0)
    #expect(request.flags == 0x212F_FFFF)
  }

  @Test func `a logon says who and from where`() throws {
    let stub = octets(
      "000000000a1b0000020000000000000002000000570000000200020061f40000"
        + "04000400d25700000000000000000000000000000600060068f4000004000400"
        + "e51d0000000000000000000001000100ff00000001000100ff00000002000000"
        + "000000000200000041004c0003000000000000000300000062006f006200abab"
        + "0200000000000000020000005700530001000000000000000100000078ababab"
        + "01000000000000000100000079bf060000000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let request = try NRPC.LogonRequest(parsing: &input, hasAuthenticators: false)
    #expect(request.computer == "W")
    #expect(request.level == 2)
    #expect(request.domain == "AL")
    #expect(request.user == "bob")
    #expect(request.workstation == "WS")
  }

  @Test func `a certificate request says its attributes`() throws {
    let stub = octets(
      "00000000b1d80000030000000000000003000000430041000000bfbf00000000"
        + "4a000000c79500004a0000004300650072007400690066006900630061007400"
        + "6500540065006d0070006c006100740065003a0055007300650072000a005300"
        + "41004e003a00750070006e003d006100400062000000abab04000000cfcc0000"
        + "0400000061626364")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let request = try Certificates.ServerRequest(parsing: &input)
    #expect(request.authority == "CA")
    #expect(request.attributes == ["CertificateTemplate:User", "SAN:upn=a@b"])
    #expect(request.byteCount == 4)
  }

  @Test func `a backup key call says its action`() throws {
    let stub = octets(
      "8af48f01baeac6408f6d72370240e9670100000000bfbfbf0100000000000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    #expect(
      try Certificates.BackupKeyRequest(parsing: &input).action
        == GUID("018ff48a-eaba-40c6-8f6d-72370240e967"))
  }

  @Test func `an account that is created says its name and kind`() throws {
    let stub = octets(
      "00000000101112131415161718191a1b1c1d1e1f0a000a00f225000005000000"
        + "00000000050000004500560049004c002400bfbf80000000b0000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let request = try SAMR.CreateRequest(parsing: &input, hasKind: true)
    #expect(request.name == "EVIL$")
    #expect(request.accountType == 0x80)
  }

  @Test func `a member that is added is named by its identifier`() throws {
    let stub = octets(
      "00000000101112131415161718191a1b1c1d1e1f5104000007000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    #expect(try SAMR.GroupMemberRequest(parsing: &input).relativeID == 1105)
  }

  @Test func `names to crack are read`() throws {
    let stub = octets(
      "00000000101112131415161718191a1b1c1d1e1f010000000100000000000000"
        + "00000000000000000200000001000000010000000013000001000000e9580000"
        + "04000000000000000400000041005c0062000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    #expect(try DRSUAPI.NamesRequest(parsing: &input, operation: 12).names == ["A\\b"])
  }

  @Test func `the domain whose controllers are asked for is read`() throws {
    let stub = octets(
      "00000000101112131415161718191a1b1c1d1e1f0100000001000000310e0000"
        + "0200000003000000000000000300000041004c000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    #expect(try DRSUAPI.ObjectRequest(parsing: &input, operation: 16).name == "AL")
  }

  @Test func `interfaces asked of an object are read`() throws {
    let stub = octets(
      "0500070001000000000000000101010101010101010101010101010100000000"
        + "02020202020202020202020202020202010000000100cece0100000099dc5695"
        + "8c82cf11a37e00aa003240c7")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let request = try DCOM.QueryInterfaceRequest(parsing: &input)
    #expect(request.interfaces == [GUID("9556dc99-828c-11cf-a37e-00aa003240c7")])
  }

  @Test func `a method of management is named with its object`() throws {
    let stub = octets(
      "0500070001000000000000000101010101010101010101010101010100000000"
        + "a55a00000d0000001a0000000d000000570069006e00330032005f0050007200"
        + "6f006300650073007300aaaa391d0000060000000c0000000600000043007200"
        + "65006100740065000000000000000000000000000000000000000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let request = try WMI.TextRequest(parsing: &input, hasSecond: true)
    #expect(request.first == "Win32_Process")
    #expect(request.second == "Create")
  }

  @Test func `a login of management names its namespace`() throws {
    let stub = octets(
      "0500070001000000000000000101010101010101010101010101010100000000"
        + "42dd00000f000000000000000f0000002f002f002e002f0072006f006f007400"
        + "2f00630069006d00760032000000bfbf000000000000000000000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    #expect(try WMI.TextRequest(parsingLogin: &input).first == "//./root/cimv2")
  }

  @Test func `names of methods are read`() throws {
    let stub = octets(
      "0500070001000000000000000101010101010101010101010101010100000000"
        + "000000000000000000000000000000000100000075a400000400000000000000"
        + "04000000520075006e0000000100000009040000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    #expect(try WMI.NamesRequest(parsing: &input).names == ["Run"])
  }

  private func octets(_ hex: String) -> [UInt8] { hex.octets }
}
