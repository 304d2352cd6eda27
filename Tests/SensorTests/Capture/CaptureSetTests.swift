import Evidence
import Foundation
import Testing

@testable import Sensor

@Suite struct `Captures of a run` {
  @Test func `are five hundred in time order with few open at once`() throws {
    try withFolder { folder in
      // Names and times go opposite ways.
      for index in 0..<500 {
        let bytes = CaptureBytes.pcap([[UInt8(index & 0xFF), UInt8(index >> 8)]])
        let second = CaptureBytes.number(UInt32(10_000 - index), little: true)
        try Data(bytes[..<24] + second + bytes[28...])
          .write(to: folder.appendingPathComponent(String(format: "rotated.pcap%03d", index)))
      }
      let before = try openDescriptors()
      var set = try CaptureSet(paths: [folder.path])
      var order: [Int] = []
      while let run = try set.next() {
        #expect(try openDescriptors() <= before + 32)
        for packet in run.packets {
          order.append(Int(run.buffer[packet.offset]) | Int(run.buffer[packet.offset + 1]) << 8)
        }
      }
      #expect(order == Array((0..<500).reversed()))
      #expect(set.damages.isEmpty)
    }
  }

  @Test func `that overlap are merged with few open at once, each moment in their order`() throws {
    try withFolder { folder in
      for index in 0..<100 {
        let frames = (0..<40).map { [UInt8(index), UInt8($0)] }
        try Data(CaptureBytes.pcap(frames))
          .write(to: folder.appendingPathComponent(String(format: "%03d.pcap", index)))
      }
      let before = try openDescriptors()
      var set = try CaptureSet(paths: [folder.path])
      var order: [[UInt8]] = []
      while let run = try set.next() {
        #expect(try openDescriptors() <= before + 32)
        for packet in run.packets {
          order.append([run.buffer[packet.offset], run.buffer[packet.offset + 1]])
        }
      }
      let expected = (0..<40).flatMap { frame in (0..<100).map { [UInt8($0), UInt8(frame)] } }
      #expect(order == expected)
    }
  }

  @Test func `are found by patterns, in folders, with a number or compressed`() throws {
    try withFolder { folder in
      let bytes = Data(CaptureBytes.pcap([[1]]))
      for name in ["a.pcap", "b.pcap.gz", "c.PCAPNG", "d.pcap12", "e.cap.3", "f.txt", "g.pcap.zst"]
      {
        try bytes.write(to: folder.appendingPathComponent(name))
      }
      let all = try CaptureSet(paths: [folder.path]).paths
      #expect(all.map { $0.suffix(3) } == ["cap", ".gz", "PNG", "p12", "p.3", "zst"])
      let some = try CaptureSet(paths: [folder.path + "/[ab].*"]).paths
      #expect(some.map { $0.suffix(3) } == ["cap", ".gz"])
      let failure = #expect(throws: CaptureFailure.self) {
        try CaptureSet(paths: [folder.path + "/x*"])
      }
      #expect(failure?.code == .noCaptures)
    }
  }

  /// Only those of captures: tests beside these open files of their own.
  private func openDescriptors() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count { name in
      let target = try? FileManager.default.destinationOfSymbolicLink(
        atPath: "/proc/self/fd/" + name)
      return target?.contains("crosswatch-set-") == true
    }
  }

  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "crosswatch-set-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }
}
