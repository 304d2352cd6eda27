extension LDAP {
  /// A controller's answer to a search for `Netlogon`, the value of that attribute (MS-ADTS sections
  /// 6.3.1.7 to 6.3.1.9).
  public struct NetlogonResponse: Hashable, Sendable {
    /// 23 and 25 name everything (…_RESPONSE_EX), 19 and 21 are of older versions; 24 says
    /// that the controller is paused, 25 and 21 that the user is unknown.
    public var operation: UInt16
    /// DS_FLAG (MS-ADTS section 6.3.1.2); zero in older versions.
    public var flags: UInt32 = 0
    public var dnsForest = ""
    public var dnsDomain = ""
    public var dnsHost = ""
    public var netbiosDomain = ""
    /// Older versions put two backslashes before it.
    public var netbiosHost = ""
    public var user = ""
    /// The controller's site, and the one that the client belongs to.
    public var serverSite = ""
    public var clientSite = ""
    /// Whether it ends early.
    public var isCut = false
  }
}

extension LDAP.NetlogonResponse {
  /// Octets of a text of the older versions: names of hosts and users lie far below.
  private static let textBytes = 1024

  /// Reads everything that is left of `input`.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    let start = input.offset
    let rest = input.rest()
    // Names point to octets of the response: its first octet must be the first of `bytes`.
    var response = ByteReader(rest.bytes, base: start)
    operation = try response.u16le("Opcode")
    guard (19...25).contains(operation), operation != 22 else {
      throw ParseFailure(.unsupported, "Opcode", at: start)
    }
    do throws(ParseFailure) {
      if operation > 22 { try readExtended(&response) } else { try readOlder(&response) }
    } catch {
      isCut = true
    }
  }

  /// NETLOGON_SAM_LOGON_RESPONSE_NT40 and NETLOGON_SAM_LOGON_RESPONSE (MS-ADTS sections 6.3.1.7 and
  /// 6.3.1.8), which begin alike.
  private mutating func readOlder(_ response: inout ByteReader) throws(ParseFailure) {
    netbiosHost = try Self.text(&response, "UnicodeLogonServer")
    user = try Self.text(&response, "UnicodeUserName")
    netbiosDomain = try Self.text(&response, "UnicodeDomainName")
    // NtVersion and two tokens end the shorter one.
    guard response.remaining > 8 else { return }
    try response.skip(32, "DomainGuid and NullGuid")
    var names = DNS.NameReader()
    dnsForest = try Self.name(&names, &response, "DnsForestName")
    dnsDomain = try Self.name(&names, &response, "DnsDomainName")
    dnsHost = try Self.name(&names, &response, "DnsHostName")
  }

  /// NETLOGON_SAM_LOGON_RESPONSE_EX (MS-ADTS section 6.3.1.9): names as DNS has them, compressed.
  private mutating func readExtended(_ response: inout ByteReader) throws(ParseFailure) {
    try response.skip(2, "Sbz")
    flags = try response.u32le("Flags")
    try response.skip(16, "DomainGuid")
    var names = DNS.NameReader()
    dnsForest = try Self.name(&names, &response, "DnsForestName")
    dnsDomain = try Self.name(&names, &response, "DnsDomainName")
    dnsHost = try Self.name(&names, &response, "DnsHostName")
    netbiosDomain = try Self.name(&names, &response, "NetbiosDomainName")
    netbiosHost = try Self.name(&names, &response, "NetbiosComputerName")
    user = try Self.name(&names, &response, "UserName")
    serverSite = try Self.name(&names, &response, "DcSiteName")
    clientSite = try Self.name(&names, &response, "ClientSiteName")
  }

  /// A name; an absent one is sent as the root.
  private static func name(
    _ names: inout DNS.NameReader, _ response: inout ByteReader, _ field: StaticString
  ) throws(ParseFailure) -> String {
    let name = try names.name(in: &response, field)
    return name == "." ? "" : name
  }

  /// UTF-16LE up to a zero.
  private static func text(
    _ response: inout ByteReader, _ field: StaticString
  ) throws(ParseFailure) -> String {
    var count = 0
    while let low = response.peek(count), let high = response.peek(count + 1),
      low != 0 || high != 0
    {
      count += 2
      guard count <= textBytes else {
        throw ParseFailure(.overLimit, field, at: response.offset)
      }
    }
    var octets = try response.take(count, field)
    try response.skip(2, field)
    return octets.utf16le()
  }
}
