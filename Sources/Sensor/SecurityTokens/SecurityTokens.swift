import Evidence
import Wire

/// The authentication of one session or connection: GSS-API, SPNEGO, Kerberos and NTLM tokens, in
/// whatever protocol they travel.
///
/// The protocol around hands in each token as it comes, then its own verdict; this says the lines of
/// `decode` (`kerberos`, `ntlmssp`) and the activities (`kerberosAP`, `ntlm`), and keeps who
/// authenticated. A verdict that does not come is for the protocol around to say: `unknown` where
/// the session is used afterwards and its status could not be read, `unanswered` at the end.
struct SecurityTokens {
  let carrier: Carrier
  /// Who authenticated, as far as a token named them (NTLM does, a Kerberos ticket does not).
  private(set) var account: AccountName?
  /// The ticket shown, where Kerberos was used.
  private(set) var ticket: Ticket?
  /// The client's NEGOTIATE and the server's CHALLENGE, until the answer to them.
  private var offeredFlags: UInt32?
  private var challenge: NTLM.Challenge?
  /// What the client offered by SPNEGO, its choice first.
  private var mechanisms: [String] = []
  private var waiting: Waiting?

  /// An authentication without a verdict.
  private struct Waiting {
    var detail: Activity.Detail
    var account: AccountName?
    /// Who authenticates.
    var side: Side
    var moment: Moment
    /// The KRB-ERROR that answered, which says more than the verdict of the protocol around.
    var error: Kerberos.ErrorCode?
  }

  init(carrier: Carrier) { self.carrier = carrier }

  /// Reads one token; anything that is no token is passed over and counted.
  mutating func take(
    _ token: Span<UInt8>, _ parties: Parties, from side: Side, at moment: Moment,
    into output: inout Output
  ) {
    do {
      var reader = ByteReader(token)
      var opened = try SPNEGO.Token(parsing: &reader)
      // A server's first token of that form is a hint, not an offer (MS-SPNG section 2.2.1).
      if opened.form == .initial, side == .client || opened.payload != .none {
        mechanisms = opened.mechanisms.map(\.name)
      }
      var fault = Fault()
      switch opened.payload {
      case .ntlm:
        let message = try NTLM.Message(parsing: &opened.inner, &fault)
        take(message, parties, from: side, at: moment, into: &output)
      case .kerberos:
        let message = try Kerberos.Message(parsing: &opened.inner, &fault)
        take(message, parties, from: side, at: moment, into: &output)
      case .none, .other: break
      }
      if let failure = fault.first { output.undecoded(failure) }
    } catch {
      output.undecoded(error)
    }
  }

  /// The carrier's verdict on the authentication: completes the activity that waits for it.
  mutating func finish(
    _ outcome: Activity.Outcome, _ parties: Parties, at moment: Moment, into output: inout Output
  ) {
    guard let waiting else { return }
    self.waiting = nil
    guard output.wantsActivities else { return }
    var outcome = outcome
    if let error = waiting.error {
      outcome = .failure(code: UInt32(bitPattern: error.rawValue))
    }
    let (source, target) = parties.route(from: waiting.side)
    let wasAnswered = outcome != .unanswered && outcome != .unknown
    output.add(
      Activity(
        time: waiting.moment.time, end: wasAnswered ? moment.time : waiting.moment.time,
        source: source, target: target, transport: parties.transport, account: waiting.account,
        outcome: outcome,
        proof: Activity.Proof(
          capture: waiting.moment.capture, request: waiting.moment.packet,
          answer: wasAnswered ? moment.packet : 0),
        detail: waiting.detail))
  }
}

/// An answer to a server's challenge that travels without NTLM's messages: SMB1 without extended
/// security (MS-CIFS section 2.2.4.53.1).
struct RawAnswer {
  var account: AccountName
  var lmByteCount: Int
  var ntByteCount: Int
}

// MARK: - Messages

extension SecurityTokens {
  /// Takes a Kerberos message whose frames are off.
  mutating func take(
    _ message: Kerberos.Message, _ parties: Parties, from side: Side, at moment: Moment,
    into output: inout Output
  ) {
    output.coverage[.kerberosMessages] += 1
    if output.wantsLines {
      output.line(message, carrier: carrier, parties, from: side, at: moment)
    }
    switch message {
    case .apRequest(let request):
      finish(.unknown, parties, at: moment, into: &output)
      account = nil
      ticket = nil
      guard
        let exchange = KerberosAPExchange(request, carrier: carrier, mechanisms: mechanisms)
      else { return }
      ticket = exchange.ticket
      waiting = Waiting(detail: .kerberosAP(exchange), side: side, moment: moment)
    case .error(let error): waiting?.error = error.code
    case .apReply, .request, .reply, .protected, .tgtExchange: break
    }
  }

  /// Takes an answer without messages.
  mutating func take(
    _ answer: RawAnswer, _ parties: Parties, from side: Side, at moment: Moment,
    into output: inout Output
  ) {
    finish(.unknown, parties, at: moment, into: &output)
    account = answer.account
    ticket = nil
    waiting = Waiting(
      detail: .ntlm(NTLMLogon(answer, carrier: carrier)), account: account, side: side,
      moment: moment)
  }

  /// Takes an NTLM message whose frames are off.
  mutating func take(
    _ message: NTLM.Message, _ parties: Parties, from side: Side, at moment: Moment,
    into output: inout Output
  ) {
    output.coverage[.ntlmMessages] += 1
    if output.wantsLines {
      output.line(message, carrier: carrier, parties, from: side, at: moment)
    }
    switch message {
    case .negotiate(let negotiate):
      offeredFlags = negotiate.flags?.rawValue
      challenge = nil
    case .challenge(let challenge): self.challenge = challenge
    case .authenticate(let answer):
      finish(.unknown, parties, at: moment, into: &output)
      let account = AccountName(name: answer.user, domain: answer.domain)
      self.account = account
      ticket = nil
      var logon = NTLMLogon(answer, to: challenge, carrier: carrier)
      logon.offeredFlags = offeredFlags
      logon.mechanisms = mechanisms
      waiting = Waiting(detail: .ntlm(logon), account: account, side: side, moment: moment)
      offeredFlags = nil
      challenge = nil
    }
  }
}
