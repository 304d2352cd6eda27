import Evidence
import Testing

@testable import Sensor

/// A conversation with one exchange: what each side sends, and what the sensor says of it.
struct Talk<Reader: Exchange> {
  let client: Endpoint
  let server: Endpoint
  let exchange: Reader
  var output = Output(wantsLines: true, wantsActivities: true)
  private var packet: UInt64 = 0

  init(_ kind: Reader.Type, port: UInt16, transport: Activity.Transport = .tcp) {
    client = Endpoint(address: Address(ipv4: 0x0A00_0001), port: 50_000)
    server = Endpoint(address: Address(ipv4: 0x0A00_0002), port: port)
    exchange = kind.init(Parties(client: client, server: server, transport: transport))
  }

  /// Hands in what one side sends, as one packet.
  @discardableResult
  mutating func say(_ octets: [UInt8], from side: Side) -> Progress {
    packet += 1
    let moment = Moment(
      time: Instant(seconds: Int64(packet)), capture: 0, packet: packet)
    return exchange.take(octets.span, from: side, at: moment, into: &output)
  }

  mutating func end() { exchange.end(into: &output) }

  var lines: [String] { output.json.text.split(separator: "\n").map(String.init) }

  /// The calls among the activities.
  var calls: [RPCCall] {
    output.activities.compactMap { if case .rpc(let call) = $0.detail { call } else { nil } }
  }
}
