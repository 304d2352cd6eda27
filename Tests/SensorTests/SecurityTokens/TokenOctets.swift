import Evidence

@testable import Sensor

/// Kerberos and NTLM messages made by hand, as small as the specification lets them be.
enum TokenOctets {
  /// A DER element.
  static func der(_ tag: UInt8, _ contents: [UInt8]...) -> [UInt8] {
    let content = contents.flatMap { $0 }
    let count = content.count
    if count < 128 { return [tag, UInt8(count)] + content }
    return [tag, 0x82, UInt8(count >> 8), UInt8(count & 0xFF)] + content
  }

  static func integer(_ value: UInt8) -> [UInt8] { der(0x02, [value]) }
  static func string(_ text: String) -> [UInt8] { der(0x1B, Array(text.utf8)) }

  static func name(_ text: String) -> [UInt8] {
    let components = text.split(separator: "/").flatMap { string(String($0)) }
    return der(0x30, der(0xA0, integer(2)), der(0xA1, der(0x30, components)))
  }

  static func sealed(_ encryption: UInt8, of octet: UInt8) -> [UInt8] {
    der(
      0x30, der(0xA0, integer(encryption)),
      der(0xA2, der(0x04, Array(repeating: octet, count: 100))))
  }

  /// A ticket of ALPINE.TEST; `octet` fills its ciphertext.
  static func ticket(_ service: String, _ encryption: UInt8 = 18, of octet: UInt8) -> [UInt8] {
    der(
      0x61,
      der(
        0x30, der(0xA0, integer(5)), der(0xA1, string("ALPINE.TEST")), der(0xA2, name(service)),
        der(0xA3, sealed(encryption, of: octet))))
  }

  static func apRequest(_ ticket: [UInt8]) -> [UInt8] {
    der(
      0x6E,
      der(
        0x30, der(0xA0, integer(5)), der(0xA1, integer(14)),
        der(0xA2, der(0x03, [0, 0x20, 0, 0, 0])), der(0xA3, ticket),
        der(0xA4, sealed(18, of: 1))))
  }

  static func apReply() -> [UInt8] {
    der(
      0x6F,
      der(0x30, der(0xA0, integer(5)), der(0xA1, integer(15)), der(0xA2, sealed(18, of: 2))))
  }

  static func asRequest(_ client: String, nonce: UInt8, timestamp: Bool = false) -> [UInt8] {
    let padata =
      timestamp
      ? der(
        0xA3,
        der(
          0x30,
          der(0x30, der(0xA1, integer(2)), der(0xA2, der(0x04, sealed(23, of: 3)))))) : []
    return request(
      10, padata, client: der(0xA1, name(client)), service: "krbtgt/ALPINE.TEST", nonce: nonce)
  }

  static func tgsRequest(_ service: String, nonce: UInt8, presenting ticket: [UInt8]) -> [UInt8] {
    let padata = der(
      0xA3,
      der(
        0x30,
        der(0x30, der(0xA1, integer(1)), der(0xA2, der(0x04, apRequest(ticket))))))
    return request(12, padata, client: [], service: service, nonce: nonce)
  }

  private static func request(
    _ type: UInt8, _ padata: [UInt8], client: [UInt8], service: String, nonce: UInt8
  ) -> [UInt8] {
    let body = der(
      0x30, der(0xA0, der(0x03, [0, 0x40, 0x81, 0, 0x10])), client,
      der(0xA2, string("ALPINE.TEST")), der(0xA3, name(service)),
      der(0xA5, der(0x18, Array("20370913024805Z".utf8))), der(0xA7, integer(nonce)),
      der(0xA8, der(0x30, integer(18), integer(23))))
    return der(
      0x60 | type,
      der(0x30, der(0xA1, integer(5)), der(0xA2, integer(type)), padata, der(0xA4, body)))
  }

  static func reply(_ type: UInt8, _ client: String, _ ticket: [UInt8]) -> [UInt8] {
    der(
      0x60 | type,
      der(
        0x30, der(0xA0, integer(5)), der(0xA1, integer(type)), der(0xA3, string("ALPINE.TEST")),
        der(0xA4, name(client)), der(0xA5, ticket), der(0xA6, sealed(18, of: 4))))
  }

  static func error(_ code: UInt8, _ service: String) -> [UInt8] {
    der(
      0x7E,
      der(
        0x30, der(0xA0, integer(5)), der(0xA1, integer(30)), der(0xA6, integer(code)),
        der(0xA9, string("ALPINE.TEST")), der(0xAA, name(service))))
  }

  /// A message of a TCP stream.
  static func streamed(_ message: [UInt8]) -> [UInt8] {
    [0, 0, UInt8(message.count >> 8), UInt8(message.count & 0xFF)] + message
  }

  /// An NTLM message: what `fields` lists goes behind `fixed`, each described by length and offset.
  static func ntlm(_ type: UInt8, _ parts: [Part]) -> [UInt8] {
    let fixedByteCount = 12 + parts.map(\.byteCount).reduce(0, +)
    var fixed: [UInt8] = Array("NTLMSSP".utf8) + [0, type, 0, 0, 0]
    var payload: [UInt8] = []
    for part in parts {
      switch part {
      case .octets(let octets): fixed += octets
      case .field(let octets):
        let count = [UInt8(octets.count & 0xFF), UInt8(octets.count >> 8)]
        let start = fixedByteCount + payload.count
        fixed += count + count + [UInt8(start & 0xFF), UInt8(start >> 8), 0, 0]
        payload += octets
      }
    }
    return fixed + payload
  }

  enum Part {
    case octets([UInt8])
    case field([UInt8])

    var byteCount: Int {
      switch self {
      case .octets(let octets): octets.count
      case .field: 8
      }
    }
  }

  static func utf16(_ text: String) -> [UInt8] {
    text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
  }

  static func pair(_ identifier: UInt8, _ value: [UInt8]) -> [UInt8] {
    [identifier, 0, UInt8(value.count), 0] + value
  }

  static func challenge() -> [UInt8] {
    let pairs = pair(1, utf16("DC1")) + pair(3, utf16("dc1.alpine.test")) + [0, 0, 0, 0]
    return ntlm(
      2,
      [
        .field(utf16("ALPINE")), .octets([0x01, 0, 0x80, 0]), .octets([1, 2, 3, 4, 5, 6, 7, 8]),
        .octets(Array(repeating: 0, count: 8)), .field(pairs),
      ])
  }

  static func authenticate(_ user: String) -> [UInt8] {
    let pairs = pair(1, utf16("DC1")) + pair(9, utf16("cifs/dc1")) + [0, 0, 0, 0]
    let response =
      Array(repeating: 7 as UInt8, count: 16) + [1, 1] + Array(repeating: 0, count: 26)
    return ntlm(
      3,
      [
        .field(Array(repeating: 0, count: 24)), .field(response + pairs), .field(utf16("ALPINE")),
        .field(utf16(user)), .field(utf16("WS03")), .field([]), .octets([0x01, 0, 0x80, 0]),
      ])
  }
}

/// What an exchange is given in these tests.
enum TestConversation {
  static let client = Endpoint(address: Address(ipv4: 0x0A00_0521), port: 50_000)
  static let server = Endpoint(address: Address(ipv4: 0x0A00_050A), port: 88)

  static func parties(_ transport: Activity.Transport) -> Parties {
    Parties(client: client, server: server, transport: transport)
  }

  static func moment(_ packet: UInt64) -> Moment {
    Moment(time: Instant(seconds: Int64(packet)), capture: 0, packet: packet)
  }
}
