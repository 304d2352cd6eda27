/// An NTLM authentication (MS-NLMP section 1.3.1.1): NEGOTIATE, CHALLENGE, AUTHENTICATE.
public struct NTLMLogon: Sendable {
  public var user: String
  public var domain: String
  /// What the client calls itself; anybody may write anything here.
  public var workstation: String
  public var version: Version
  public var flags: UInt32
  public var carrier: Carrier
  /// The server's own names from its CHALLENGE, where seen.
  public var serverName: String?
  public var serverDNSName: String?
  public var serverDomain: String?
  public var serverDNSDomain: String?
  public var serverChallenge: UInt64?
  /// MsvAvTargetName: the service that the client believes it talks to.
  public var targetSPN: String?
  /// The 32 octets of MachineID, as 64 hex digits, random for each boot of the client.
  public var machineID: String?
  public var hasMIC: Bool
  /// AvIds of the client's response in order: a fingerprint of its implementation.
  public var pairOrder: [UInt16]

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
