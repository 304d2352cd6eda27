import Evidence
import Foundation
import Testing
import Wire

@testable import Sensor

@Suite struct `A recording` {
  private let frames: [[UInt8]] = [[1, 2, 3], Array(repeating: 9, count: 60), [4], []]

  /// One packet a second from a moment on, with a part of a second.
  private func run(interface: UInt32 = 0, from second: Int64 = 1) -> PacketRun {
    var buffer: [UInt8] = []
    var packets: [PacketPlace] = []
    for (index, frame) in frames.enumerated() {
      packets.append(
        PacketPlace(
          time: Instant(seconds: second + Int64(index), nanoseconds: 123_456_789),
          offset: buffer.count, capturedLength: frame.count, originalLength: frame.count + 7,
          linkType: .ethernet))
      buffer += frame
    }
    return PacketRun(buffer: buffer, packets: packets[...], capture: interface, numberBefore: 0)
  }

  private func interface(_ name: String, isNanosecond: Bool = true) -> RecordedInterface {
    RecordedInterface(name: name, linkType: 1, isNanosecond: isNanosecond, filter: "port 88")
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "crosswatch-recording-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test(arguments: ["a.pcapng", "a.pcap"], [true, false])
  func `is read back as it was received`(_ name: String, _ isNanosecond: Bool) throws {
    try withFolder { folder in
      let recording = try Recording(
        Recording.Options(path: "\(folder)/\(name)"),
        [interface("eth1", isNanosecond: isNanosecond)])
      try recording.start()
      recording.take([run(), run(from: 5)])
      let report = recording.finish([])
      #expect(report.packets == 8 && report.missing == 0 && report.files == 1)
      let found = try packets([folder])
      #expect(found.map(\.bytes) == frames + frames)
      let fraction: Int64 = isNanosecond ? 123_456_789 : 123_456_000
      #expect(found.map { $0.time.nanoseconds } == (1...8).map { $0 * 1_000_000_000 + fraction })
      #expect(found.map(\.place.originalLength) == (frames + frames).map { $0.count + 7 })
    }
  }

  @Test func `of several interfaces says which each packet came from`() throws {
    try withFolder { folder in
      let recording = try Recording(
        Recording.Options(path: "\(folder)/a.pcapng"), [interface("eth1"), interface("eth2")])
      try recording.start()
      recording.take([run(interface: 1), run(interface: 0, from: 5)])
      #expect(recording.finish([]).packets == 8)
      #expect(try packets([folder]).count == 8)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/a.pcapng"))
      #expect(bytes.range(of: Data("eth2".utf8)) != nil)
    }
  }

  @Test func `that rotates is read in order, and keeps as many files as asked`() throws {
    try withFolder { folder in
      var options = Recording.Options(path: "\(folder)/night.pcapng")
      options.rotateSeconds = 2
      options.keepCount = 3
      let recording = try Recording(options, [interface("eth1")])
      try recording.start()
      recording.take([run(), run(from: 5), run(from: 9)])
      let report = recording.finish([])
      #expect(report.files == 6 && report.packets == 12)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(
        names == [
          "night_19700101T000007Z_000004.pcapng", "night_19700101T000009Z_000005.pcapng",
          "night_19700101T000011Z_000006.pcapng",
        ])
      #expect(try packets([folder]).map(\.time.seconds) == Array(7...12))
    }
  }

  @Test func `begins another file after so many octets`() throws {
    try withFolder { folder in
      var options = Recording.Options(path: "\(folder)/a.pcap")
      options.rotateBytes = 100
      let recording = try Recording(options, [interface("eth1")])
      try recording.start()
      recording.take([run(), run(from: 5)])
      #expect(recording.finish([]).files > 1)
      #expect(try packets([folder]).map(\.bytes) == frames + frames)
    }
  }

  @Test func `leaves files of another run alone`() throws {
    try withFolder { folder in
      for _ in 0..<2 {
        var options = Recording.Options(path: "\(folder)/a.pcapng")
        options.rotateSeconds = 100
        let recording = try Recording(options, [interface("eth1")])
        try recording.start()
        recording.take([run()])
        #expect(recording.finish([]).packets == 4)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
    }
  }

  @Test func `without a packet is still a capture`() throws {
    try withFolder { folder in
      let recording = try Recording(
        Recording.Options(path: "\(folder)/a.pcapng"), [interface("eth1")])
      try recording.start()
      _ = recording.finish([])
      let set = try CaptureSet(paths: ["\(folder)/a.pcapng"])
      #expect(set.damages.isEmpty)
    }
  }

  @Test func `on a full disk counts what is missing`() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let recording = try Recording(Recording.Options(path: "/dev/full"), [interface("eth1")])
    try recording.start()
    recording.take([run(), run(from: 5)])
    let report = recording.finish([])
    #expect(report.packets == 0 && report.missing == 8)
    #expect(report.failure == "the disk is full")
  }

  @Test func `is refused where there is no folder`() {
    let failure = #expect(throws: CaptureFailure.self) {
      try Recording(Recording.Options(path: "/nowhere/a.pcapng"), [interface("eth1")])
    }
    #expect(failure?.description.hasPrefix("cannot write /nowhere") == true)
  }

  @Test func `as pcap is refused for interfaces of different kinds`() throws {
    try withFolder { folder in
      let tunnel = RecordedInterface(name: "tun0", linkType: 12)
      #expect(tunnel.linkType == 101)
      #expect(throws: CaptureFailure.self) {
        try Recording(
          Recording.Options(path: "\(folder)/a.pcap"), [interface("eth1"), tunnel])
      }
    }
  }

  private func packets(_ paths: [String]) throws -> [KeptPacket] {
    var set = try CaptureSet(paths: paths)
    var found: [KeptPacket] = []
    while let run = try set.next() {
      for index in run.packets.indices { found.append(KeptPacket(run, at: index)) }
    }
    #expect(set.damages.isEmpty)
    return found
  }
}
