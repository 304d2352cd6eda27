import Testing

@testable import Wire

@Suite struct `Byte reader` {
  private let octets: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

  @Test func `reads numbers in both byte orders`() throws {
    var reader = ByteReader(octets.span)
    #expect(try reader.u16("a") == 0x0102)
    #expect(try reader.u16le("b") == 0x0403)
    #expect(try reader.u32le("c") == 0x0807_0605)
    let isAtEnd = reader.isAtEnd
    #expect(isAtEnd)
  }

  @Test(arguments: 0..<8)
  func `is truncated, never trapped, at any cut`(_ count: Int) {
    let cut = Array(octets.prefix(count))
    var reader = ByteReader(cut.span)
    do {
      _ = try reader.u64("eight")
      Issue.record("read eight octets of \(count)")
    } catch {
      #expect(error.reason == .truncated)
    }
  }

  @Test func `refuses negative and oversized pieces`() {
    for count in [-1, 9, Int.max, Int.min] {
      var reader = ByteReader(octets.span)
      do {
        try reader.skip(count, "piece")
        Issue.record("skipped \(count)")
      } catch {
        #expect(error.reason == .truncated)
      }
    }
  }

  @Test func `names the offset in the message, not in the piece`() throws {
    var reader = ByteReader(octets.span)
    _ = try reader.u32("head")
    var inner = try reader.take(2, "inner")
    do {
      _ = try inner.u32("field")
      Issue.record("read beyond the piece")
    } catch {
      #expect(error.offset == 4)
    }
  }

  @Test func `repairs text that is no text`() {
    let odd: [UInt8] = [0x41, 0xFF, 0x42]
    var reader = ByteReader(odd.span)
    #expect(reader.utf8() == "A\u{FFFD}B")
    let wide: [UInt8] = [0x41, 0x00, 0x00, 0xD8, 0x42]
    var second = ByteReader(wide.span)
    #expect(second.utf16le() == "A\u{FFFD}")
  }

  @Test func `reads UTF-16 beyond ASCII`() {
    let octets: [UInt8] = [0x5A, 0, 0xFC, 0, 0x72, 0, 0x3D, 0xD8, 0, 0xDE]
    var reader = ByteReader(octets.span)
    #expect(reader.utf16le() == "Zür😀")
  }
}
