import Testing
import Wire

@Suite struct `SMB1 messages` {
  private func message(
    _ command: String, flags: String = "18", unicode: Bool = false, body: String
  ) -> [UInt8] {
    octets("ff534d42 \(command) 00000000 \(flags) \(unicode ? "07c8" : "0748")")
      + octets("0000 0000000000000000 0000 0100 fffe 0200 0300") + octets(body)
  }

  @Test func `reads a header`() throws {
    let octets = message("25", body: "00 0000")
    var input = ByteReader(octets.span)
    let header = try SMB1.Header(parsing: &input)
    #expect(header.command == .transaction)
    #expect(header.treeID == 1)
    #expect(header.processID == 0xFEFF)
    #expect(header.userID == 2)
    #expect(header.multiplexID == 3)
    #expect(!header.isResponse)
  }

  @Test func `reads the dialects offered`() throws {
    let octets = message("72", body: "00 1000 02 4e54204c4d20302e313200 02 534d42")
    let (header, blocks) = try chain(octets)
    #expect(blocks.count == 1)
    #expect(header.command == .negotiate)
    let request = try SMB1.NegotiateRequest(blocks[0], in: ByteReader(octets.span))
    #expect(request.dialects == ["NT LM 0.12", "SMB"])
  }

  @Test func `follows a chain of two commands`() throws {
    // SESSION_SETUP_ANDX with TREE_CONNECT_ANDX behind it, at 32 + 1 + 26 + 2 + 4 = 65.
    let setup =
      "0d 75 00 4100 0410 3200 0000 00000000 0000 0000 00000000 d4000000"
      + "0400 00 00 00 00"
    let connect = "04 ff 00 0000 0000 0000" + "0a00 5c5c615c622400" + "3f3f00"
    let octets = message("73", body: setup + connect)
    let (header, blocks) = try chain(octets)
    #expect(blocks.map(\.command) == [.sessionSetupAndX, .treeConnectAndX])
    let request = try SMB1.TreeConnectRequest(blocks[1], of: header, in: ByteReader(octets.span))
    #expect(request.path == "\\\\a\\b$")
    #expect(request.service == "??")
  }

  @Test func `a chain that points backwards ends`() throws {
    let octets = message("73", body: "02 73 00 2000 0000 00")
    let (_, blocks) = try chain(octets)
    #expect(blocks.count == 1)
  }

  @Test func `reads a call on a named pipe`() throws {
    // TRANSACTION of 16 words: TransactNmPipe on 0x400b, data of 4 octets behind \PIPE\.
    let words =
      "10 0000 0400 0000 0004 00 00 0000 00000000 0000 0000 5400 0400 5400 02 00 2600 0b40"
    let octets = message("25", unicode: true, body: words + "0f00 00 5c0050004900500045005c000000")
    let (header, blocks) = try chain(octets)
    let call = try SMB1.Transaction(blocks[0], of: header, in: ByteReader(octets.span))
    #expect(call.name == "\\PIPE\\")
    #expect(call.function == SMB1.Transaction.transactNamedPipe)
    #expect(call.fileID == 0x400B)
    #expect(call.data == ByteRange(offset: 0x54, count: 4))
  }

  @Test func `reads a pipe opened`() throws {
    let words =
      "18 ff 00 0000 00 0c00 16000000 00000000 9f010200 0000000000000000 00000000 03000000"
      + "01000000 40000000 02000000 03"
    let octets = message("a2", unicode: true, body: words + "0b00 00 73006100 6d007200 0000")
    let (header, blocks) = try chain(octets)
    let request = try SMB1.CreateRequest(blocks[0], of: header, in: ByteReader(octets.span))
    #expect(request.name == "samr")
    #expect(request.disposition == 1)
  }

  @Test(arguments: 0..<34) func `a message is truncated at any cut`(_ count: Int) {
    let octets = message("72", body: "00 0000")
    let failure = #expect(throws: ParseFailure.self) {
      var input = ByteReader(octets.span.extracting(first: count))
      let header = try SMB1.Header(parsing: &input)
      _ = try SMB1.blocks(of: header, in: input)
    }
    #expect(failure?.reason == .truncated)
  }

  @Test func `refuses too many dialects`() throws {
    let names = String(repeating: "02 00 ", count: 65)
    let octets = message("72", body: "00 8200 " + names)
    let (_, blocks) = try chain(octets)
    let failure = #expect(throws: ParseFailure.self) {
      _ = try SMB1.NegotiateRequest(blocks[0], in: ByteReader(octets.span))
    }
    #expect(failure?.reason == .overLimit)
  }

  private func chain(_ octets: [UInt8]) throws -> (SMB1.Header, [SMB1.Block]) {
    var input = ByteReader(octets.span)
    let header = try SMB1.Header(parsing: &input)
    return (header, try SMB1.blocks(of: header, in: input))
  }
}
