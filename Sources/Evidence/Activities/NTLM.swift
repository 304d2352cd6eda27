/// An NTLM authentication (MS-NLMP section 1.3.1.1): NEGOTIATE, CHALLENGE, AUTHENTICATE.
public struct NTLMLogon: Sendable {
  public var user: String
  public var domain: String
  /// What the client calls itself; anybody may write anything here.
  public var workstation: String
  public var version: Version
  /// NegotiateFlags of the AUTHENTICATE (MS-NLMP section 2.2.2.5).
  public var flags: UInt32
  /// NegotiateFlags of the NEGOTIATE and the CHALLENGE, where seen: a relay drops signing in between.
  public var offeredFlags: UInt32?
  public var challengeFlags: UInt32?
  public var carrier: Carrier
  /// The server's own names from its CHALLENGE, where seen.
  public var serverName: String?
  public var serverDNSName: String?
  public var serverDomain: String?
  public var serverDNSDomain: String?
  public var serverChallenge: UInt64?
  /// Octets of the responses, zero where one is empty.
  public var lmByteCount = 0
  public var ntByteCount = 0
  /// The first eight octets of the NT response: the same answer on two connections is a relay.
  public var responsePrefix: UInt64?
  /// ChallengeFromClient of an NTLMv2 response.
  public var clientChallenge: UInt64?
  /// TimeStamp of an NTLMv2 response: the client's clock, or the server's as its CHALLENGE says.
  public var clientTime: Instant?
  /// Operating system version of the client, as it says: major, minor, build.
  public var clientVersion: String?
  /// The same of the server.
  public var serverVersion: String?
  /// MsvAvTargetName: the service that the client believes it talks to.
  public var targetSPN: String?
  /// The 32 octets of MachineID, as 64 hex digits, random for each boot of the client.
  public var machineID: String?
  /// The 32 octets that newer Windows adds, the same over boots, as 64 hex digits.
  public var permanentMachineID: String?
  /// Integrity level of the client's process: 0x2000 medium, 0x3000 high, 0x4000 system.
  public var integrityLevel: UInt32?
  public var hasMIC: Bool
  /// MsvAvFlags of the client's response: 2 promises a MIC, 4 says that the target name is
  /// untrusted (MS-NLMP section 2.2.2.1).
  public var pairFlags: UInt32?
  /// Whether MsvAvChannelBindings is there and not all zero.
  public var hasChannelBindings = false
  /// AvIds of the client's response in order: a fingerprint of its implementation.
  public var pairOrder: [UInt16]
  /// The fields of the AUTHENTICATE's payload in order, a letter each (D domain, U user, W
  /// workstation, L and N the responses, K session key): a fingerprint of its implementation.
  public var payloadOrder = ""
  /// Mechanisms that the client offered by SPNEGO, its choice first; empty without SPNEGO.
  public var mechanisms: [String] = []

  /// Whether the client signed that a MIC follows and none does: somebody took it out.
  public var lacksPromisedMIC: Bool { (pairFlags ?? 0) & 2 != 0 && !hasMIC }

  /// Which response the client computed.
  public enum Version: String, Sendable {
    case v1 = "NTLMv1"
    case v1ESS = "v1-ESS"
    case v2 = "NTLMv2"
    case none
  }

  public init(
    user: String, domain: String, workstation: String, version: Version, flags: UInt32,
    carrier: Carrier
  ) {
    self.user = user
    self.domain = domain
    self.workstation = workstation
    self.version = version
    self.flags = flags
    self.carrier = carrier
    hasMIC = false
    pairOrder = []
  }
}
