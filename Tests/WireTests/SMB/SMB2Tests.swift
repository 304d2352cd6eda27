import Testing
import Wire

@Suite struct `SMB2 messages` {
  /// A header of 64 octets with a body behind it.
  private func message(
    _ command: UInt8, flags: UInt8 = 0, status: String = "00000000", body: String
  ) -> [UInt8] {
    octets("fe534d42 4000 0100 \(status)") + [command, 0] + octets("0100") + [flags, 0, 0, 0]
      + octets("00000000 0a00000000000000 fffe0000 01000000 4500000400240000")
      + [UInt8](repeating: 0, count: 16) + octets(body)
  }

  // The negotiation of a Windows 10 client (an SMB2 offer of 2.0.2, 2.1 and 3.0).
  private let negotiate = octets(
    """
    fe534d42400001000000000000000000000000000000000001000000000000000000000000000000
    000000000000000000000000000000000000000000000000240003000100000040000000696e5052
    756578547444694b5745646e0000000000000000020210020003
    """)

  @Test func `reads a header`() throws {
    let octets = message(11, flags: 9, status: "220000c0", body: "")
    var input = ByteReader(octets.span)
    let header = try SMB2.Header(parsing: &input)
    #expect(header.command == .ioctl)
    #expect(header.status == .accessDenied)
    #expect(header.messageID == 10)
    #expect(header.treeID == 1)
    #expect(header.sessionID == 0x0000_2400_0400_0045)
    #expect(header.flags == [.response, .signed])
    #expect(header.carriesErrorBody)
    let position = input.position
    #expect(position == 64)
  }

  @Test func `reads an asynchronous header`() throws {
    let octets = message(15, flags: 3, status: "03010000", body: "")
    var input = ByteReader(octets.span)
    let header = try SMB2.Header(parsing: &input)
    #expect(header.treeID == nil)
    #expect(header.asyncID == 0x0000_0001_0000_FEFF)
  }

  @Test func `keeps an unknown command`() throws {
    let octets = message(99, body: "")
    var input = ByteReader(octets.span)
    let header = try SMB2.Header(parsing: &input)
    #expect(header.command.rawValue == 99)
    #expect(header.command.name == nil)
  }

  @Test(arguments: 0..<64) func `a header is truncated at any cut`(_ count: Int) {
    let octets = message(5, body: "")
    let failure = #expect(throws: ParseFailure.self) {
      var input = ByteReader(octets.span.extracting(first: count))
      _ = try SMB2.Header(parsing: &input)
    }
    #expect(failure?.reason == .truncated)
  }

  @Test func `reads a negotiation`() throws {
    var input = ByteReader(negotiate.span)
    _ = try SMB2.Header(parsing: &input)
    let request = try SMB2.NegotiateRequest(parsing: &input)
    #expect(request.dialects == [0x0202, 0x0210, 0x0300])
    #expect(request.contexts.isEmpty)
    #expect(request.securityMode == 1)
  }

  @Test func `refuses too many dialects`() {
    var octets = negotiate
    octets[66] = 65
    let failure = #expect(throws: ParseFailure.self) {
      var input = ByteReader(octets.span)
      _ = try SMB2.Header(parsing: &input)
      _ = try SMB2.NegotiateRequest(parsing: &input)
    }
    #expect(failure?.reason == .overLimit)
  }

  @Test(arguments: 64..<106) func `a negotiation is truncated at any cut`(_ count: Int) {
    let failure = #expect(throws: ParseFailure.self) {
      var input = ByteReader(negotiate.span.extracting(first: count))
      _ = try SMB2.Header(parsing: &input)
      _ = try SMB2.NegotiateRequest(parsing: &input)
    }
    #expect(failure?.reason == .truncated)
  }

  @Test func `reads the contexts of 3.1_1`() throws {
    // Header 64, fixed body 36, one dialect at 100; contexts at 104.
    let body =
      "2400 0100 0100 0000 7f000000 00000000000000000000000000000000 68000000 0200 0000 1103 0000"
      + "0100 0600 00000000 010001000000 0000" + "0500 0400 00000000 44004300"
    let octets = message(0, body: body)
    var input = ByteReader(octets.span)
    _ = try SMB2.Header(parsing: &input)
    let request = try SMB2.NegotiateRequest(parsing: &input)
    #expect(request.contexts.map(\.kind) == [.preauthIntegrity, .netName])
    var name = try input.slice(request.contexts[1].data, "netname")
    let text = name.utf16le()
    #expect(text == "DC")
  }

  @Test func `reads a file asked for, and the root of a share`() throws {
    let body =
      "3900 00 00 02000000 0000000000000000 0000000000000000 9f011200 80000000 07000000"
      + "01000000 40000000 7800 0800 00000000 00000000 7300 6100 6d00 7200"
    let octets = message(5, body: body)
    var input = ByteReader(octets.span)
    _ = try SMB2.Header(parsing: &input)
    let request = try SMB2.CreateRequest(parsing: &input)
    #expect(request.name == "samr")
    #expect(request.disposition == 1)
    #expect(request.desiredAccess == 0x0012_019F)

    var root = octets
    root[110] = 0
    input = ByteReader(root.span)
    _ = try SMB2.Header(parsing: &input)
    let second = try SMB2.CreateRequest(parsing: &input)
    #expect(second.name == "")
  }

  @Test func `reads a write whose data was not captured`() throws {
    let octets = message(
      9,
      body: "3100 7000 00001000 0000000000000000 01000000000000000200000000000000 0000000000000000")
    var input = ByteReader(octets.span)
    _ = try SMB2.Header(parsing: &input)
    let request = try SMB2.WriteRequest(parsing: &input)
    #expect(request.data == ByteRange(offset: 0x70, count: 0x10_0000))
    #expect(request.fileID == SMB2.FileID(persistent: 1, volatile: 2))
    let failure = #expect(throws: ParseFailure.self) {
      let input = ByteReader(octets.span)
      _ = try input.slice(request.data, "Buffer")
    }
    #expect(failure?.reason == .truncated)
  }

  // A call to the service control manager of a Windows 10 host (a Windows 7 client opens PSEXESVC).
  private let transceive = octets(
    """
    fe534d4240000100000000000b00010008000000000000000a00000000000000fffe000001000000
    4500000400240000be5ec8984f9c3ff535532fd0c79261673900000017c011002e00000009000000
    0100000009000000780000005000000000000000780000000000000000040000010000000000000005
    000003100000005000000005000000380000000000100000000000c255930e0aaf2c45910fe56e9bc0
    f9150900000000000000090000005000530045005800450053005600430000000000ff010f00
    """)

  @Test func `reads a pipe transceive`() throws {
    var input = ByteReader(transceive.span)
    let header = try SMB2.Header(parsing: &input)
    #expect(header.command == .ioctl)
    let ioctl = try SMB2.Ioctl(parsing: &input, isResponse: false)
    #expect(ioctl.function == .pipeTransceive)
    #expect(ioctl.input == ByteRange(offset: 0x78, count: 0x50))
    #expect(ioctl.fileID == SMB2.FileID(persistent: 0x9_0000_002E, volatile: 0x9_0000_0001))
  }

  @Test(arguments: 64..<108) func `a transceive is truncated at any cut`(_ count: Int) {
    let failure = #expect(throws: ParseFailure.self) {
      var input = ByteReader(transceive.span.extracting(first: count))
      _ = try SMB2.Header(parsing: &input)
      _ = try SMB2.Ioctl(parsing: &input, isResponse: false)
    }
    #expect(failure?.reason == .truncated)
  }

  @Test func `reads an encrypted envelope`() throws {
    let octets = octets(
      "fd534d42" + String(repeating: "00", count: 32) + "7e000000 0000 0100 4500000400240000")
    var input = ByteReader(octets.span)
    let envelope = try SMB2.TransformHeader(parsing: &input)
    #expect(envelope.originalSize == 126)
    #expect(envelope.sessionID == 0x0000_2400_0400_0045)
    let signature = SMB.Signature(peeking: ByteReader(octets.span))
    #expect(signature == .transform)
  }
}
