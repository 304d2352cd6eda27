import Testing

@testable import Wire

@Suite struct `Names in SMB1 messages` {
  private func message(_ command: String, flags: String = "18", body: String) -> [UInt8] {
    ("ff534d42 \(command) 00000000 \(flags) 0748 0000 0000000000000000 0000 0100 fffe 0200 0300"
      + body).octets
  }

  /// The header, the first block and what `read` makes of them.
  private func first<Result>(
    of octets: [UInt8],
    _ read: (SMB1.Header, SMB1.Block, borrowing ByteReader) throws -> Result
  ) throws -> Result {
    var input = ByteReader(octets.span)
    let header = try SMB1.Header(parsing: &input)
    let block = try SMB1.Block(parsing: &input, command: header.command)
    return try read(header, block, input)
  }

  @Test func `a rename says both names`() throws {
    let octets = message("07", body: "01 0000 0800 04 5c6100 04 5c6200")
    let request = try first(of: octets) { header, block, input in
      try SMB1.PathRequest(block, of: header, in: input)
    }
    #expect(request.path == "\\a")
    #expect(request.newPath == "\\b")
  }

  @Test func `a search answers with the name of its first entry`() throws {
    let octets = message(
      "81", flags: "98", body: "01 0100 1200 05 0f00 00 612020202020202074787400 0000")
    let name = try first(of: octets) { _, block, input in try block.firstFound(in: input) }
    #expect(name == "a       txt")
  }

  @Test func `a request names its file in its first word`() throws {
    let octets = message("23", body: "01 0540 0000")
    let file = try first(of: octets) { _, block, input in try block.file(in: input) }
    #expect(file == 0x4005)
  }

  @Test func `a lock names its file behind the next command`() throws {
    let octets = message("24", body: "08 ff00 0000 0740 0000 00000000 0000 0000 0000")
    let file = try first(of: octets) { _, block, input in try block.file(in: input) }
    #expect(file == 0x4007)
  }

  @Test func `a file created by a transaction is named`() throws {
    // NT_TRANSACT of 19 words with 55 octets of parameters behind them, at 32 + 1 + 38 + 2 + 1.
    let words =
      "13 00 0000 37000000 00000000 00000000 00000000 37000000 4a000000 00000000 00000000 00 0100"
    let parameters =
      "00000000 00000000 00000000 0000000000000000 00000000 00000000 01000000 00000000 00000000"
      + "00000000 02000000 02000000 03 5c78"
    let octets = message("a0", body: words + "3800 00" + parameters)
    let path = try first(of: octets) { header, block, input in
      try SMB1.Transaction(block, of: header, in: input).createdPath(of: header, in: input)
    }
    #expect(path == "\\x")
    for count in octets.indices {
      let cut = Array(octets.prefix(count))
      #expect(throws: ParseFailure.self) {
        try first(of: cut) { header, block, input in
          let call = try SMB1.Transaction(block, of: header, in: input)
          _ = try call.findLevel(in: input)
          _ = try call.firstFound(at: 0x104, of: header, in: input)
          _ = try call.createdFile(in: input)
          _ = try call.createdPath(of: header, in: input)
        }
      }
    }
  }
}
