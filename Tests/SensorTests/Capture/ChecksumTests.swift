import Testing

@testable import Sensor
@testable import Wire

@Suite struct `Checksums` {
  /// A datagram of DNS over IPv4, with the checksums that its sender gave it.
  private static let right: [UInt8] =
    [0x45, 0, 0, 33, 0x12, 0x34, 0, 0, 64, 17, 0x54, 0x96, 10, 0, 0, 1, 10, 0, 0, 2]
    + [0xC3, 0x50, 0, 53, 0, 13, 0x1F, 0x46, 1, 2, 3, 4, 5]

  @Test func `that are right are not counted`() throws {
    #expect(try isWrong(Self.right) == false)
  }

  @Test(arguments: 0..<20) func `of a header that was changed are wrong`(_ place: Int) throws {
    // Version, length and protocol change what is read; addresses change both sums.
    guard ![0, 2, 3, 6, 7, 9].contains(place) else { return }
    var frame = Self.right
    frame[place] ^= 0x10
    #expect(try isWrong(frame))
  }

  @Test(arguments: [20, 22, 26, 28, 32]) func `of a payload that was changed are wrong`(
    _ place: Int
  ) throws {
    var frame = Self.right
    frame[place] ^= 0x01
    #expect(try isWrong(frame))
  }

  @Test func `that were left out are not counted`() throws {
    var frame = Self.right
    frame[26] = 0
    frame[27] = 0
    #expect(try isWrong(frame) == false)
  }

  @Test func `of a packet that the capture cut are not known`() throws {
    #expect(try isWrong(Array(Self.right.dropLast(2))) == false)
  }

  private func isWrong(_ frame: [UInt8]) throws -> Bool {
    Checksum.isWrong(frame.span, try PacketHeaders(parsing: frame.span, .raw))
  }
}
