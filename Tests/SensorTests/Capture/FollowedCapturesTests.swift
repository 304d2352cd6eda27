import Foundation
import Testing

@testable import Sensor

@Suite struct `Captures that are followed` {
  /// A capture of frames of one octet, the first at a second; one frame a second.
  private func pcap(_ octets: Range<Int>) -> [UInt8] {
    var bytes = CaptureBytes.pcap(octets.map { [UInt8($0)] })
    for (index, octet) in octets.enumerated() {
      let start = 24 + index * 17
      bytes.replaceSubrange(
        start..<(start + 4), with: CaptureBytes.number(UInt32(1000 + octet), little: true))
    }
    return bytes
  }

  /// What comes until nothing came for `patience` steps, or the end: octets, by the names of captures.
  private func take(
    _ feed: FollowedCaptures, patience: Int = 5
  ) async throws -> [(name: String, number: UInt64, octet: UInt8)] {
    var found: [(String, UInt64, UInt8)] = []
    var idle = 0
    while idle < patience, let runs = try await feed.next() {
      idle = runs.isEmpty ? idle + 1 : 0
      for run in runs {
        for (index, packet) in run.packets.enumerated() {
          found.append(
            (
              feed.names[Int(run.capture)], run.numberBefore + UInt64(index) + 1,
              run.buffer[packet.offset]
            ))
        }
      }
    }
    return found
  }

  private func rest(
    _ feed: FollowedCaptures
  ) async throws -> [(name: String, number: UInt64, octet: UInt8)] {
    feed.stop()
    return try await take(feed, patience: .max)
  }

  private func withFolder(_ body: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder)
  }

  private func append(_ octets: [UInt8], to file: URL) throws {
    let handle = try FileHandle(forWritingTo: file)
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(octets))
    try handle.close()
  }

  @Test func `give each packet once, whatever pieces the file comes in`() async throws {
    try await withFolder { folder in
      let file = folder.appendingPathComponent("a.pcap")
      let whole = pcap(0..<40)
      for size in [1, 7, 24, 41, 300] {
        try Data().write(to: file)
        let feed = try FollowedCaptures(path: file.path, pauses: 1...1_000)
        var found: [UInt64] = []
        for start in stride(from: 0, to: whole.count, by: size) {
          try append(Array(whole[start..<min(start + size, whole.count)]), to: file)
          found += try await take(feed, patience: 1).map(\.number)
        }
        found += try await rest(feed).map(\.number)
        #expect(found == Array(1...40), "pieces of \(size)")
        #expect(feed.names == ["a.pcap"] && feed.report.damages.isEmpty)
      }
    }
  }

  @Test func `are read in the order in which they begin, not of their names`() async throws {
    try await withFolder { folder in
      for (name, octets) in [("c.pcap", 0..<3), ("a.pcap", 3..<5), ("b.pcap", 5..<9)] {
        try Data(pcap(octets)).write(to: folder.appendingPathComponent(name))
      }
      let feed = try FollowedCaptures(path: folder.path)
      let found = try await rest(feed)
      #expect(found.map(\.octet) == Array(0..<9))
      #expect(found.map(\.number) == [1, 2, 3, 1, 2, 1, 2, 3, 4])
      #expect(feed.names == ["c.pcap", "a.pcap", "b.pcap"])
    }
  }

  @Test func `are not read again where they are renamed or compressed`() async throws {
    try await withFolder { folder in
      let first = folder.appendingPathComponent("a.pcap")
      try Data(pcap(0..<3)).write(to: first)
      let feed = try FollowedCaptures(path: folder.path)
      #expect(try await take(feed).map(\.octet) == [0, 1, 2])
      try FileManager.default.moveItem(
        at: first, to: folder.appendingPathComponent("a-old.pcap"))
      try Data(pcap(0..<3)).write(to: folder.appendingPathComponent("copy.pcap.1"))
      try Data(pcap(3..<5)).write(to: first)
      let found = try await rest(feed)
      #expect(found.map(\.octet) == [3, 4])
      #expect(found.map(\.name) == ["a.pcap (2)", "a.pcap (2)"])
    }
  }

  @Test func `begin anew where they are cut off, as rings of files are`() async throws {
    try await withFolder { folder in
      let file = folder.appendingPathComponent("a.pcap")
      try Data(pcap(0..<9)).write(to: file)
      let feed = try FollowedCaptures(path: file.path)
      #expect(try await take(feed).count == 9)
      let handle = try FileHandle(forWritingTo: file)
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: Data(pcap(20..<22)))
      try handle.close()
      let found = try await rest(feed)
      #expect(found.map(\.octet) == [20, 21])
      #expect(feed.report.damages.map(\.reason) == ["it was cut off while it was read"])
    }
  }

  @Test func `may come later to a folder or pattern, and not to a file`() async throws {
    try await withFolder { folder in
      for path in [folder.path, folder.path + "/*.pcap"] {
        let feed = try FollowedCaptures(path: path)
        #expect(try await take(feed, patience: 2).isEmpty)
        let file = folder.appendingPathComponent("late.pcap")
        try Data(pcap(0..<2)).write(to: file)
        #expect(try await rest(feed).map(\.name) == ["late.pcap", "late.pcap"])
        try FileManager.default.removeItem(at: file)
      }
      #expect(throws: CaptureFailure.self) {
        try FollowedCaptures(path: folder.path + "/late.pcap")
      }
    }
  }

  @Test func `hold no more than their packets`() async throws {
    try await withFolder { folder in
      let file = folder.appendingPathComponent("a.pcap")
      try Data(pcap(0..<5)).write(to: file)
      let feed = try FollowedCaptures(path: file.path)
      var octets = 0
      feed.stop()
      while let runs = try await feed.next() {
        for run in runs { octets += run.buffer.capacity }
      }
      #expect(octets > 0 && octets < 1000)
    }
  }

  @Test func `that are none are told once, and the others are read`() async throws {
    try await withFolder { folder in
      try Data("Dear Sir or Madam, no capture.".utf8)
        .write(to: folder.appendingPathComponent("letter.pcap"))
      try Data(pcap(0..<2)).write(to: folder.appendingPathComponent("b.pcap"))
      let feed = try FollowedCaptures(path: folder.path)
      #expect(try await take(feed, patience: 12).count == 2)
      #expect(try await rest(feed).isEmpty)
      #expect(feed.report.damageCount == 1)
    }
  }

  @Test func `of a pipe end when whoever writes it does`() async throws {
    try await withFolder { folder in
      let path = folder.appendingPathComponent("pipe").path
      // SAFETY: the path outlives the call.
      let result = unsafe mkfifo(path, 0o600)
      #expect(result == 0)
      // Opened for both, so that neither waits for the other.
      let writer = try #require(FileHandle(forUpdatingAtPath: path))
      let feed = try FollowedCaptures(path: path)
      let whole = pcap(0..<6)
      try writer.write(contentsOf: Data(whole.prefix(50)))
      #expect(try await take(feed, patience: 2).map(\.octet) == [0])
      try writer.write(contentsOf: Data(whole.dropFirst(50)))
      try writer.close()
      #expect(try await take(feed, patience: .max).map(\.octet) == [1, 2, 3, 4, 5])
      #expect(feed.report.damages.isEmpty)
    }
  }
}
