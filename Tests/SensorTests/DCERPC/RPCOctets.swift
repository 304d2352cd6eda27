/// Fragments of remote calls built octet by octet.
enum RPCOctets {
  private static func little(_ number: UInt64, _ count: Int) -> [UInt8] {
    SMBOctets.little(number, count)
  }

  static func fragment(
    _ kind: UInt8, call: UInt32, flags: UInt8 = 3, trailer: [UInt8] = [], body: [UInt8]
  ) -> [UInt8] {
    let length = 16 + body.count + trailer.count
    return [5, 0, kind, flags, 0x10, 0, 0, 0] + little(UInt64(length), 2)
      + little(UInt64(max(0, trailer.count - 8)), 2) + little(UInt64(call), 4) + body + trailer
  }

  /// Samr, the endpoint mapper and Netlogon, as they travel.
  static let samr: [UInt8] = [
    0x78, 0x57, 0x34, 0x12, 0x34, 0x12, 0xCD, 0xAB, 0xEF, 0, 1, 0x23, 0x45, 0x67, 0x89, 0xAC,
  ]
  static let ndr: [UInt8] = [
    0x04, 0x5D, 0x88, 0x8A, 0xEB, 0x1C, 0xC9, 0x11, 0x9F, 0xE8, 0x08, 0, 0x2B, 0x10, 0x48, 0x60,
  ]

  static func bind(_ interface: [UInt8], call: UInt32 = 1) -> [UInt8] {
    fragment(
      11, call: call,
      body: little(0x16D0_16D0, 4) + little(0, 4) + [1, 0, 0, 0] + [0, 0, 1, 0] + interface
        + little(1, 4) + ndr + little(2, 4))
  }

  static func bound(call: UInt32 = 1) -> [UInt8] {
    fragment(
      12, call: call,
      body: little(0x16D0_16D0, 4) + little(7, 4) + little(0, 2) + [0, 0] + [1, 0, 0, 0]
        + little(0, 4) + ndr + little(2, 4))
  }

  static func request(
    _ operation: UInt16, call: UInt32, flags: UInt8 = 3, trailer: [UInt8] = [], stub: [UInt8]
  ) -> [UInt8] {
    fragment(
      0, call: call, flags: flags, trailer: trailer,
      body: little(UInt64(stub.count), 4) + [0, 0] + little(UInt64(operation), 2) + stub)
  }

  static func response(
    call: UInt32, flags: UInt8 = 3, trailer: [UInt8] = [], stub: [UInt8]
  ) -> [UInt8] {
    fragment(
      2, call: call, flags: flags, trailer: trailer,
      body: little(UInt64(stub.count), 4) + [0, 0, 0, 0] + stub)
  }

  static func fault(_ status: UInt32, call: UInt32) -> [UInt8] {
    fragment(3, call: call, body: little(0, 8) + little(UInt64(status), 4) + little(0, 4))
  }

  /// The trailer of packet privacy under Netlogon, with eight octets of token.
  static let sealed: [UInt8] = [68, 6, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0xAA, count: 8)

  static let handle = [UInt8](repeating: 0, count: 4) + [UInt8](repeating: 0x42, count: 16)

  /// SamrEnumerateUsersInDomain.
  static let enumerateUsers = handle + little(0, 4) + little(0, 4) + little(0xFFFF, 4)

  /// Its answer: one user, `ab`, 500.
  static let users =
    little(1, 4) + little(1, 4) + little(1, 4) + little(1, 4) + little(1, 4) + little(500, 4)
    + little(4, 2) + little(4, 2) + little(1, 4) + little(2, 4) + little(0, 4) + little(2, 4)
    + [0x61, 0, 0x62, 0] + little(1, 4) + little(0, 4)
}
