import Evidence
import Wire

/// Sessions from outside, as access servers account for them (RFC 2866), and logons (RFC 2865).
final class RADIUSExchange: Exchange {
  static let tcpPorts: [UInt16] = []
  static let udpPorts: [UInt16] = [1812, 1813, 1645, 1646]

  private let parties: Parties
  private var pending: [Request] = []

  private struct Request {
    var message: RADIUS.Message
    var side: Side
    var moment: Moment
  }

  init(_ parties: Parties) { self.parties = parties }

  static func recognises(
    _ bytes: Span<UInt8>, _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool {
    guard transport == .udp, isOnPort, bytes.count >= RADIUS.Message.headerByteCount else {
      return false
    }
    let length = Int(bytes[2]) << 8 | Int(bytes[3])
    return length >= RADIUS.Message.headerByteCount && length <= RADIUS.Message.maximumByteCount
      && bytes[0] >= 1
  }

  func take(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) -> Progress {
    do {
      var reader = ByteReader(bytes)
      let message = try RADIUS.Message(parsing: &reader)
      output.coverage[.radiusMessages] += 1
      if let failure = message.failure { output.undecoded(failure) }
      if output.wantsLines { output.line(message, parties, from: side, at: moment) }
      if output.wantsActivities { pair(message, from: side, at: moment, into: &output) }
    } catch {
      output.undecoded(error)
    }
    return Progress(consumed: bytes.count)
  }

  func lost(_ side: Side, at moment: Moment, into output: inout Output) {}

  func end(into output: inout Output) {
    for request in pending { output.add(activity(request, .unanswered)) }
    pending.removeAll()
  }

  private func pair(
    _ message: RADIUS.Message, from side: Side, at moment: Moment, into output: inout Output
  ) {
    switch message.code {
    case .accessRequest, .accountingRequest:
      // Asked again under the same identifier where no answer came.
      let isRepeated = pending.contains {
        $0.side == side && $0.message.identifier == message.identifier
      }
      guard !isRepeated else { return }
      if pending.count >= Limits.pendingRequests {
        output.coverage[.evictions] += 1
        output.add(activity(pending.removeFirst(), .unanswered))
      }
      pending.append(Request(message: message, side: side, moment: moment))
    case .accessAccept, .accessReject, .accountingResponse, .accessChallenge:
      let index = pending.firstIndex {
        $0.side == side.other && $0.message.identifier == message.identifier
      }
      guard let index else { return }
      let request = pending.remove(at: index)
      // A challenge is answered by another request, which says the same.
      guard message.code != .accessChallenge else { return }
      let isRefused = message.code == .accessReject
      output.add(
        activity(
          request, isRefused ? .failure(code: UInt32(message.code.rawValue)) : .success,
          at: moment, message.framedAddress))
    default: break
    }
  }

  private func activity(
    _ request: Request, _ outcome: Activity.Outcome, at answer: Moment? = nil,
    _ granted: UInt32? = nil
  ) -> Activity {
    let (source, target) = parties.route(from: request.side)
    let message = request.message
    var access = RemoteAccess(kind: RemoteAccess.Kind(message))
    access.framedAddress = (message.framedAddress ?? granted).map { Address(ipv4: $0) }
    access.callingStation = message.callingStation ?? message.tunnelClient
    access.calledStation = message.calledStation
    access.accessServer = message.accessServerName
    access.session = message.session
    access.sessionSeconds = message.sessionSeconds
    return Activity(
      time: request.moment.time, end: (answer ?? request.moment).time, source: source,
      target: target, transport: .udp, account: message.userName.map(AccountName.init(radius:)),
      outcome: outcome,
      proof: Activity.Proof(
        capture: request.moment.capture, request: request.moment.packet,
        answer: answer?.packet ?? 0),
      detail: .remoteAccess(access))
  }
}

extension RemoteAccess.Kind {
  fileprivate init(_ message: RADIUS.Message) {
    guard message.code == .accountingRequest else {
      self = .logon
      return
    }
    // RFC 2866 section 5.1.
    self =
      switch message.status {
      case .some(1): .start
      case .some(2): .stop
      case .some(3): .update
      default: .other
      }
  }
}

extension AccountName {
  /// `DOMAIN\user`, or a name as it is.
  fileprivate init(radius text: String) {
    let parts = text.split(separator: "\\", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2, let domain = parts.first, let name = parts.last {
      self.init(name: String(name), domain: String(domain))
    } else {
      self.init(name: text, domain: "")
    }
  }
}

extension Output {
  fileprivate mutating func line(
    _ message: RADIUS.Message, _ parties: Parties, from side: Side, at moment: Moment
  ) {
    beginLine("radius", parties, from: side, at: moment)
    json.member("code", Int(message.code.rawValue))
    json.member("id", Int(message.identifier))
    json.member("user", message.userName)
    json.member("framed_address", message.framedAddress.map { Address(ipv4: $0) })
    json.member("calling_station", message.callingStation)
    json.member("called_station", message.calledStation)
    json.member("status", message.status.map { Int64($0) })
    json.member("session", message.session)
    endLine()
  }
}
