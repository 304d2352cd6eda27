/// What somebody did: request and answer together, with the packets that prove it.
///
/// The sensor makes it from messages; correlation and detections decide on it and see nothing below
/// it. `detail` carries the typed facts of the protocol.
public struct Activity: Sendable {
  /// When the request was seen (the answer, where the request was not).
  public var time: Instant
  /// When the answer was seen; `time` where there was none.
  public var end: Instant
  /// Who asked.
  public var source: Endpoint
  /// Who was asked.
  public var target: Endpoint
  public var transport: Transport
  /// The account in whose name it was done, as far as the traffic says.
  public var account: AccountName?
  public var outcome: Outcome
  public var proof: Proof
  public var detail: Detail
  /// The ticket that opened the session in which it was done, where it was Kerberos: names the
  /// account where several sessions share a connection.
  public var ticket: TicketMark?

  public init(
    time: Instant, end: Instant, source: Endpoint, target: Endpoint, transport: Transport,
    account: AccountName? = nil, outcome: Outcome, proof: Proof, detail: Detail
  ) {
    self.time = time
    self.end = end
    self.source = source
    self.target = target
    self.transport = transport
    self.account = account
    self.outcome = outcome
    self.proof = proof
    self.detail = detail
  }

  public enum Transport: UInt8, Sendable { case tcp, udp }

  /// How it ended.
  public enum Outcome: Hashable, Sendable {
    case success
    /// The protocol's own code: a Kerberos error, an NTSTATUS, an rcode, a result code.
    case failure(code: UInt32)
    /// No answer was seen: none was sent, or it was lost, or the mirror is one-sided.
    case unanswered
    /// The answer cannot be read: sealed or encrypted.
    case unknown
  }

  /// Which packets prove it.
  public struct Proof: Hashable, Sendable {
    /// Index into the list of captures that the run has read.
    public var capture: UInt32
    /// 1-based packet numbers within that capture; zero where that side was not seen.
    public var request: UInt64
    public var answer: UInt64

    public init(capture: UInt32, request: UInt64, answer: UInt64 = 0) {
      self.capture = capture
      self.request = request
      self.answer = answer
    }

    /// The packets that were seen, ascending, each once.
    public var packets: [UInt64] {
      guard request != answer else { return [request] }
      return [min(request, answer), max(request, answer)].filter { $0 > 0 }
    }
  }

  /// The typed facts, one case a kind.
  public indirect enum Detail: Sendable {
    case kerberosAS(KerberosASExchange)
    case kerberosTGS(KerberosTGSExchange)
    case kerberosAP(KerberosAPExchange)
    case ntlm(NTLMLogon)
    case dns(DNSLookup)
    case dnsTransfer(DNSTransfer)
    case dnsUpdate(DNSUpdate)
    case rpc(RPCCall)
    case smbSession(SMBSession)
    case smbTree(SMBTree)
    case smbFile(SMBFile)
    case ldapBind(LDAPBind)
    case ldapSearch(LDAPSearch)
    case ldapChange(LDAPChange)
    case nameAnnouncement(NameAnnouncement)
    case timeRequest(TimeRequest)
    case remoteAccess(RemoteAccess)
    case smbAnomaly(SMBAnomaly)
  }

  /// The cases of ``Detail``, for subscriptions and counts.
  public enum Kind: UInt8, CaseIterable, Sendable {
    case kerberosAS, kerberosTGS, kerberosAP, ntlm, dns, dnsTransfer, dnsUpdate, rpc, smbSession
    case smbTree, smbFile, ldapBind, ldapSearch, ldapChange
    case nameAnnouncement, timeRequest, remoteAccess, smbAnomaly
  }

  public var kind: Kind {
    switch detail {
    case .kerberosAS: .kerberosAS
    case .kerberosTGS: .kerberosTGS
    case .kerberosAP: .kerberosAP
    case .ntlm: .ntlm
    case .dns: .dns
    case .dnsTransfer: .dnsTransfer
    case .dnsUpdate: .dnsUpdate
    case .rpc: .rpc
    case .smbSession: .smbSession
    case .smbTree: .smbTree
    case .smbFile: .smbFile
    case .ldapBind: .ldapBind
    case .ldapSearch: .ldapSearch
    case .ldapChange: .ldapChange
    case .nameAnnouncement: .nameAnnouncement
    case .timeRequest: .timeRequest
    case .remoteAccess: .remoteAccess
    case .smbAnomaly: .smbAnomaly
    }
  }
}

extension Activity.Kind {
  /// The protocol as people name it.
  public var protocolName: String {
    switch self {
    case .kerberosAS, .kerberosTGS, .kerberosAP: "Kerberos"
    case .ntlm: "NTLM"
    case .dns, .dnsTransfer, .dnsUpdate: "DNS"
    case .rpc: "DCE/RPC"
    case .smbSession, .smbTree, .smbFile, .smbAnomaly: "SMB"
    case .ldapBind, .ldapSearch, .ldapChange: "LDAP"
    case .nameAnnouncement: "DHCP"
    case .timeRequest: "NTP"
    case .remoteAccess: "RADIUS"
    }
  }

  /// What it is for: authentication, authorization, or gathering information (rule R34).
  public var purpose: String {
    switch self {
    case .kerberosAS, .kerberosAP, .ntlm, .smbSession, .ldapBind, .remoteAccess: "authentication"
    case .kerberosTGS, .smbTree, .smbFile, .smbAnomaly, .ldapChange, .dnsUpdate: "authorization"
    case .dns, .dnsTransfer, .rpc, .ldapSearch, .nameAnnouncement, .timeRequest: "information"
    }
  }
}

/// A ticket's fingerprint, in two halves that need no wide alignment in what carries it.
public struct TicketMark: Hashable, Sendable {
  private var high: UInt64
  private var low: UInt64

  public init(_ fingerprint: UInt128) {
    high = UInt64(truncatingIfNeeded: fingerprint >> 64)
    low = UInt64(truncatingIfNeeded: fingerprint)
  }

  public var fingerprint: UInt128 { UInt128(high) << 64 | UInt128(low) }
}

/// An account as the traffic names it: spelling kept, comparison by `key`.
public struct AccountName: Hashable, Sendable {
  /// sAMAccountName, or the first component of a principal; a machine account ends in `$`.
  public var name: String
  /// Kerberos realm or NetBIOS domain as sent; empty where none was.
  public var domain: String

  public init(name: String, domain: String) {
    self.name = name
    self.domain = domain
  }

  /// What the name is compared by: lower case, without an `@realm` part.
  public var key: String {
    let lower = name.lowercased()
    guard let mark = lower.utf8.firstIndex(of: UInt8(ascii: "@")) else { return lower }
    return String(lower[..<mark])
  }

  public var isMachine: Bool { name.utf8.last == UInt8(ascii: "$") }

  /// NTLM's empty user: an anonymous logon.
  public var isAnonymous: Bool { name.isEmpty }
}
