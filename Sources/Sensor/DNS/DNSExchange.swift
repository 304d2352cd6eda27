import Evidence
import Wire

/// Questions to name servers, zone transfers and dynamic updates (RFC 1035, RFC 5936, RFC 2136).
///
/// Answers are paired by identifier and question. Of multicast DNS and LLMNR only lines are said:
/// anybody on the link may answer, so that nothing is learnt from them.
final class DNSExchange: Exchange {
  static let tcpPorts: [UInt16] = [53]
  /// DNS, multicast DNS, LLMNR.
  static let udpPorts: [UInt16] = [53, 5353, 5355]

  private let parties: Parties
  private let variant: Variant
  private var pending: [DNSRequest] = []
  /// Identifiers of the last four answers, so that a repeated one is not taken for another.
  private var answered: UInt64 = 0
  private var answeredCount = 0
  /// GSS tokens that agree on a key for signing updates (RFC 3645), where any came.
  private var tokens: SecurityTokens?

  /// Who is asked: a server, or everybody on the link.
  enum Variant: String {
    case dns, mdns, llmnr
  }

  init(_ parties: Parties) {
    self.parties = parties
    let ports = (parties.client.port, parties.server.port)
    if ports.0 == 5353 || ports.1 == 5353 {
      variant = .mdns
    } else if ports.0 == 5355 || ports.1 == 5355 {
      variant = .llmnr
    } else {
      variant = .dns
    }
  }

  static func recognises(
    _ bytes: Span<UInt8>, _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool {
    var reader = ByteReader(bytes)
    do {
      if transport == .tcp {
        // Some servers send the length alone first.
        guard bytes.count > 2 else { return isOnPort && bytes.count > 0 }
        guard try reader.u16("length") >= DNS.Header.byteCount else { return false }
        guard isOnPort || DNS.streamedByteCount(at: ByteReader(bytes)) == bytes.count else {
          return false
        }
      }
      if isOnPort {
        guard reader.remaining >= DNS.Header.byteCount else { return transport == .tcp }
        let header = try DNS.Header(parsing: &reader)
        // Whatever comes to the port by UDP is one message, damaged or not; in a stream, this says
        // where a message begins.
        return transport == .udp
          || (header.opcode.rawValue <= 6 && header.questionCount <= DNS.Limits.questions)
      }
      return try isSurely(&reader)
    } catch {
      return false
    }
  }

  /// Whether a whole message begins here that nothing else looks like: one question of the Internet's
  /// class, and records that fill the rest.
  private static func isSurely(_ reader: inout ByteReader) throws(ParseFailure) -> Bool {
    // The fields that most other protocols fail at come first: they cost nothing.
    guard reader.remaining >= 17, reader.peek(4) == 0, reader.peek(5) == 1,
      let flags = reader.peek(2), flags >> 3 & 0xF == 0
    else { return false }
    let message = try DNS.Message(parsing: &reader)
    return message.failure == nil && message.question?.recordClass == 1
      && (message.header.isResponse || message.answers.isEmpty)
  }

  func take(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) -> Progress {
    guard parties.transport == .tcp else {
      take(message: bytes, from: side, at: moment, into: &output)
      return Progress(consumed: bytes.count)
    }
    var consumed = 0
    while consumed < bytes.count {
      let rest = bytes.extracting(consumed...)
      guard let byteCount = DNS.streamedByteCount(at: ByteReader(rest)) else {
        return Progress(consumed: consumed, needed: 2)
      }
      guard byteCount <= rest.count else { return Progress(consumed: consumed, needed: byteCount) }
      take(message: rest.extracting(2..<byteCount), from: side, at: moment, into: &output)
      consumed += byteCount
    }
    return Progress(consumed: consumed)
  }

  func lost(_ side: Side, at moment: Moment, into output: inout Output) {}

  func end(into output: inout Output) {
    for request in pending { output.add(request.activity(parties)) }
    pending.removeAll(keepingCapacity: true)
  }

  private func take(
    message bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) {
    do {
      var reader = ByteReader(bytes)
      let message = try DNS.Message(parsing: &reader)
      output.coverage[.dnsMessages] += 1
      if let failure = message.failure { output.undecoded(failure) }
      if output.wantsLines {
        output.line(message, variant, parties, from: side, at: moment)
      }
      guard variant == .dns else { return }
      if message.question?.type == .tkey {
        takeKey(of: message, in: bytes, from: side, at: moment, into: &output)
      }
      guard output.wantsActivities else { return }
      pair(message, from: side, at: moment, into: &output)
    } catch {
      output.undecoded(error)
    }
  }
}

// MARK: - Pairing

extension DNSExchange {
  private func pair(
    _ message: borrowing DNS.Message, from side: Side, at moment: Moment, into output: inout Output
  ) {
    guard message.header.isResponse else {
      let isRepeated = pending.contains { $0.side == side && $0.repeats(message) }
      guard !isRepeated, let request = DNSRequest(message, from: side, at: moment) else { return }
      if pending.count >= Limits.pendingRequests {
        output.coverage[.evictions] += 1
        output.add(pending.removeFirst().activity(parties))
      }
      pending.append(request)
      return
    }
    let asking = side.other
    guard
      let index = pending.firstIndex(where: { $0.side == asking && $0.isAnswered(by: message) })
    else {
      unmatched(message, from: side, at: moment, into: &output)
      return
    }
    guard pending[index].take(answer: message, at: moment) else { return }
    output.add(pending.remove(at: index).activity(parties, message))
    note(answered: message.header.id)
  }

  /// An answer whose question was not seen says what was asked all the same.
  private func unmatched(
    _ message: borrowing DNS.Message, from side: Side, at moment: Moment, into output: inout Output
  ) {
    guard !wasAnswered(message.header.id),
      var request = DNSRequest(message, from: side.other, at: moment)
    else { return }
    note(answered: message.header.id)
    _ = request.take(answer: message, at: moment)
    var activity = request.activity(parties, message)
    activity.proof.request = 0
    output.add(activity)
  }

  private func note(answered id: UInt16) {
    answered = answered << 16 | UInt64(id)
    answeredCount = min(answeredCount + 1, 4)
  }

  private func wasAnswered(_ id: UInt16) -> Bool {
    (0..<answeredCount).contains {
      UInt16(truncatingIfNeeded: answered >> UInt64(16 * $0)) == id
    }
  }

  /// Hands on the GSS token of a key agreement, and what the server makes of it.
  private func takeKey(
    of message: borrowing DNS.Message, in bytes: Span<UInt8>, from side: Side, at moment: Moment,
    into output: inout Output
  ) {
    // The additional section by RFC 3645 section 3.1.2, the answers by Windows.
    for record in message.answers + message.keys {
      guard case .transactionKey(let mode, let error, let key) = record.data, mode == 3 else {
        continue
      }
      var tokens = self.tokens ?? SecurityTokens(carrier: .dns)
      if key.count > 0, key.offset >= 0, key.offset + key.count <= bytes.count {
        tokens.take(
          bytes.extracting(key.offset..<(key.offset + key.count)), parties, from: side, at: moment,
          into: &output)
      }
      if message.header.isResponse {
        let code = error == 0 ? message.rcode : error
        tokens.finish(
          code == 0 ? .success : .failure(code: UInt32(code)), parties, at: moment, into: &output)
      }
      self.tokens = tokens
    }
  }
}
