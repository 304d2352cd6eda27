import Evidence
import Foundation
import Testing

@testable import Sensor

@Suite struct `Capture files` {
  private let frames: [[UInt8]] = [[1, 2, 3], Array(repeating: 9, count: 60), [4]]

  @Test(arguments: [true, false], [true, false])
  func `are read in both byte orders and resolutions`(little: Bool, nano: Bool) throws {
    let bytes = CaptureBytes.pcap(frames, little: little, nano: nano)
    let found = try CaptureBytes.withFile(bytes) { try packets($0) }
    #expect(found.frames == frames)
    #expect(found.times == (1...3).map { $0 * 1_000_000_000 + (nano ? 7 : 7000) })
    #expect(found.damage == nil)
  }

  @Test(arguments: [true, false])
  func `are read as pcapng with nanoseconds`(little: Bool) throws {
    let bytes = CaptureBytes.pcapng(frames, little: little)
    let found = try CaptureBytes.withFile(bytes) { try packets($0) }
    #expect(found.frames == frames)
    #expect(found.times == (1...3).map { $0 * 1_000_000_000 + 123 })
  }

  @Test func `larger than a block give every packet`() throws {
    let many = (0..<3000).map { index in
      [UInt8](repeating: UInt8(index & 0xFF), count: 1000 + index % 7)
    }
    let found = try CaptureBytes.withFile(CaptureBytes.pcap(many)) { try packets($0) }
    #expect(found.frames == many)
  }

  @Test func `cut inside a packet give all before and say where`() throws {
    let bytes = CaptureBytes.pcap(frames)
    let found = try CaptureBytes.withFile(Array(bytes.dropLast())) { try packets($0) }
    #expect(found.frames == Array(frames.dropLast()))
    #expect(found.damage?.offset == UInt64(bytes.count - 17))
    #expect(found.damage?.reason == "the file ends inside a packet")
  }

  @Test func `with a length that cannot be stop there`() throws {
    var bytes = CaptureBytes.pcap(frames)
    let third = 24 + 16 + 3 + 16 + 60 + 8
    bytes.replaceSubrange(third..<(third + 4), with: [0xFF, 0xFF, 0xFF, 0x7F])
    let found = try CaptureBytes.withFile(bytes) { try packets($0) }
    #expect(found.frames.count == 2)
    #expect(found.damage?.reason == "incl_len is too large")
  }

  @Test(arguments: [[], [1, 2, 3], Array("this is a text and no capture at all".utf8)])
  func `are refused when they are none`(_ bytes: [UInt8]) throws {
    try CaptureBytes.withFile(bytes) { path in
      let failure = #expect(throws: CaptureFailure.self) { try packets(path) }
      #expect(failure?.code == .notACapture)
    }
  }

  @Test func `that do not exist are named`() {
    let failure = #expect(throws: CaptureFailure.self) {
      try CaptureSet(paths: ["/nowhere/at-all.pcap"])
    }
    #expect(failure?.description.hasPrefix("cannot open /nowhere/at-all.pcap: ") == true)
  }

  @Test func `of a folder are merged by time`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let odd = CaptureBytes.pcap([[1], [1], [1]])
    let even = CaptureBytes.pcap([[2], [2]], nano: true)
    try Data(odd).write(to: folder.appendingPathComponent("a.pcap"))
    try Data(even).write(to: folder.appendingPathComponent("b.pcap"))
    var set = try CaptureSet(paths: [folder.path])
    var order: [UInt8] = []
    while let run = try set.next() {
      for packet in run.packets { order.append(run.buffer[packet.offset]) }
    }
    #expect(order == [2, 1, 2, 1, 1])
  }

  private struct Found {
    var frames: [[UInt8]] = []
    var times: [Int64] = []
    var damage: CaptureDamage?
  }

  private func packets(_ path: String) throws -> Found {
    var set = try CaptureSet(paths: [path])
    var found = Found()
    while let run = try set.next() {
      for packet in run.packets {
        found.frames.append(
          Array(run.buffer[packet.offset..<(packet.offset + packet.capturedLength)]))
        found.times.append(packet.time.nanoseconds)
      }
    }
    found.damage = set.damages.first
    return found
  }
}
