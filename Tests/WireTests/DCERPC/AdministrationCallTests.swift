import Testing
import Wire

@Suite struct `Arguments of administration calls` {
  @Test func `a task says its path and what it is`() throws {
    let stub = octets(
      "8a0a00000300000000000000030000005c0061000000abab0800000000000000"
        + "080000003c005400610073006b002f003e000000060000000000000000000000"
        + "0000000000000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let request = try TSCH.RegisterRequest(parsing: &input)
    #expect(request.path == "\\a")
    #expect(request.definition == "<Task/>")
    #expect(request.flags == 6)
  }

  @Test func `a task that runs is named`() throws {
    let stub = octets(
      "0400000000000000040000005c00610062000000000000000000000000000000"
        + "0000000000000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    #expect(try TSCH.PathRequest(parsing: &input).path == "\\ab")
  }

  @Test func `a key that is saved says its handle and file`() throws {
    let stub = octets(
      "00000000101112131415161718191a1b1c1d1e1f0c000c00af4a000006000000"
        + "000000000600000078002e0074006d007000000000000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let request = try WINREG.FileRequest(parsing: &input)
    #expect(request.key == Self.handle)
    #expect(request.file == "x.tmp")
  }

  @Test func `a key that is opened is named`() throws {
    let stub = octets(
      "00000000101112131415161718191a1b1c1d1e1f08000800776d000004000000"
        + "0000000004000000530041004d0000000000000001000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let request = try WINREG.NameRequest(parsing: &input)
    #expect(request.key == Self.handle)
    #expect(request.name == "SAM")
  }

  @Test func `a value that is set says its text`() throws {
    let stub = octets(
      "00000000101112131415161718191a1b1c1d1e1f080008003ebf000004000000"
        + "0000000004000000520075006e000000010000000800000063006d0064000000"
        + "08000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let request = try WINREG.SetValueRequest(parsing: &input)
    #expect(request.name == "Run")
    #expect(request.kind == 1)
    #expect(request.text == "cmd")
  }

  @Test func `a copy of an event log that is opened says its path`() throws {
    let stub = octets(
      "da4900000100000000000000010000000000abab16001600fbdf00000b000000"
        + "000000000b0000005c003f003f005c0055004e0043005c0068005c007800bfbf"
        + "0100000001000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    #expect(try EventLogs.OpenRequest(parsing: &input).name == "\\??\\UNC\\h\\x")
  }

  @Test func `a printer that is opened is named`() throws {
    let stub = octets(
      "6d6700000400000000000000040000005c005c00700000000000000000000000"
        + "0000000000000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    #expect(try RPRN.OpenRequest(parsing: &input).printer == "\\\\p")
  }

  @Test func `a notification says whom to tell`() throws {
    let stub = octets(
      "00000000101112131415161718191a1b1c1d1e1f0001000000000000802f0000"
        + "0700000000000000070000005c005c006500760069006c000000bfbf00000000"
        + "00000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let request = try RPRN.NotificationRequest(parsing: &input)
    #expect(request.printer == Self.handle)
    #expect(request.localMachine == "\\\\evil")
  }

  @Test func `a printer driver says the files to load`() throws {
    let stub = octets(
      "fd4100000400000000000000040000005c005c00640000000200000002000000"
        + "d8eb00000300000093d600007cd100000b1e0000b60600006dd1000002000000"
        + "00000000020000004e0000000400000000000000040000007800360034000000"
        + "09000000000000000900000043003a005c0064002e0064006c006c000000abab"
        + "0c000000000000000c0000005c005c0068005c0073005c0065002e0064006c00"
        + "6c00000009000000000000000900000043003a005c0077002e0064006c006c00"
        + "0000bfbf14800000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let request = try RPRN.AddDriverRequest(parsing: &input)
    #expect(request.server == "\\\\d")
    #expect(request.name == "N")
    #expect(request.environment == "x64")
    #expect(request.files == ["C:\\d.dll", "\\\\h\\s\\e.dll", "C:\\w.dll"])
  }

  @Test func `a share that is added says its path`() throws {
    let stub = octets(
      "4c9300000400000000000000040000005c005c00730000000200000002000000"
        + "648b0000751700000000000001550000000000000100000000000000e90a0000"
        + "0000000002000000000000000200000053000000020000000000000002000000"
        + "7200000004000000000000000400000043003a005c0000009ab1000000000000")
    var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
    let request = try SRVSVC.ShareAddRequest(parsing: &input)
    #expect(request.name == "S")
    #expect(request.path == "C:\\")
  }

  private static let handle = GUID(high: 0x1312_1110_1514_1716, low: 0x1819_1A1B_1C1D_1E1F)

  private func octets(_ hex: String) -> [UInt8] { hex.octets }
}
