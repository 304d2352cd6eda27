import Foundation

/// Capture files built octet by octet, without the readers that are tested with them.
enum CaptureBytes {
  static func number(_ value: UInt32, little: Bool) -> [UInt8] {
    let octets = (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
    return little ? octets : octets.reversed()
  }

  /// A classic capture of Ethernet frames, one a second from 1970 on.
  static func pcap(_ frames: [[UInt8]], little: Bool = true, nano: Bool = false, link: UInt32 = 1)
    -> [UInt8]
  {
    var bytes = number(nano ? 0xA1B2_3C4D : 0xA1B2_C3D4, little: little)
    bytes += number(little ? 0x0004_0002 : 0x0002_0004, little: little)
    bytes += number(0, little: little) + number(0, little: little)
    bytes += number(65_535, little: little) + number(link, little: little)
    for (index, frame) in frames.enumerated() {
      bytes += number(UInt32(index + 1), little: little) + number(7, little: little)
      bytes += number(UInt32(frame.count), little: little)
      bytes += number(UInt32(frame.count), little: little) + frame
    }
    return bytes
  }

  /// A pcapng capture with one interface of nanosecond resolution.
  static func pcapng(_ frames: [[UInt8]], little: Bool) -> [UInt8] {
    func block(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
      let padded = body + Array(repeating: 0, count: (4 - body.count % 4) % 4)
      let length = number(UInt32(padded.count + 12), little: little)
      return number(type, little: little) + length + padded + length
    }
    func short(_ value: UInt16) -> [UInt8] {
      let octets = [UInt8(value & 0xFF), UInt8(value >> 8)]
      return little ? octets : octets.reversed()
    }
    var bytes = block(
      0x0A0D_0D0A,
      number(0x1A2B_3C4D, little: little) + short(1) + short(0)
        + number(UInt32.max, little: little) + number(UInt32.max, little: little))
    bytes += block(
      1,
      short(1) + short(0) + number(0, little: little) + short(9) + short(1) + [9, 0, 0, 0]
        + short(0) + short(0))
    for (index, frame) in frames.enumerated() {
      let time = UInt64(index + 1) * 1_000_000_000 + 123
      bytes += block(
        6,
        number(0, little: little) + number(UInt32(time >> 32), little: little)
          + number(UInt32(time & 0xFFFF_FFFF), little: little)
          + number(UInt32(frame.count), little: little)
          + number(UInt32(frame.count), little: little) + frame)
    }
    return bytes
  }

  /// Writes octets to a new file and hands its path to `body`; the file is gone after.
  static func withFile<Result>(
    _ bytes: [UInt8], named name: String = "test.pcap", _ body: (String) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent(name)
    try Data(bytes).write(to: file)
    return try body(file.path)
  }
}
