/// NTLM's three messages (MS-NLMP section 2.2.1): what a client offers, the server's challenge, the
/// client's answer.
///
/// Read is everything in the clear: names, flags, the challenge, lengths of the responses, and the
/// attributes that the client signs into its NTLMv2 response, among them the service it believes to
/// talk to and its machine's identity. Responses are not kept.
public enum NTLM {}

extension NTLM {
  /// What one message may hold.
  public enum Limits {
    /// Octets of a name: 255 characters of two octets is the longest DNS name, service names add a
    /// prefix.
    public static let nameBytes = 1024
    /// Attribute pairs: MS-NLMP section 2.2.2.1 has eleven kinds.
    public static let attributes = 64
  }

  /// What both sides can do (MS-NLMP section 2.2.2.5).
  public struct Flags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let unicode = Flags(rawValue: 0x0000_0001)
    public static let oem = Flags(rawValue: 0x0000_0002)
    public static let sign = Flags(rawValue: 0x0000_0010)
    public static let seal = Flags(rawValue: 0x0000_0020)
    /// Connectionless: there is no NEGOTIATE (MS-NLMP section 1.3.1.3).
    public static let datagram = Flags(rawValue: 0x0000_0040)
    public static let anonymous = Flags(rawValue: 0x0000_0800)
    public static let alwaysSign = Flags(rawValue: 0x0000_8000)
    /// With a response of 24 octets: NTLM2 session response (MS-NLMP section 3.3.1).
    public static let extendedSessionSecurity = Flags(rawValue: 0x0008_0000)
    public static let targetInfo = Flags(rawValue: 0x0080_0000)
    public static let version = Flags(rawValue: 0x0200_0000)
    public static let keyExchange = Flags(rawValue: 0x4000_0000)
  }

  /// The operating system's version, sent for debugging only (MS-NLMP section 2.2.2.10).
  public struct Version: Hashable, Sendable {
    public var major: UInt8
    public var minor: UInt8
    public var build: UInt16
    public var revision: UInt8
  }

  /// A message.
  public enum Message: Sendable {
    case negotiate(Negotiate)
    case challenge(Challenge)
    case authenticate(Authenticate)
  }

  /// The client's offer (MS-NLMP section 2.2.1.1).
  public struct Negotiate: Sendable {
    public var flags: Flags?
    /// The client's own domain and name, empty where it does not say.
    public var domain = ""
    public var workstation = ""
    public var version: Version?
  }

  /// The server's challenge (MS-NLMP section 2.2.1.2).
  public struct Challenge: Sendable {
    public var flags: Flags?
    /// The domain of a member or controller, the name of a stand-alone server.
    public var targetName = ""
    /// The eight octets, the first being the highest; one that two servers send shows a relay.
    public var serverChallenge: UInt64?
    public var target = Attributes()
    public var version: Version?
  }

  /// The client's answer (MS-NLMP section 2.2.1.3).
  public struct Authenticate: Sendable {
    /// Absent from messages of clients older than Windows NT 4 SP 4.
    public var flags: Flags?
    public var domain = ""
    public var user = ""
    public var workstation = ""
    /// Octets of the two responses: an NT response of 24 is version 1, a longer one version 2.
    public var lmByteCount = 0
    public var ntByteCount = 0
    public var sessionKeyByteCount = 0
    /// The fields that are not empty, in the order in which the payload has them: implementations
    /// differ in it.
    public var payloadOrder: [Field] = []
    /// The first eight octets of the NT response, the first being the highest; pseudo-random, so
    /// that the same answer is known again on another connection.
    public var responsePrefix: UInt64?
    /// The client's own part of an NTLMv2 response.
    public var clientChallenge: ClientChallenge?
    public var version: Version?
    /// Whether the message has room for a MIC before its payload and the MIC is not all zero.
    public var hasMIC = false
  }

  /// A field of an answer's payload (MS-NLMP section 2.2.1.3).
  public enum Field: UInt8, Sendable {
    case lmResponse, ntResponse, domain, user, workstation, sessionKey
  }

  /// NTLMv2_CLIENT_CHALLENGE: what the response signs (MS-NLMP section 2.2.2.7).
  public struct ClientChallenge: Sendable {
    /// 100 nanoseconds since 1601.
    public var timestamp: UInt64
    /// The eight octets, the first being the highest.
    public var challenge: UInt64
    /// Those of the server's challenge, and the client's own.
    public var attributes: Attributes
  }

  /// Attribute-value pairs (MS-NLMP section 2.2.2.1), empty strings where one is absent.
  public struct Attributes: Sendable {
    /// All identifiers in order, without the one that ends the list: they tell one implementation
    /// from another.
    public var identifiers: [UInt16] = []
    public var computer = ""
    public var domain = ""
    public var dnsComputer = ""
    public var dnsDomain = ""
    public var dnsTree = ""
    /// MsvAvFlags.
    public var flags: UInt32?
    /// MsvAvTimestamp: 100 nanoseconds since 1601.
    public var timestamp: UInt64?
    /// MsvAvSingleHost.
    public var singleHost: SingleHost?
    /// MsvAvTargetName: the service that the client believes to talk to.
    public var targetName: String?
    /// Whether MsvAvChannelBindings is there and not all zero.
    public var hasChannelBindings = false
    /// The first identifier whose value could not be read; those behind it are read all the same.
    public var unreadable: UInt16?

    public init() {}

    /// MsvAvSingleHost's MachineID: one for each boot of a computer.
    public var machine: MachineID? { singleHost?.machine }
  }

  /// 32 octets that stand for a computer.
  public struct MachineID: Hashable, Sendable {
    public var high: UInt128
    public var low: UInt128
  }

  /// Single_Host_Data: who the client's computer is, as a Windows client tells itself (MS-NLMP
  /// section 2.2.2.2).
  public struct SingleHost: Hashable, Sendable {
    /// The four octets after the first four of CustomData, little-endian: the integrity level of
    /// the process, 0x2000 being medium and 0x4000 system.
    public var integrityLevel: UInt32
    /// Drawn at random at each boot.
    public var machine: MachineID
    /// 32 octets more that Windows sends since October 2025 (KB5068222): the same over boots.
    public var permanentMachine: MachineID?
  }

  /// How an answer was computed.
  public enum ResponseVersion: Sendable {
    /// No response: an anonymous logon.
    case none
    /// Only the LM response.
    case lm
    case v1
    /// NTLM2 session response: version 1 with the client's challenge mixed in.
    case v1ExtendedSessionSecurity
    case v2
    /// A length that no version has.
    case unknown
  }
}

extension NTLM.Attributes {
  /// Bits of `flags` (MS-NLMP section 2.2.2.1).
  public static let constrainedAuthentication: UInt32 = 0x1
  public static let providesMIC: UInt32 = 0x2
  public static let untrustedTargetName: UInt32 = 0x4
}

extension NTLM.Authenticate {
  /// MS-NLMP section 3.3: the NT response's length tells the version.
  public var response: NTLM.ResponseVersion {
    switch ntByteCount {
    case 0: lmByteCount <= 1 ? .none : .lm
    case 24: (flags ?? []).contains(.extendedSessionSecurity) ? .v1ExtendedSessionSecurity : .v1
    case 25...: .v2
    default: .unknown
    }
  }

  /// MS-NLMP section 3.2.5.1.2: no user, no NT response, and an LM response of one zero at most.
  public var isAnonymous: Bool { user.isEmpty && ntByteCount == 0 && lmByteCount <= 1 }

  /// Whether the client signed that a MIC follows; without the MIC somebody took it out.
  public var promisesMIC: Bool {
    guard let flags = clientChallenge?.attributes.flags else { return false }
    return flags & NTLM.Attributes.providesMIC != 0
  }
}
