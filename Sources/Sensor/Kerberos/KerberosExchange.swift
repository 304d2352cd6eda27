import Evidence
import Wire

/// Kerberos with a key distribution centre: requests for tickets and their answers (RFC 4120
/// sections 3.1 and 3.3).
///
/// Answers do not repeat the nonce in the clear, so they are paired by kind and in order, as a
/// controller answers. A request that a UDP client repeats is one request.
final class KerberosExchange: Exchange {
  static let tcpPorts: [UInt16] = [88]
  static let udpPorts: [UInt16] = [88]

  private let parties: Parties
  private var pending: [KerberosRequest] = []

  init(_ parties: Parties) { self.parties = parties }

  static func recognises(
    _ bytes: Span<UInt8>, _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool {
    var reader = ByteReader(bytes)
    do {
      guard transport == .tcp else {
        return isMessage(reader, byteCount: isOnPort ? nil : bytes.count)
      }
      guard let byteCount = try Kerberos.streamedByteCount(at: reader) else {
        // On its own port a first segment may hold only a part of the length.
        return isOnPort && (bytes.isEmpty || bytes[0] & 0x7F == 0)
      }
      try reader.skip(4, "length")
      guard !reader.isAtEnd else { return isOnPort }
      return isMessage(reader, byteCount: isOnPort ? nil : byteCount - 4)
    } catch {
      return false
    }
  }

  /// Whether a message begins here: its tag is one that passes between a client and a controller,
  /// and, where `byteCount` is given, it has that many octets, and a SEQUENCE in it where it has come.
  private static func isMessage(_ reader: borrowing ByteReader, byteCount: Int?) -> Bool {
    guard let tag = reader.peek() else { return false }
    guard let byteCount else {
      return [0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x74, 0x75, 0x76, 0x7E].contains(tag)
    }
    guard [0x6A, 0x6B, 0x6C, 0x6D, 0x7E].contains(tag) else { return false }
    var probe = ByteReader(reader.bytes)
    probe.position = reader.position
    do {
      guard let found = try probe.elementByteCount("Kerberos message") else { return true }
      let length = reader.peek(1) ?? 0
      let headerByteCount = length < 0x80 ? 2 : 2 + Int(length & 0x7F)
      return found == byteCount && (reader.peek(headerByteCount) ?? 0x30) == 0x30
    } catch {
      return false
    }
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
      do {
        guard let byteCount = try Kerberos.streamedByteCount(at: ByteReader(rest)) else {
          return Progress(consumed: consumed, needed: 4)
        }
        guard byteCount <= rest.count else {
          return Progress(consumed: consumed, needed: byteCount)
        }
        take(message: rest.extracting(4..<byteCount), from: side, at: moment, into: &output)
        consumed += byteCount
      } catch {
        // The stream has lost its frame: nothing in it says where the next message begins.
        output.undecoded(error)
        return Progress(consumed: bytes.count)
      }
    }
    return Progress(consumed: consumed)
  }

  func lost(_ side: Side, at moment: Moment, into output: inout Output) {
    // Order is all that pairs an answer: with answers lost, those that waited have none.
    if side == .server { end(into: &output) }
  }

  func end(into output: inout Output) {
    for request in pending { output.add(request.unanswered()) }
    pending.removeAll(keepingCapacity: true)
  }

  private func take(
    message bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) {
    do {
      var reader = ByteReader(bytes)
      var fault = Fault()
      let message = try Kerberos.Message(parsing: &reader, &fault)
      output.coverage[.kerberosMessages] += 1
      if let failure = fault.first { output.undecoded(failure) }
      if output.wantsLines {
        output.line(message, carrier: .kerberos, parties, from: side, at: moment)
      }
      guard output.wantsActivities else { return }
      pair(message, from: side, at: moment, into: &output)
    } catch {
      output.undecoded(error)
    }
  }
}

// MARK: - Pairing

extension KerberosExchange {
  private func pair(
    _ message: consuming Kerberos.Message, from side: Side, at moment: Moment,
    into output: inout Output
  ) {
    switch message {
    case .request(let request):
      if parties.transport == .udp, isPending(request, from: side) { return }
      if pending.count >= Limits.pendingRequests {
        output.add(pending.removeFirst().unanswered())
      }
      pending.append(KerberosRequest(request, from: side, at: moment, parties))
    case .reply(let reply):
      let type: Kerberos.MessageType = reply.type == .asReply ? .asRequest : .tgsRequest
      let index = pending.firstIndex { $0.type == type && $0.side == side.other }
      let request =
        index.map { pending.remove(at: $0) }
        ?? KerberosRequest(unseenBefore: reply, side: side.other, at: moment, parties)
      output.add(request.answered(by: reply, at: moment))
    case .error(let error):
      let index = pending.firstIndex { $0.side == side.other }
      let request =
        index.map { pending.remove(at: $0) }
        ?? KerberosRequest(unseenBefore: error, side: side.other, at: moment, parties)
      output.add(request.answered(by: error, at: moment))
    case .apRequest, .apReply, .protected, .tgtExchange: break
    }
  }

  /// Whether a datagram repeats a request that waits.
  private func isPending(_ request: Kerberos.KDCRequest, from side: Side) -> Bool {
    pending.contains {
      $0.type == request.type && $0.nonce == request.nonce && $0.side == side
    }
  }
}
