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
  /// The server's CHALLENGE, until the answer to it.
  private var challenge: NTLM.Challenge?
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
      switch opened.payload {
      case .ntlm:
        let message = try NTLM.Message(parsing: &opened.inner)
        take(message, parties, from: side, at: moment, into: &output)
      case .kerberos:
        let message = try Kerberos.Message(parsing: &opened.inner)
        take(message, parties, from: side, at: moment, into: &output)
      case .none, .other: break
      }
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
      let ticket = Ticket(request.ticket)
      self.ticket = ticket
      account = nil
      let exchange = KerberosAPExchange(
        ticket: ticket, options: request.options.rawValue,
        authenticatorEtype: request.authenticator.encryption.rawValue, carrier: carrier)
      waiting = Waiting(detail: .kerberosAP(exchange), side: side, moment: moment)
    case .error(let error): waiting?.error = error.code
    case .apReply, .request, .reply, .protected, .tgtExchange: break
    }
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
    case .negotiate: challenge = nil
    case .challenge(let challenge): self.challenge = challenge
    case .authenticate(let answer):
      finish(.unknown, parties, at: moment, into: &output)
      let account = AccountName(name: answer.user, domain: answer.domain)
      self.account = account
      ticket = nil
      let logon = NTLMLogon(answer, to: challenge, carrier: carrier)
      waiting = Waiting(detail: .ntlm(logon), account: account, side: side, moment: moment)
      challenge = nil
    }
  }
}

extension NTLMLogon {
  fileprivate init(
    _ answer: NTLM.Authenticate, to challenge: NTLM.Challenge?, carrier: Carrier
  ) {
    self.init(
      user: answer.user, domain: answer.domain, workstation: answer.workstation,
      version: Version(answer.response), flags: answer.flags.rawValue, carrier: carrier)
    if let challenge {
      serverName = challenge.target.computer.nonEmpty
      serverDNSName = challenge.target.dnsComputer.nonEmpty
      serverDomain = challenge.target.domain.nonEmpty
      serverDNSDomain = challenge.target.dnsDomain.nonEmpty
      serverChallenge = challenge.serverChallenge
    }
    hasMIC = answer.hasMIC
    guard let attributes = answer.clientChallenge?.attributes else { return }
    targetSPN = attributes.targetName
    machineID = attributes.machine?.hexDigits
    pairOrder = attributes.identifiers
  }
}

extension NTLMLogon.Version {
  fileprivate init(_ response: NTLM.ResponseVersion) {
    self =
      switch response {
      case .v1, .lm: .v1
      case .v1ExtendedSessionSecurity: .v1ESS
      case .v2: .v2
      case .none, .unknown: .none
      }
  }
}

extension String {
  fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
