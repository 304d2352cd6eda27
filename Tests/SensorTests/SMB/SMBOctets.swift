/// SMB2 messages built octet by octet, with the NetBIOS header in front.
enum SMBOctets {
  static func little(_ number: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
  }

  static func utf16(_ text: String) -> [UInt8] {
    text.utf16.flatMap { little(UInt64($0), 2) }
  }

  static func framed(_ message: [UInt8]) -> [UInt8] {
    [0] + little(UInt64(message.count), 3).reversed() + message
  }

  static func message(
    _ command: UInt8, id: UInt64, isResponse: Bool = false, status: UInt32 = 0,
    tree: UInt32 = 1, session: UInt64 = 9, next: UInt32 = 0, flags: UInt32 = 0, body: [UInt8]
  ) -> [UInt8] {
    var octets: [UInt8] = [0xFE, 0x53, 0x4D, 0x42] + little(64, 2) + little(1, 2)
    octets += little(UInt64(status), 4) + [command, 0] + little(1, 2)
    octets += little(UInt64(flags | (isResponse ? 1 : 0)), 4) + little(UInt64(next), 4)
    octets += little(id, 8) + little(0, 4) + little(UInt64(tree), 4) + little(session, 8)
    return octets + [UInt8](repeating: 0, count: 16) + body
  }

  static func treeConnect(_ path: String, id: UInt64) -> [UInt8] {
    let name = utf16(path)
    return framed(
      message(
        3, id: id, tree: 0,
        body: little(9, 2) + little(0, 2) + little(72, 2) + little(UInt64(name.count), 2) + name))
  }

  static func treeConnected(id: UInt64, kind: UInt8, tree: UInt32 = 1) -> [UInt8] {
    framed(
      message(
        3, id: id, isResponse: true, tree: tree,
        body: little(16, 2) + [kind, 0] + little(0, 12)))
  }

  static func create(_ name: String, id: UInt64) -> [UInt8] {
    let text = utf16(name)
    let body =
      little(57, 2) + little(0, 2) + little(2, 4) + little(0, 16) + little(0x0012_019F, 4)
      + little(0, 8) + little(1, 4) + little(0, 4) + little(120, 2)
      + little(UInt64(text.count), 2) + little(0, 8) + text
    return framed(message(5, id: id, body: body))
  }

  static func created(id: UInt64, file: UInt64, status: UInt32 = 0) -> [UInt8] {
    guard status == 0 else {
      return framed(
        message(5, id: id, isResponse: true, status: status, body: little(9, 2) + little(0, 7)))
    }
    let body =
      little(89, 2) + little(0, 2) + little(1, 4) + little(0, 40) + little(0, 8) + little(0, 8)
      + little(file, 8) + little(file, 8) + little(0, 8)
    return framed(message(5, id: id, isResponse: true, body: body))
  }

  static func write(_ data: [UInt8], id: UInt64, file: UInt64) -> [UInt8] {
    let body =
      little(49, 2) + little(112, 2) + little(UInt64(data.count), 4) + little(0, 8)
      + little(file, 8) + little(file, 8) + little(0, 16) + data
    return framed(message(9, id: id, body: body))
  }

  static func written(_ count: Int, id: UInt64) -> [UInt8] {
    framed(
      message(
        9, id: id, isResponse: true,
        body: little(17, 2) + little(0, 2) + little(UInt64(count), 4) + little(0, 8)))
  }

  static func read(id: UInt64, file: UInt64) -> [UInt8] {
    let body =
      little(49, 2) + little(0, 2) + little(1024, 4) + little(0, 8) + little(file, 8)
      + little(file, 8) + little(0, 17)
    return framed(message(8, id: id, body: body))
  }

  static func readData(_ data: [UInt8], id: UInt64) -> [UInt8] {
    let body = little(17, 2) + [80, 0] + little(UInt64(data.count), 4) + little(0, 8) + data
    return framed(message(8, id: id, isResponse: true, body: body))
  }
}
