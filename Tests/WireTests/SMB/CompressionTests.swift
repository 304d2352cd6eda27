import Testing

@testable import Wire

/// The examples of MS-XCA section 3, and messages made of them.
@Suite struct `Compressed SMB messages` {
  @Test func `plain LZ77 gives back literals`() throws {
    let packed = "3f000000 6162636465666768696a6b6c6d6e6f707172737475767778797a".octets
    #expect(text(try lz77(packed, to: 26)) == "abcdefghijklmnopqrstuvwxyz")
  }

  @Test func `plain LZ77 gives back a long repetition`() throws {
    let packed = "ffffff1f 616263 1700 0f ff 2601".octets
    #expect(text(try lz77(packed, to: 300)) == String(repeating: "abc", count: 100))
  }

  @Test func `LZ77 with Huffman codes gives back literals`() throws {
    var input = ByteReader(Self.huffman.span)
    let octets = try LZ77Huffman.expand(&input, to: 26)
    #expect(text(octets) == "abcdefghijklmnopqrstuvwxyz")
  }

  @Test func `LZNT1 gives back the tune`() throws {
    var input = ByteReader(Self.tune.span)
    let octets = try LZNT1.expand(&input, to: 4_096)
    let melody = "F# F# G A A G F# E D D E F# F# E E F# F# G A A G F# E D D E F# E D D E E F# D E"
    #expect(text(octets).hasPrefix(melody))
  }

  @Test func `a message keeps what stands before its compressed part`() throws {
    let message =
      "fc534d42 1a000000 0200 0000 02000000 4142".octets
      + "3f000000 6162636465666768696a6b6c6d6e6f707172737475767778797a".octets
    var input = ByteReader(message.span)
    let octets = try SMB2.Compressed.message(parsing: &input)
    #expect(text(octets) == "ABabcdefghijklmnopqrstuvwxyz")
  }

  @Test func `a chain joins its payloads`() throws {
    let message =
      "fc534d42 07000000 0000 0100 02000000 4142 0400 0000 08000000 5a000000 05000000".octets
    var input = ByteReader(message.span)
    let octets = try SMB2.Compressed.message(parsing: &input)
    #expect(text(octets) == "ABZZZZZ")
  }

  @Test func `a message that would become too large is refused`() {
    let message = "fc534d42 ffffffff 0200 0000 00000000 00".octets
    let failure = #expect(throws: ParseFailure.self) {
      var input = ByteReader(message.span)
      _ = try SMB2.Compressed.message(parsing: &input)
    }
    #expect(failure?.reason == .overLimit)
  }

  @Test func `an unknown algorithm is unsupported`() {
    let message = "fc534d42 04000000 0900 0000 00000000 00000000".octets
    let failure = #expect(throws: ParseFailure.self) {
      var input = ByteReader(message.span)
      _ = try SMB2.Compressed.message(parsing: &input)
    }
    #expect(failure?.reason == .unsupported)
  }

  @Test func `never trap, cut or changed anywhere`() {
    let samples = [
      "ffffff1f 616263 1700 0f ff 2601".octets, Self.tune, Self.huffman,
    ]
    for sample in samples {
      for index in sample.indices {
        for value: UInt8 in [0, 0x7F, 0xFF] {
          var changed = sample
          changed[index] = value
          expandAll(changed)
        }
        expandAll(Array(sample.prefix(index)))
      }
    }
  }

  private func expandAll(_ octets: [UInt8]) {
    for algorithm: UInt8 in 1...4 {
      let head: [UInt8] = [0xFC, 0x53, 0x4D, 0x42, 0, 0x10, 0, 0, algorithm, 0, 0, 0, 0, 0, 0, 0]
      let message = head + octets
      var input = ByteReader(message.span)
      do {
        #expect(try SMB2.Compressed.message(parsing: &input).count <= 4_096)
      } catch {
        #expect(error.offset >= 0)
      }
    }
  }

  private func lz77(_ packed: [UInt8], to size: Int) throws -> [UInt8] {
    var input = ByteReader(packed.span)
    return try LZ77.expand(&input, to: size)
  }

  private func text(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }

  private static let tune =
    ("38b08846232000204720410010a24701a045204400084501507900c04520052413"
    + "8805b4024a44ef0358028c09160148450 0be009e000401189000").octets

  private static let huffman: [UInt8] = {
    var table = [UInt8](repeating: 0, count: 256)
    table[0x30] = 0x50
    for index in 0x31...0x3A { table[index] = 0x55 }
    table[0x3B] = 0x45
    table[0x3C] = 0x44
    table[0x3D] = 0x04
    table[0x80] = 0x04
    return table + "d8523ed794115be9195ff9d67cdf8d0400000000".octets
  }()
}
