import Evidence
import Foundation
import Testing

@testable import Sensor
@testable import Wire

@Suite struct `Varieties of capture files` {
  @Test func `sections of either byte order each have interfaces of their own`() throws {
    let frames: [[UInt8]] = [[1, 2, 3], [4]]
    let bytes =
      CaptureBytes.pcapng(frames, little: true) + CaptureBytes.pcapng(frames, little: false)
    #expect(try packets(bytes).frames == frames + frames)
  }

  @Test(arguments: [true, false])
  func `interfaces have a resolution, an offset and a link type each`(little: Bool) throws {
    let made = Blocks(little: little)
    // A thousandth of a second; 2^-10 of a second, an hour later; microseconds where none is said.
    let hour: [UInt8] =
      little ? [0x10, 0x0E, 0, 0, 0, 0, 0, 0] : [0, 0, 0, 0, 0, 0, 0x0E, 0x10]
    let bytes =
      made.section + made.interface(1, made.option(9, [3]))
      + made.interface(101, made.option(9, [0x8A]) + made.option(14, hour))
      + made.interface(1, []) + made.packet(0, 1500, [1]) + made.packet(1, 1536, [2])
      + made.packet(2, 2_000_001, [3])
    let found = try packets(bytes)
    #expect(found.frames == [[1], [2], [3]])
    #expect(found.times == [1_500_000_000, 3_601_500_000_000, 2_000_001_000])
    #expect(found.links == [1, 101, 1])
  }

  @Test(arguments: [true, false])
  func `simple packets are of the time before, obsolete packets of their own`(little: Bool) throws {
    let made = Blocks(little: little)
    let obsolete =
      made.short(0) + made.short(7) + made.word(0) + made.word(3_000_000) + made.word(2)
      + made.word(2) + [7, 8, 0, 0]
    let bytes =
      made.section + made.interface(1, []) + made.block(2, obsolete)
      + made.block(3, made.word(2) + [5, 6, 0, 0])
    let found = try packets(bytes)
    #expect(found.frames == [[7, 8], [5, 6]])
    #expect(found.times == [3_000_000_000, 3_000_000_000])
  }

  @Test func `names, statistics, secrets, comments and unknown blocks are passed over`() throws {
    let made = Blocks(little: true)
    let names = made.short(1) + made.short(6) + [10, 0, 0, 1, 0x61, 0, 0, 0] + made.word(0)
    let secrets = made.word(0x544C_534B) + made.word(4) + [1, 2, 3, 4]
    let comment = made.option(1, Array("a comment".utf8))
    let bytes =
      made.section + made.interface(1, made.option(1, Array("first".utf8)))
      + made.block(4, names) + made.block(5, made.word(0) + made.word(0) + made.word(0))
      + made.block(10, secrets) + made.block(0xBAD, made.word(1) + made.word(2))
      + made.block(0x4000_0BAD, []) + made.packet(0, 1, [1], comment) + made.packet(0, 2, [2])
    let found = try packets(bytes)
    #expect(found.frames == [[1], [2]])
    #expect(found.damages.isEmpty)
  }

  @Test func `a block larger than any that is held is passed over`() throws {
    let made = Blocks(little: true)
    let large = made.block(0xBAD, [UInt8](repeating: 1, count: CaptureLimits.blockByteCount + 4))
    let bytes = made.section + made.interface(1, []) + large + made.packet(0, 2, [2])
    #expect(try packets(bytes).frames == [[2]])
    let cut = try packets(Array(bytes.dropLast(1 << 20)))
    #expect(cut.damages.first?.reason == "the file ends inside a packet")
  }

  @Test(arguments: [true, false])
  func `records of patched libpcap have eight octets more`(little: Bool) throws {
    var bytes = CaptureBytes.number(0xA1B2_CD34, little: little)
    bytes += CaptureBytes.pcap([], little: little)[4...]
    for octet in [UInt8(1), 2] {
      for number in [UInt32(octet), 7, 1, 1, 3, 0] {
        bytes += CaptureBytes.number(number, little: little)
      }
      bytes.append(octet)
    }
    let found = try packets(bytes)
    #expect(found.frames == [[1], [2]])
    #expect(found.damages.isEmpty)
  }

  @Test func `never trap at any cut or with any bit turned`() throws {
    let frames: [[UInt8]] = [[1, 2, 3], Array(repeating: 9, count: 20), [4]]
    for whole in [
      CaptureBytes.pcap(frames), CaptureBytes.pcap(frames, little: false, nano: true),
      CaptureBytes.pcapng(frames, little: true), CaptureBytes.pcapng(frames, little: false),
    ] {
      for count in 0..<whole.count { _ = try? packets(Array(whole.prefix(count))) }
      for bit in 0..<(whole.count * 8) {
        var bytes = whole
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        if let found = try? packets(bytes) { #expect(found.frames.count <= 4) }
      }
    }
  }

  // MARK: - Time

  @Test func `time that goes backwards is counted, and every packet is taken`() throws {
    var bytes = CaptureBytes.pcap([[1], [2], [3]])
    bytes.replaceSubrange((24 + 17)..<(24 + 21), with: [0, 0, 0, 0])
    try CaptureBytes.withFile(bytes) { path in
      var set = try CaptureSet(paths: [path])
      var shard = Shard(0, of: 1, wantsLines: false, wantsActivities: true)
      while let run = try set.next() { shard.take(run) }
      shard.finish()
      #expect(shard.output.coverage[.timeReversals] == 1)
      #expect(shard.output.coverage.packets == 3)
    }
  }

  private struct Found {
    var frames: [[UInt8]] = []
    var times: [Int64] = []
    var links: [UInt16] = []
    var damages: [CaptureDamage] = []
  }

  private func packets(_ bytes: [UInt8]) throws -> Found {
    try CaptureBytes.withFile(bytes, named: "varied") { path in
      var set = try CaptureSet(paths: [path])
      var found = Found()
      while let run = try set.next() {
        for packet in run.packets {
          found.frames.append(
            Array(run.buffer[packet.offset..<(packet.offset + packet.capturedLength)]))
          found.times.append(packet.time.nanoseconds)
          found.links.append(packet.linkType.rawValue)
        }
      }
      found.damages = set.damages
      return found
    }
  }
}

/// Blocks of a pcapng file.
private struct Blocks {
  let little: Bool

  func word(_ value: UInt32) -> [UInt8] { CaptureBytes.number(value, little: little) }

  func short(_ value: UInt16) -> [UInt8] {
    let octets = [UInt8(value & 0xFF), UInt8(value >> 8)]
    return little ? octets : octets.reversed()
  }

  func block(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
    let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
    let length = word(UInt32(padded.count + 12))
    return word(type) + length + padded + length
  }

  func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
    let padding = [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
    return short(code) + short(UInt16(value.count)) + value + padding
  }

  var section: [UInt8] {
    block(
      0x0A0D_0D0A, word(0x1A2B_3C4D) + short(1) + short(0) + word(.max) + word(.max))
  }

  func interface(_ link: UInt16, _ options: [UInt8]) -> [UInt8] {
    block(1, short(link) + short(0) + word(0) + options + short(0) + short(0))
  }

  func packet(
    _ interface: UInt32, _ time: UInt32, _ frame: [UInt8], _ options: [UInt8] = []
  ) -> [UInt8] {
    let count = word(UInt32(frame.count))
    let padding = [UInt8](repeating: 0, count: (4 - frame.count % 4) % 4)
    return block(
      6, word(interface) + word(0) + word(time) + count + count + frame + padding + options)
  }
}
