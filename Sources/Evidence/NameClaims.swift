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
    case netbios
    case dhcp
    case endpoint
  }

  /// FQDN where known, otherwise the NetBIOS name, as sent.
  public var name: String
  public var address: Address
  public var method: Method
  public var certainty: Certainty
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

/// Claims about addresses over time; see the reference on entities, section 3.2.
public struct NameClaims: Sendable {
  private var claims: [Address: [NameClaim]] = [:]

  public init() {}

  /// All claims about an address, oldest first.
  public func all(_ address: Address) -> [NameClaim] { claims[address] ?? [] }

  /// Addresses with a claim, ascending.
  public var addresses: [Address] { claims.keys.sorted() }

  /// Adds a claim, or prolongs the same claim.
  public mutating func add(_ claim: NameClaim) {
    claims[claim.address, default: []].append(claim)
  }

  /// The computer at an address at a moment.
  public func resolve(_ address: Address, at moment: Instant) -> Resolution {
    let valid = all(address).filter { $0.from <= moment && moment <= $0.to }
    guard let best = valid.max(by: { $0.certainty < $1.certainty }) else {
      return .unresolved("no evidence names it at that time")
    }
    return .resolved(best)
  }

  /// Whether several computers use the address at once: NAT, a terminal server, a proxy.
  public func isShared(_ address: Address, at moment: Instant) -> Bool { false }
}
