import Evidence
import Wire

/// Remote calls over TCP (C706 chapter 12): the endpoint mapper's port, and whatever port it sends
/// clients to, recognised by their first octets.
final class RPCExchange: Exchange {
  static let tcpPorts: [UInt16] = [135]
  static let udpPorts: [UInt16] = []

  private let connection: RPCConnection

  init(_ parties: Parties) {
    connection = RPCConnection(RPCConnection.Carriage(name: "tcp", pipe: nil), parties)
  }

  static func recognises(
    _ bytes: Span<UInt8>, _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool {
    transport == .tcp && DCERPC.Header.isPlausible(ByteReader(bytes))
  }

  func take(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) -> Progress {
    var consumed = 0
    while consumed < bytes.count {
      let rest = bytes.extracting(consumed..<bytes.count)
      switch RPCFraming.next(rest) {
      case .whole(let count):
        connection.take(rest.extracting(first: count), from: side, at: moment, into: &output)
        consumed += count
      case .incomplete(let needed):
        return Progress(consumed: consumed, needed: needed)
      case .noise:
        // Not a fragment: wait for a segment that begins with one.
        output.undecoded(ParseFailure(.malformed, "rpc_vers", at: 0))
        return Progress(consumed: bytes.count)
      }
    }
    return Progress(consumed: consumed)
  }

  func cut(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) {
    guard DCERPC.Header.isPlausible(ByteReader(bytes)) else { return }
    connection.take(bytes, from: side, at: moment, into: &output)
  }

  func lost(_ side: Side, at moment: Moment, into output: inout Output) {
    connection.lost()
  }

  func end(into output: inout Output) { connection.end(into: &output) }
}

/// Finds the fragments in a stream of one side.
enum RPCFraming {
  enum Next: Equatable {
    case whole(Int)
    case incomplete(needed: Int)
    case noise
  }

  /// What the octets at the front are.
  static func next(_ bytes: Span<UInt8>) -> Next {
    guard bytes.count >= DCERPC.Header.byteCount else {
      return .incomplete(needed: DCERPC.Header.byteCount)
    }
    var input = ByteReader(bytes)
    guard DCERPC.Header.isPlausible(input) else { return .noise }
    do {
      let length = Int(try DCERPC.Header(parsing: &input).fragmentLength)
      return length <= bytes.count ? .whole(length) : .incomplete(needed: length)
    } catch {
      return .noise
    }
  }
}
