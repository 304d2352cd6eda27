import Evidence
import Wire

/// SQL Server's protocol, read for its authentication alone (MS-TDS section 3.2.5).
final class TDSExchange: Exchange {
  static let tcpPorts: [UInt16] = [1433]
  static let udpPorts: [UInt16] = []

  private let parties: Parties
  private var tokens = SecurityTokens(carrier: .tds)
  private var client: [UInt8] = []
  private var server: [UInt8] = []
  /// Nothing more is read: the login is over, or under TLS.
  private var isOver = false
  private var last: Moment?

  init(_ parties: Parties) { self.parties = parties }

  /// Only on its port: the header says little elsewhere.
  static func recognises(
    _ bytes: Span<UInt8>, _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool {
    guard isOnPort, transport == .tcp else { return false }
    var reader = ByteReader(bytes)
    do {
      let header = try TDS.Header(parsing: &reader)
      return [.prelogin, .login7, .sspi, .tabularResult].contains(header.type)
    } catch {
      return false
    }
  }

  func take(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) -> Progress {
    last = moment
    var consumed = 0
    while consumed < bytes.count, !isOver {
      let rest = bytes.extracting(consumed...)
      do {
        guard rest.count >= TDS.Header.headerByteCount else {
          return Progress(consumed: consumed, needed: TDS.Header.headerByteCount)
        }
        var reader = ByteReader(rest)
        let header = try TDS.Header(parsing: &reader)
        guard header.byteCount <= rest.count else {
          return Progress(consumed: consumed, needed: header.byteCount)
        }
        consumed += header.byteCount
        let packet = rest.extracting(TDS.Header.headerByteCount..<header.byteCount)
        try take(packet, header, from: side, at: moment, into: &output)
      } catch {
        output.undecoded(error)
        isOver = true
      }
    }
    return Progress(consumed: isOver ? bytes.count : consumed)
  }

  func lost(_ side: Side, at moment: Moment, into output: inout Output) {
    client = []
    server = []
  }

  func end(into output: inout Output) {
    guard let last else { return }
    tokens.finish(.unanswered, parties, at: last, into: &output)
  }

  /// Adds a packet to its message, and reads the message when it is whole.
  private func take(
    _ packet: Span<UInt8>, _ header: TDS.Header, from side: Side, at moment: Moment,
    into output: inout Output
  ) throws(ParseFailure) {
    switch header.type {
    case .login7, .sspi, .tabularResult: break
    // TLS continues in packets of this type and says nothing to us.
    case .prelogin: return
    default:
      isOver = true
      return
    }
    var message = side == .client ? client : server
    guard message.count + packet.count <= TDS.Limits.messageBytes else {
      throw ParseFailure(.overLimit, "Length", at: 0)
    }
    var input = ByteReader(packet)
    message.append(contentsOf: input.array())
    if side == .client { client = header.isLast ? [] : message }
    if side == .server { server = header.isLast ? [] : message }
    guard header.isLast else { return }
    try take(message: message.span, header.type, from: side, at: moment, into: &output)
  }

  private func take(
    message: Span<UInt8>, _ type: TDS.MessageType, from side: Side, at moment: Moment,
    into output: inout Output
  ) throws(ParseFailure) {
    let input = ByteReader(message)
    switch type {
    case .login7:
      let token = try TDS.loginToken(in: input)
      tokens.take(token.bytes, parties, from: side, at: moment, into: &output)
    case .tabularResult:
      var verdict = TDS.Verdict.none
      let token = try TDS.loginAnswer(in: input, verdict: &verdict)
      if !token.isAtEnd {
        tokens.take(token.bytes, parties, from: side, at: moment, into: &output)
      }
      take(verdict, at: moment, into: &output)
    default: tokens.take(message, parties, from: side, at: moment, into: &output)
    }
  }

  private func take(_ verdict: TDS.Verdict, at moment: Moment, into output: inout Output) {
    switch verdict {
    case .none: return
    case .accepted: tokens.finish(.success, parties, at: moment, into: &output)
    case .refused(let number):
      tokens.finish(.failure(code: number), parties, at: moment, into: &output)
    }
    isOver = true
  }
}
