import Evidence
import Wire

/// Password changes on port 464 (RFC 3244): a ticket for `kadmin/changepw` is shown, the password
/// itself is under its key.
final class PasswordExchange: Exchange {
  static let tcpPorts: [UInt16] = [464]
  static let udpPorts: [UInt16] = [464]

  private let parties: Parties
  private var tokens = SecurityTokens(carrier: .kpasswd)
  private var last: Moment?

  init(_ parties: Parties) { self.parties = parties }

  /// Only on its port: two lengths and a version that is often 1 say too little elsewhere.
  static func recognises(
    _ bytes: Span<UInt8>, _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool {
    guard isOnPort else { return false }
    guard transport == .tcp else { return bytes.count >= 6 }
    return bytes.isEmpty || bytes[0] == 0
  }

  func take(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) -> Progress {
    last = moment
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
        output.undecoded(error)
        return Progress(consumed: bytes.count)
      }
    }
    return Progress(consumed: consumed)
  }

  func lost(_ side: Side, at moment: Moment, into output: inout Output) {}

  func end(into output: inout Output) {
    guard let last else { return }
    tokens.finish(.unanswered, parties, at: last, into: &output)
  }

  /// The AP-REQ begins an activity; the AP-REP or the error that comes in its place ends it.
  ///
  /// What the service says about the password is inside the KRB-PRIV.
  private func take(
    message bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) {
    do {
      var reader = ByteReader(bytes)
      var message = try Kerberos.PasswordMessage(parsing: &reader)
      var outcome: Activity.Outcome? = message.application.isAtEnd ? .success : nil
      if !message.application.isAtEnd {
        var fault = Fault()
        let application = try Kerberos.Message(parsing: &message.application, &fault)
        if application.type == .apReply { outcome = .success }
        tokens.take(application, parties, from: side, at: moment, into: &output)
        if let failure = fault.first { output.undecoded(failure) }
      }
      var fault = Fault()
      let rest = try Kerberos.Message(parsing: &message.rest, &fault)
      tokens.take(rest, parties, from: side, at: moment, into: &output)
      if let failure = fault.first { output.undecoded(failure) }
      // RFC 3244 section 2: with an error in its place, the result is in the clear.
      if case .error(let error) = rest, let result = error.passwordResult {
        outcome = .failure(code: UInt32(result))
      }
      if let outcome { tokens.finish(outcome, parties, at: moment, into: &output) }
    } catch {
      output.undecoded(error)
    }
  }
}
