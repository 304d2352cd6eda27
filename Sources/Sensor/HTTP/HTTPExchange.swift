import Evidence
import Wire

/// HTTP/1, read for its authentication (RFC 4559) and for the remote calls that it carries
/// (MS-RPCH); other bodies are passed over.
final class HTTPExchange: Exchange {
  /// The web, proxies, and Windows remote management.
  static let tcpPorts: [UInt16] = [80, 3128, 5985, 8080, 47001]
  static let udpPorts: [UInt16] = []

  private let parties: Parties
  private var tokens = SecurityTokens(carrier: .http)
  private var client = Place.head
  private var server = Place.head
  private var clientSearch = HTTP.HeadSearch()
  private var serverSearch = HTTP.HeadSearch()
  /// The method of the request that waits for its answer.
  private var method = HTTP.Method.other
  private var last: Moment?
  /// The remote calls in the bodies, once there are some.
  private var calls: RPCExchange?

  /// What comes next from one side.
  private enum Place {
    case head
    case chunk
    case trailer
    /// Remote calls in a body of which that many octets are left.
    case calls(Int)
    /// A body until the end, or another protocol: nothing more is read.
    case rest
  }

  init(_ parties: Parties) { self.parties = parties }

  static func recognises(
    _ bytes: Span<UInt8>, _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool {
    transport == .tcp && HTTP.beginsMessage(bytes)
  }

  func take(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) -> Progress {
    last = moment
    var consumed = 0
    do {
      while consumed < bytes.count {
        let rest = bytes.extracting(consumed...)
        let place = side == .client ? client : server
        guard let step = try take(rest, in: place, from: side, at: moment, into: &output) else {
          return Progress(consumed: consumed)
        }
        consumed += step
      }
    } catch {
      output.undecoded(error)
      set(.rest, side)
      return Progress(consumed: bytes.count)
    }
    return Progress(consumed: consumed)
  }

  func lost(_ side: Side, at moment: Moment, into output: inout Output) {
    calls?.lost(side, at: moment, into: &output)
    set(.head, side)
  }

  func end(into output: inout Output) {
    calls?.end(into: &output)
    guard let last else { return }
    tokens.finish(.unanswered, parties, at: last, into: &output)
  }

  private func set(_ place: Place, _ side: Side) {
    if side == .client {
      client = place
      clientSearch = HTTP.HeadSearch()
    } else {
      server = place
      serverSearch = HTTP.HeadSearch()
    }
  }

  /// Octets of the head or the trailer at the front; nil while its end has not come.
  private func headByteCount(
    in bytes: Span<UInt8>, _ side: Side
  ) throws(ParseFailure) -> Int? {
    var search = side == .client ? clientSearch : serverSearch
    let byteCount = try search.byteCount(in: bytes)
    if byteCount != nil { search = HTTP.HeadSearch() }
    if side == .client { clientSearch = search } else { serverSearch = search }
    return byteCount
  }

  /// Octets done with, which may be more than have come; nil while more must come first.
  private func take(
    _ bytes: Span<UInt8>, in place: Place, from side: Side, at moment: Moment,
    into output: inout Output
  ) throws(ParseFailure) -> Int? {
    switch place {
    case .head:
      let empty = HTTP.emptyLineByteCount(in: bytes)
      guard empty == 0 else { return empty }
      guard let byteCount = try headByteCount(in: bytes, side) else { return nil }
      var reader = ByteReader(bytes.extracting(first: byteCount))
      let head = try HTTP.Head(parsing: &reader)
      take(head, from: side, at: moment, into: &output)
      return byteCount + passBody(of: head, side)
    case .chunk:
      guard let chunk = try HTTP.chunk(in: bytes) else { return nil }
      guard chunk.dataByteCount > 0 else {
        set(.trailer, side)
        return chunk.lineByteCount
      }
      return chunk.lineByteCount + chunk.dataByteCount + 2
    case .trailer:
      guard let byteCount = try headByteCount(in: bytes, side) else { return nil }
      set(.head, side)
      return byteCount
    case .calls(let left): return take(calls: bytes, left, from: side, at: moment, into: &output)
    case .rest: return bytes.count
    }
  }

  /// Hands on the part of a body that has come.
  private func take(
    calls bytes: Span<UInt8>, _ left: Int, from side: Side, at moment: Moment,
    into output: inout Output
  ) -> Int? {
    let exchange = calls ?? RPCExchange(parties)
    calls = exchange
    let part = bytes.extracting(first: min(left, bytes.count))
    let progress = exchange.take(part, from: side, at: moment, into: &output)
    var consumed = min(progress.consumed, part.count)
    // What is left of a body ends with it, whole call or not.
    if part.count == left, consumed == 0 { consumed = left }
    guard consumed > 0 else { return nil }
    set(consumed == left ? .head : .calls(left - consumed), side)
    return consumed
  }

  /// Where the next head of this side is: octets of the body, or another place.
  private func passBody(of head: HTTP.Head, _ side: Side) -> Int {
    if case .response(let status) = head.start {
      if status == 101 || (method == .connect && (200..<300).contains(status)) {
        client = .rest
        server = .rest
        return 0
      }
      // RFC 9112 section 6.3: these never have a body, whatever they state.
      if method == .head || status < 200 || status == 204 || status == 304 { return 0 }
    }
    switch head.body {
    case .length(let byteCount):
      guard method == .rpc, byteCount > 0, carriesCalls(head) else { return byteCount }
      set(.calls(byteCount), side)
    case .chunked: set(.chunk, side)
    case .unstated:
      if case .response = head.start { set(.rest, side) }
    }
    return 0
  }

  /// A refusal's body is a page.
  private func carriesCalls(_ head: HTTP.Head) -> Bool {
    if case .response(let status) = head.start { return status == 200 }
    return true
  }

  private func take(
    _ head: HTTP.Head, from side: Side, at moment: Moment, into output: inout Output
  ) {
    for token in head.tokens {
      tokens.take(token.span, parties, from: side, at: moment, into: &output)
    }
    switch head.start {
    case .request(let method): self.method = method
    case .response(let status):
      guard status >= 200 else { return }
      let isRefused = status == 401 || status == 407
      tokens.finish(
        isRefused ? .failure(code: UInt32(status)) : .success, parties, at: moment, into: &output)
    }
  }
}
