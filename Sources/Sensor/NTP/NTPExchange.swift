import Evidence
import Wire

/// Questions for the time (RFC 5905); of those that name an account (MS-SNTP), activities are said.
final class NTPExchange: Exchange {
  static let tcpPorts: [UInt16] = []
  static let udpPorts: [UInt16] = [123]

  private let parties: Parties
  private var pending: [Request] = []

  /// A question for a signed answer.
  private struct Request {
    var authenticator: NTP.Authenticator
    var side: Side
    var moment: Moment
  }

  init(_ parties: Parties) { self.parties = parties }

  static func recognises(
    _ bytes: Span<UInt8>, _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool {
    guard transport == .udp, isOnPort, bytes.count >= NTP.Message.byteCount else { return false }
    let version = bytes[0] >> 3 & 0x7
    return (1...4).contains(version) && (1...5).contains(bytes[0] & 0x7)
  }

  func take(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) -> Progress {
    do {
      var reader = ByteReader(bytes)
      let message = try NTP.Message(parsing: &reader)
      output.coverage[.ntpMessages] += 1
      if output.wantsLines { output.line(message, parties, from: side, at: moment) }
      if let authenticator = message.authenticator, output.wantsActivities {
        take(authenticator, message.mode, from: side, at: moment, into: &output)
      }
    } catch {
      output.undecoded(error)
    }
    return Progress(consumed: bytes.count)
  }

  func lost(_ side: Side, at moment: Moment, into output: inout Output) {}

  func end(into output: inout Output) {
    for request in pending { output.add(activity(request)) }
    pending.removeAll()
  }

  private func take(
    _ authenticator: NTP.Authenticator, _ mode: NTP.Mode, from side: Side, at moment: Moment,
    into output: inout Output
  ) {
    switch mode {
    case .client, .symmetricActive:
      if pending.count >= Limits.pendingRequests {
        output.coverage[.evictions] += 1
        output.add(activity(pending.removeFirst()))
      }
      pending.append(Request(authenticator: authenticator, side: side, moment: moment))
    case .server, .symmetricPassive:
      // The answer repeats the identifier (MS-SNTP section 3.2.5.1.1).
      let index = pending.firstIndex {
        $0.side == side.other && $0.authenticator.relativeID == authenticator.relativeID
      }
      guard let index else { return }
      output.add(activity(pending.remove(at: index), authenticator, at: moment))
    default: break
    }
  }

  private func activity(
    _ request: Request, _ answer: NTP.Authenticator? = nil, at moment: Moment? = nil
  ) -> Activity {
    let (source, target) = parties.route(from: request.side)
    return Activity(
      time: request.moment.time, end: (moment ?? request.moment).time, source: source,
      target: target, transport: .udp, outcome: answer == nil ? .unanswered : .success,
      proof: Activity.Proof(
        capture: request.moment.capture, request: request.moment.packet,
        answer: moment?.packet ?? 0),
      detail: .timeRequest(
        TimeRequest(
          relativeID: request.authenticator.relativeID,
          usesFormerKey: request.authenticator.usesFormerKey,
          isExtended: request.authenticator.isExtended, isSigned: answer?.isSigned ?? false)))
  }
}

extension Output {
  fileprivate mutating func line(
    _ message: NTP.Message, _ parties: Parties, from side: Side, at moment: Moment
  ) {
    beginLine("ntp", parties, from: side, at: moment)
    json.member("version", Int(message.version))
    json.member("mode", Int(message.mode.rawValue))
    json.member("stratum", Int(message.stratum))
    if let authenticator = message.authenticator {
      json.member("rid", Int64(authenticator.relativeID))
      json.member("former_key", authenticator.usesFormerKey)
      json.member("extended", authenticator.isExtended)
      json.member("signed", authenticator.isSigned)
    }
    endLine()
  }
}
