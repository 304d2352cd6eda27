import Evidence

@testable import Sensor
@testable import Wire

/// Whole conversations, one entry for each exchange of the sensor, and the calls of DCE/RPC.
enum Conversations {
  static let all: [Entry] =
    Protocols.all.map { kind in
      Entry(name: "talk-\(kind)") { octets in converse(kind, octets) }
    } + [Entry(name: "rpc-calls", run: call)]

  /// Shows the pieces of an input as segments, or datagrams, on the exchange's own port.
  ///
  /// Twice, where the second time each segment comes in two: unless something could not be read,
  /// which makes a reader look for the start of a message in each packet, the same must be said.
  private static func converse(_ kind: any Exchange.Type, _ octets: [UInt8]) {
    let whole = Said(of: [packets(kind, octets, isCut: false)])
    // Where the first segment is not recognised, half of a later one may be.
    var pieces = Pieces(octets)
    guard octets.count % 4 == 0, whole.isComplete, let first = pieces.next(),
      kind.recognises(Array(first.octets).span, .tcp, isOnPort: true)
    else { return }
    let cut = Said(of: [packets(kind, octets, isCut: true)])
    expect(whole, cut, "a stream that is cut elsewhere says the same")
  }

  private static func packets(
    _ kind: any Exchange.Type, _ octets: [UInt8], isCut: Bool
  ) -> PacketRun {
    var pieces = Pieces(octets)
    var traffic = Traffic()
    let first = octets.first ?? 0
    let isTCP = kind.udpPorts.isEmpty || (!kind.tcpPorts.isEmpty && first & 0x80 == 0)
    let ports = isTCP ? kind.tcpPorts : kind.udpPorts
    var conversation = Traffic.Conversation(
      transport: isTCP ? PacketHeaders.tcp : PacketHeaders.udp, clientPort: 50_000,
      serverPort: ports.isEmpty ? 50_001 : ports[Int(first >> 1 & 7) % ports.count])
    var isFirst = true
    while let piece = pieces.next() {
      let octets = piece.octets
      let half = octets.startIndex + Int(piece.control.1) * octets.count / 256
      // The first segment is what the protocol is recognised by.
      if isCut, isTCP, !isFirst, half > octets.startIndex {
        traffic.say(octets[..<half], isFromServer: piece.isFromServer, in: &conversation)
        traffic.say(octets[half...], isFromServer: piece.isFromServer, in: &conversation)
      } else {
        traffic.say(octets, isFromServer: piece.isFromServer, in: &conversation)
      }
      isFirst = false
      traffic.time += Int64(piece.control.2) * 1_000_000
    }
    return traffic.takeRun()
  }

  // MARK: - Calls

  /// Binds to an interface of the table and shows its readers the arguments and the answer of a
  /// call: the stubs are hostile, the frames around them are not.
  private static func call(_ octets: [UInt8]) {
    var pieces = Pieces(octets)
    guard let question = pieces.next() else { return }
    let answer = pieces.next()
    let rows = DCERPCInterfaces.table
    let row = rows[Int(question.control.0) % rows.count]
    guard let interface = DCERPCInterfaces.interface(row) else { return }
    let isNDR64 = question.control.2 & 1 == 1
    var conversation = Traffic.Conversation(
      transport: PacketHeaders.tcp, clientPort: 50_000, serverPort: 135)
    var traffic = Traffic()
    let syntax = isNDR64 ? ndr64 : ndr
    let context = little(1) + [1, 0, 0, 0] + [0, 0, 1, 0]
    traffic.say(
      fragment(
        11,
        [0xD0, 0x16, 0xD0, 0x16] + little(0) + context + uuid(interface.id)
          + little(UInt32(question.control.2 >> 1)) + syntax),
      isFromServer: false, in: &conversation)
    traffic.say(
      fragment(
        12,
        [0xD0, 0x16, 0xD0, 0x16] + little(7) + [0, 0, 0, 0] + little(1) + little(0)
          + syntax),
      isFromServer: true, in: &conversation)
    let head = little(0) + [0, 0, question.control.1, 0]
    traffic.say(
      fragment(0, head + question.octets), isFromServer: false, in: &conversation)
    if let answer {
      traffic.say(
        fragment(2, little(0) + [0, 0, 0, 0] + answer.octets), isFromServer: true,
        in: &conversation)
    }
    let run = traffic.takeRun()
    let said = Said(of: [run])
    guard octets.count % 16 == 0 else { return }
    expect(said, Said(of: [run]), "a call says the same twice")
  }

  /// A first and last fragment of call 1, little-endian (C706 section 12.6.3.1).
  private static func fragment(_ kind: UInt8, _ body: some Collection<UInt8>) -> [UInt8] {
    let body = body.prefix(65_000)
    let count = UInt32(16 + body.count)
    return [5, 0, kind, 3, 0x10, 0, 0, 0] + little(count).prefix(2) + [0, 0] + little(1) + body
  }

  private static func little(_ value: UInt32) -> [UInt8] { big(value).reversed() }

  /// The identifier as a little-endian sender writes it.
  private static func uuid(_ id: GUID) -> [UInt8] {
    let high = big(UInt32(id.high >> 32)) + big(UInt32(truncatingIfNeeded: id.high))
    let low = big(UInt32(id.low >> 32)) + big(UInt32(truncatingIfNeeded: id.low))
    return high[0..<4].reversed() + high[4..<6].reversed() + high[6..<8].reversed() + low
  }

  /// The transfer syntax NDR, version 2 (C706 appendix I).
  private static let ndr: [UInt8] =
    [
      0x04, 0x5D, 0x88, 0x8A, 0xEB, 0x1C, 0xC9, 0x11, 0x9F, 0xE8, 0x08, 0x00, 0x2B, 0x10, 0x48,
      0x60,
    ]
    + little(2)
  /// NDR64, version 1 (MS-RPCE section 2.2.4.12).
  private static let ndr64: [UInt8] =
    [
      0x33, 0x05, 0x71, 0x71, 0xBA, 0xBE, 0x37, 0x49, 0x83, 0x19, 0xB5, 0xDB, 0xEF, 0x9C, 0xCC,
      0x36,
    ]
    + little(1)
}
