import Evidence
import Wire

/// Both directions of one five-tuple, from its first packet to its end.
final class Conversation {
  let parties: Parties
  /// The number of its first packet in the run.
  let age: UInt64
  private(set) var lastSeen: Instant
  /// When FIN or RST was seen.
  private var closed: Instant?
  /// The sequence number of the client's SYN, to tell a reused port from a retransmission.
  private var opening: UInt32?
  private var exchange: (any Exchange)?
  /// Payloads that were shown to recognisers in vain.
  private var tries = 0
  private var client = Stream()
  private var server = Stream()

  init(_ parties: Parties, age: UInt64, at time: Instant) {
    self.parties = parties
    self.age = age
    lastSeen = time
  }

  /// Whether its lane looks to it when memory is short.
  var isHolder = false

  /// Octets of memory that both directions take.
  var heldByteCount: Int { client.heldByteCount + server.heldByteCount }

  /// Gives back what holds nothing.
  func release() {
    client.release()
    server.release()
  }

  /// Whether FIN or RST was seen.
  var isClosed: Bool { closed != nil }

  /// When it is over if no packet follows.
  var deadline: Instant {
    if let closed { return closed.advanced(by: .seconds(Limits.tcpClosedSeconds)) }
    let isTCP = parties.transport == .tcp
    return lastSeen.advanced(
      by: .seconds(isTCP ? Limits.tcpIdleSeconds : Limits.udpIdleSeconds))
  }

  /// Whether a packet begins another conversation on the same ports: too late, or a new SYN.
  func isOver(before headers: PacketHeaders, at time: Instant) -> Bool {
    if time > deadline { return true }
    guard parties.transport == .tcp, headers.flags.contains(.syn), !headers.flags.contains(.ack)
    else { return false }
    return opening.map { $0 != headers.sequence } ?? true
  }

  /// Takes a packet of this conversation.
  func take(
    _ payload: Span<UInt8>, _ headers: PacketHeaders, from side: Side, at moment: Moment,
    into output: inout Output
  ) {
    if moment.time > lastSeen { lastSeen = moment.time }
    guard parties.transport == .tcp else {
      if payload.count > 0, isReadable(payload, .udp), let exchange {
        _ = exchange.take(payload, from: side, at: moment, into: &output)
      }
      return
    }
    if !headers.flags.isDisjoint(with: [.syn, .fin, .rst]) {
      noteControl(headers, from: side, at: moment.time)
    }
    if payload.count > 0 || headers.missingCount > 0 {
      yieldToAnswer(headers, from: side, into: &output)
      takeSegment(payload, headers, from: side, at: moment, into: &output)
    }
    guard headers.flags.contains(.ack), side == .client ? server.hasHole : client.hasHole else {
      return
    }
    if let exchange {
      let reader = Stream.Reader(exchange: exchange, side: side.other)
      if side == .client {
        server.acknowledge(headers.acknowledgment, reader, into: &output)
      } else {
        client.acknowledge(headers.acknowledgment, reader, into: &output)
      }
    }
  }

  /// Hands on what waits behind a hole of the other side before what answers it is read: an answer
  /// says that the hole was never on the wire, and makes no sense before its question.
  private func yieldToAnswer(
    _ headers: PacketHeaders, from side: Side, into output: inout Output
  ) {
    guard headers.flags.contains(.ack), side == .client ? server.hasHole : client.hasHole,
      let exchange
    else { return }
    let reader = Stream.Reader(exchange: exchange, side: side.other)
    if side == .client {
      server.answered(headers.acknowledgment, reader, into: &output)
    } else {
      client.answered(headers.acknowledgment, reader, into: &output)
    }
  }

  /// Says what is left to say.
  func end(into output: inout Output) {
    guard let exchange else { return }
    client.finish(Stream.Reader(exchange: exchange, side: .client), into: &output)
    server.finish(Stream.Reader(exchange: exchange, side: .server), into: &output)
    exchange.end(into: &output)
  }

  private func noteControl(_ headers: PacketHeaders, from side: Side, at time: Instant) {
    if headers.flags.contains(.syn) {
      if side == .client {
        opening = headers.sequence
        client.begin(after: headers.sequence)
      } else {
        server.begin(after: headers.sequence)
      }
    }
    if !headers.flags.isDisjoint(with: [.fin, .rst]) { closed = time }
  }

  private func takeSegment(
    _ payload: Span<UInt8>, _ headers: PacketHeaders, from side: Side, at moment: Moment,
    into output: inout Output
  ) {
    guard isReadable(payload, .tcp), let exchange else {
      if side == .client { client.pass(headers) } else { server.pass(headers) }
      return
    }
    let reader = Stream.Reader(exchange: exchange, side: side)
    if side == .client {
      client.take(payload, headers, reader, at: moment, into: &output)
    } else {
      server.take(payload, headers, reader, at: moment, into: &output)
    }
  }

  // MARK: - Which protocol

  /// Whether an exchange reads this conversation; finds one in its first payloads.
  private func isReadable(_ payload: Span<UInt8>, _ transport: Activity.Transport) -> Bool {
    if exchange != nil { return true }
    guard payload.count > 0, tries < Limits.recognitionTriesOnPort else { return false }
    tries += 1
    var claims =
      KnownPorts.claims(parties.server.port, transport)
      | KnownPorts.claims(parties.client.port, transport)
    while claims != 0 {
      let kind = Protocols.all[claims.trailingZeroBitCount]
      claims &= claims - 1
      guard kind.recognises(payload, transport, isOnPort: true) else { continue }
      exchange = kind.init(parties)
      return true
    }
    guard tries <= Limits.recognitionTries else { return false }
    for kind in Protocols.all where kind.recognises(payload, transport, isOnPort: false) {
      exchange = kind.init(parties)
      return true
    }
    return false
  }
}
