import Evidence
import Wire

/// What NTLM messages say, as evidence.
extension NTLMLogon {
  init(_ answer: NTLM.Authenticate, to challenge: NTLM.Challenge?, carrier: Carrier) {
    self.init(
      user: answer.user, domain: answer.domain, workstation: answer.workstation,
      version: Version(answer.response), flags: answer.flags?.rawValue ?? 0, carrier: carrier)
    if let challenge { take(challenge) }
    lmByteCount = answer.lmByteCount
    ntByteCount = answer.ntByteCount
    responsePrefix = answer.responsePrefix
    clientVersion = answer.version?.text
    hasMIC = answer.hasMIC
    payloadOrder = String(decoding: answer.payloadOrder.map(\.letter), as: UTF8.self)
    guard let response = answer.clientChallenge else { return }
    clientChallenge = response.challenge
    clientTime = Instant(fileTime: response.timestamp)
    let attributes = response.attributes
    targetSPN = attributes.targetName
    machineID = attributes.singleHost?.machine.hexDigits
    permanentMachineID = attributes.singleHost?.permanentMachine?.hexDigits
    integrityLevel = attributes.singleHost?.integrityLevel
    pairFlags = attributes.flags
    hasChannelBindings = attributes.hasChannelBindings
    pairOrder = attributes.identifiers
  }

  /// The lengths of the responses tell their version, as in a message (MS-NLMP section 3.3).
  init(_ answer: RawAnswer, carrier: Carrier) {
    let version: Version =
      switch answer.ntByteCount {
      case 0: answer.lmByteCount == 24 ? .v1 : .none
      case 24: .v1
      case 25...: .v2
      default: .none
      }
    self.init(
      user: answer.account.name, domain: answer.account.domain, workstation: "",
      version: version, flags: 0, carrier: carrier)
    lmByteCount = answer.lmByteCount
    ntByteCount = answer.ntByteCount
  }

  private mutating func take(_ challenge: NTLM.Challenge) {
    serverName = challenge.target.computer.nonEmpty
    serverDNSName = challenge.target.dnsComputer.nonEmpty
    serverDomain = challenge.target.domain.nonEmpty
    serverDNSDomain = challenge.target.dnsDomain.nonEmpty
    serverChallenge = challenge.serverChallenge
    serverVersion = challenge.version?.text
    challengeFlags = challenge.flags?.rawValue
  }
}

extension Instant {
  /// A FILETIME: 100 nanoseconds since 1601 (MS-DTYP section 2.3.3); nil for zero and for what lies
  /// outside the range of ``Instant``.
  fileprivate init?(fileTime: UInt64) {
    guard fileTime > 0, let ticks = Int64(exactly: fileTime) else { return nil }
    let (nanoseconds, overflow) = (ticks - 116_444_736_000_000_000)
      .multipliedReportingOverflow(by: 100)
    guard !overflow else { return nil }
    self.init(nanoseconds: nanoseconds)
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

extension NTLM.Field {
  fileprivate var letter: UInt8 {
    switch self {
    case .domain: UInt8(ascii: "D")
    case .user: UInt8(ascii: "U")
    case .workstation: UInt8(ascii: "W")
    case .lmResponse: UInt8(ascii: "L")
    case .ntResponse: UInt8(ascii: "N")
    case .sessionKey: UInt8(ascii: "K")
    }
  }
}

extension NTLM.Version {
  fileprivate var text: String { "\(major).\(minor).\(build)" }
}

extension String {
  fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
