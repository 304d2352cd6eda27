/// A bind (RFC 4511 section 4.2).
public struct LDAPBind: Sendable {
  public enum Method: String, Sendable { case anonymous, simple, sasl, sicily }

  public var method: Method
  /// The distinguished name as sent; empty for SASL and anonymous.
  public var name: String
  public var mechanism: String?
  public var resultCode: UInt32?
  /// The server's words, which carry the Windows error (`data 52e`).
  public var diagnostic: String?

  public init(
    method: Method, name: String, mechanism: String?, resultCode: UInt32?, diagnostic: String?
  ) {
    self.method = method
    self.name = name
    self.mechanism = mechanism
    self.resultCode = resultCode
    self.diagnostic = diagnostic
  }
}

/// A search and what it found (RFC 4511 section 4.5).
public struct LDAPSearch: Sendable {
  public enum Scope: String, Sendable { case base, one, sub, other }

  public var base: String
  public var scope: Scope
  /// RFC 4515 text.
  public var filter: String
  public var attributes: [String]
  /// Entries returned.
  public var entryCount: Int
  /// Whether it came connectionless (CLDAP, MS-ADTS section 6.3.3).
  public var isConnectionless: Bool
  /// Names out of a netlogon answer: DNS domain, host, NetBIOS domain, host (MS-ADTS 6.3.1.9).
  public var netlogon: NetlogonAnswer?

  public init(
    base: String, scope: Scope, filter: String, attributes: [String], entryCount: Int,
    isConnectionless: Bool
  ) {
    self.base = base
    self.scope = scope
    self.filter = filter
    self.attributes = attributes
    self.entryCount = entryCount
    self.isConnectionless = isConnectionless
  }
}

/// NETLOGON_SAM_LOGON_RESPONSE_EX as far as it names things (MS-ADTS section 6.3.1.9).
public struct NetlogonAnswer: Sendable {
  public var dnsDomain: String
  public var dnsHost: String
  public var netbiosDomain: String
  public var netbiosHost: String

  public init(dnsDomain: String, dnsHost: String, netbiosDomain: String, netbiosHost: String) {
    self.dnsDomain = dnsDomain
    self.dnsHost = dnsHost
    self.netbiosDomain = netbiosDomain
    self.netbiosHost = netbiosHost
  }
}

/// An add, modify, delete or rename (RFC 4511 sections 4.6 to 4.9).
public struct LDAPChange: Sendable {
  public enum Operation: String, Sendable { case add, modify, delete, rename }

  public var operation: Operation
  public var object: String
  /// Attributes touched.
  public var attributes: [String]
  public var newName: String?

  public init(
    operation: Operation, object: String, attributes: [String], newName: String? = nil
  ) {
    self.operation = operation
    self.object = object
    self.attributes = attributes
    self.newName = newName
  }
}
