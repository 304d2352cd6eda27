/// Arguments of Netlogon's calls (MS-NRPC section 3.5.4).
public enum NRPC {
  /// NetrServerReqChallenge, opnum 4.
  public struct ChallengeRequest: Equatable, Sendable {
    public var computer: String
    /// As sent, the first octet highest.
    public var challenge: UInt64
  }

  /// NetrServerAuthenticate, NetrServerAuthenticate2 and 3: opnums 5, 15 and 26.
  public struct AuthenticateRequest: Equatable, Sendable {
    public var channel: Channel
    public var credential: UInt64
    /// Nil in the first form.
    public var flags: UInt32?
  }

  /// Which secure channel a call is about: opnums 6, 30, 31, 42 and 46 begin with it.
  public struct Channel: Equatable, Sendable {
    public var account: String
    /// NETLOGON_SECURE_CHANNEL_TYPE (MS-NRPC section 2.2.1.3.13).
    public var kind: UInt16
    public var computer: String
  }

  /// NetrServerPasswordSet2, opnum 30.
  public struct PasswordSetRequest: Equatable, Sendable {
    public var channel: Channel
    /// Whether every octet of the encrypted password is zero.
    public var isBlank: Bool
  }

  /// NetrLogonSamLogon, NetrLogonSamLogonEx and NetrLogonSamLogonWithFlags: opnums 2, 39 and 45.
  public struct LogonRequest: Equatable, Sendable {
    public var computer: String?
    /// NETLOGON_LOGON_INFO_CLASS (MS-NRPC section 2.2.1.4.16): 2 and 6 are network logons.
    public var level: UInt16
    public var domain: String?
    public var user: String?
    public var workstation: String?
  }
}

extension NRPC.ChallengeRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    _ = try input.uniqueString("PrimaryName")
    computer = try input.string("ComputerName")
    // Octets: nothing aligns them.
    challenge = try input.input.u64("ClientChallenge")
  }
}

extension NRPC.Channel {
  /// Reads the names behind the server's.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    _ = try input.uniqueString("PrimaryName")
    account = try input.string("AccountName")
    kind = try input.enumeration("SecureChannelType")
    computer = try input.string("ComputerName")
  }
}

extension NRPC.AuthenticateRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader, hasFlags: Bool) throws(ParseFailure) {
    channel = try NRPC.Channel(parsing: &input)
    credential = try input.input.u64("ClientCredential")
    flags = hasFlags ? try input.u32("NegotiateFlags") : nil
  }
}

extension NRPC.PasswordSetRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    channel = try NRPC.Channel(parsing: &input)
    // NETLOGON_AUTHENTICATOR, aligned for its time stamp; then NL_TRUST_PASSWORD.
    input.input.align(to: 4)
    try input.input.skip(12, "Authenticator")
    var password = try input.input.take(516, "ClearNewPassword")
    var sum: UInt8 = 0
    while !password.isAtEnd { sum |= try password.u8("ClearNewPassword") }
    isBlank = sum == 0
  }
}

extension NRPC.LogonRequest {
  /// Reads the stub; `hasAuthenticators` is false for opnum 39.
  public init(parsing input: inout NDRReader, hasAuthenticators: Bool) throws(ParseFailure) {
    _ = try input.uniqueString("LogonServer")
    computer = try input.uniqueString("ComputerName")
    if hasAuthenticators {
      for _ in 0..<2 where try input.pointer("Authenticator") {
        input.input.align(to: 4)
        try input.input.skip(12, "Authenticator")
      }
    }
    domain = nil
    user = nil
    workstation = nil
    level = try input.enumeration("LogonLevel")
    // NDR aligns the tag of a union by its own size, NDR64 by the largest arm's.
    if input.isNDR64 { input.alignToPointer() }
    _ = try input.enumeration("LogonLevel")
    guard (1...7).contains(level), try input.pointer("LogonInformation") else { return }
    let hasDomain = try input.unicodeString("LogonDomainName")
    _ = try input.u32("ParameterControl")
    try input.skipWords(2, "Reserved")
    let hasUser = try input.unicodeString("UserName")
    let hasWorkstation = try input.unicodeString("Workstation")
    switch level {
    case 2, 6:
      try input.input.skip(8, "LmChallenge")
      _ = try input.unicodeString("NtChallengeResponse")
      _ = try input.unicodeString("LmChallengeResponse")
    case 4:
      _ = try input.unicodeString("PackageName")
      _ = try input.u32("DataLength")
      _ = try input.pointer("LogonData")
    default: try input.input.skip(32, "LmOwfPassword")
    }
    domain = try input.characters(of: hasDomain, "LogonDomainName")
    user = try input.characters(of: hasUser, "UserName")
    workstation = try input.characters(of: hasWorkstation, "Workstation")
  }
}
