import Evidence
import Foundation
import Testing

@testable import Sensor

@Suite struct `Compressed captures` {
  private let frames: [[UInt8]] = (0..<2000).map { index in
    (0..<300).map { UInt8(truncatingIfNeeded: ($0 &* 7) ^ index ^ ($0 &* index >> 5)) }
  }

  @Test(arguments: ["gzip", "zstd"])
  func `are read as the plain ones are, whatever their name`(_ tool: String) throws {
    let plain = CaptureBytes.pcap(frames)
    let found = try read(try compressed(plain, by: tool), named: "capture.bin")
    #expect(found.frames == frames)
    #expect(found.damages.isEmpty)
  }

  @Test(arguments: ["gzip", "zstd"])
  func `of several members are read to their end`(_ tool: String) throws {
    let plain = CaptureBytes.pcap(frames)
    let parts = [0..<1000, 1000..<100_000, 100_000..<plain.count]
    var bytes: [UInt8] = []
    for part in parts { bytes += try compressed(Array(plain[part]), by: tool) }
    let found = try read(bytes, named: "capture.pcap.gz")
    #expect(found.frames == frames)
    #expect(found.damages.isEmpty)
  }

  @Test func `of zstd may begin with a frame that is skipped`() throws {
    let skipped: [UInt8] = [0x53, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
    let frame = try compressed(CaptureBytes.pcap(frames), by: "zstd")
    let found = try read(skipped + frame + skipped, named: "capture.pcap.zst")
    #expect(found.frames == frames)
    #expect(found.damages.isEmpty)
  }

  @Test func `of gzip may be filled up with zeros`() throws {
    let bytes = try compressed(CaptureBytes.pcap(frames), by: "gzip") + [0, 0, 0, 0, 0]
    #expect(try read(bytes, named: "a.pcap.gz").damages.isEmpty)
    let found = try read(bytes + [1], named: "a.pcap.gz")
    #expect(found.frames == frames)
    #expect(found.damages.first?.reason == "octets that are no gzip data follow it")
  }

  @Test(arguments: ["gzip", "zstd"])
  func `that were cut give what can be read, and say so`(_ tool: String) throws {
    let whole = try compressed(CaptureBytes.pcap(frames), by: tool)
    let found = try read(Array(whole.prefix(whole.count / 2)), named: "a.pcap")
    #expect(!found.frames.isEmpty || tool == "zstd")
    #expect(found.frames == Array(frames.prefix(found.frames.count)))
    #expect(found.damages.first?.reason == "the \(tool) data ends too early")
  }

  @Test(arguments: ["gzip", "zstd"])
  func `that are damaged give what can be read, and say so`(_ tool: String) throws {
    var bytes = try compressed(CaptureBytes.pcap(frames), by: tool)
    // The sums at the end are wrong: everything before could be read.
    bytes[bytes.count - (tool == "gzip" ? 6 : 2)] ^= 0xFF
    let found = try read(bytes, named: "a.pcap")
    #expect(found.damages.first?.reason == "the \(tool) data is damaged")
    #expect(found.frames == Array(frames.prefix(found.frames.count)))
  }

  @Test(arguments: ["gzip", "zstd"])
  func `never trap at any cut of their beginning or with any bit turned`(_ tool: String) throws {
    let whole = try compressed(CaptureBytes.pcap(Array(frames.prefix(3))), by: tool)
    for count in 0..<min(whole.count, 200) {
      _ = try? read(Array(whole.prefix(count)), named: "a.pcap")
    }
    for bit in 0..<min(whole.count * 8, 800) {
      var bytes = whole
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      _ = try? read(bytes, named: "a.pcap")
    }
  }

  @Test(arguments: ["gzip", "zstd"])
  func `that unfold to much more are read block by block`(_ tool: String) throws {
    // Zeros are no capture: the magic is, and a record of no octets is sixteen zeros.
    let plain = CaptureBytes.pcap([]) + [UInt8](repeating: 0, count: 64 << 20)
    let bytes = try compressed(plain, by: tool)
    #expect(bytes.count < 100_000)
    try CaptureBytes.withFile(bytes) { path in
      var set = try CaptureSet(paths: [path])
      var count = 0
      var largest = 0
      while let run = try set.next() {
        count += run.packets.count
        largest = max(largest, run.buffer.count)
      }
      #expect(count == (64 << 20) / 16)
      #expect(largest <= 1 << 20)
    }
  }

  private struct Found {
    var frames: [[UInt8]] = []
    var damages: [CaptureDamage] = []
  }

  private func read(_ bytes: [UInt8], named name: String) throws -> Found {
    try CaptureBytes.withFile(bytes, named: name) { path in
      var set = try CaptureSet(paths: [path])
      var found = Found()
      while let run = try set.next() {
        for packet in run.packets {
          found.frames.append(
            Array(run.buffer[packet.offset..<(packet.offset + packet.capturedLength)]))
        }
      }
      found.damages = set.damages
      return found
    }
  }

  /// What the system's own tool makes of octets.
  private func compressed(_ bytes: [UInt8], by tool: String) throws -> [UInt8] {
    try CaptureBytes.withFile(bytes, named: "plain") { path in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = [tool, "-q", "-c", path] + (tool == "zstd" ? ["--check"] : [])
      let pipe = Pipe()
      process.standardOutput = pipe
      try process.run()
      let data = pipe.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return [UInt8](data)
    }
  }
}
