/// A claim that an address was a computer during an interval.
public struct NameClaim: Hashable, Sendable {
  /// How the name became known.
  public enum Method: String, Sendable {
    case machineLogon = "kerberos"
    case ntlmServer = "ntlm-challenge"
    case ntlmWorkstation = "ntlm-workstation"
    case dnsAnswer = "dns"
    case dnsUpdate = "dns-update"
    case netlogonPing = "cldap"
    case hostAddress = "kerberos-host-address"
    /// It accepted a ticket for a service of that name.
    case serviceTicket = "kerberos-service"
    case netbios
    case dhcp
    case endpoint
  }

  /// FQDN where known, otherwise the NetBIOS name, as sent.
  public var name: String
  public var address: Address
  public var method: Method
  public var certainty: Certainty
  /// First and last evidence.
  public var from: Instant
  public var to: Instant

  public init(
    name: String, address: Address, method: Method, certainty: Certainty, from: Instant,
    to: Instant
  ) {
    self.name = name
    self.address = address
    self.method = method
    self.certainty = certainty
    self.from = from
    self.to = to
  }
}

/// Which computer an address was at a moment.
public enum Resolution: Hashable, Sendable {
  case resolved(NameClaim)
  /// Claims of equal weight that name different computers.
  case conflict([NameClaim])
  /// No computer, and why.
  case unresolved(String)
}

/// One piece of evidence that an address is a computer, as correlation hears it.
public struct NameEvidence: Sendable {
  /// The name as sent: a machine account, a host name, a NetBIOS name.
  public var name: String
  /// The domain that the evidence names, where it does.
  public var domain: String?
  public var method: NameClaim.Method
  /// How far it can be relied upon, in percent.
  public var weight: UInt8
  /// How long it holds without new evidence.
  public var lifetime: Instant.Span

  public init(
    name: String, domain: String? = nil, method: NameClaim.Method, weight: UInt8,
    lifetime: Instant.Span
  ) {
    self.name = name
    self.domain = domain
    self.method = method
    self.weight = weight
    self.lifetime = lifetime
  }

  /// Evidence of this weight or more can disagree with other such evidence.
  static let strong: UInt8 = 70

  /// What people are told of a weight.
  static func certainty(_ weight: UInt8) -> Certainty {
    if weight >= 85 { return .high }
    return weight >= 50 ? .medium : .low
  }

  /// The weight of a claim that says its certainty only.
  static func weight(_ certainty: Certainty) -> UInt8 {
    switch certainty {
    case .low: 40
    case .medium: strong
    case .high: 95
    }
  }
}
