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
  /// Equal for equal passwords of simple binds, within one run of the program: tells a spray from one
  /// stale password.
  ///
  /// Never stored.
  public var passwordMark: UInt64?

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
  /// Object identifiers of the controls, in order (RFC 4511 section 4.1.11).
  public var controls: [String] = []
  /// Entries in a page, where pages were asked for (RFC 2696).
  public var pageSize: Int64?
  /// Parts of security descriptors asked for (MS-ADTS section 3.1.1.3.4.1.11).
  public var securityFlags: Int64?
  /// Flags of a DirSync search (MS-ADTS section 3.1.1.3.4.1.3); nil where it is none.
  public var dirSyncFlags: Int64?
  /// Distinguished names of the entries that came first, at most ``objectLimit``.
  public var objects: [String] = []

  /// Names kept of an answer: who is found by a question that returns more was not meant.
  public static let objectLimit = 50

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
  /// 23 and 19 that the account exists, 25 and 21 that it does not, 24 and 20 that the controller is
  /// paused.
  public var operation: UInt16 = 0
  /// The account that was asked for.
  public var user = ""

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
  /// What they were changed to, at most ``valueLimit`` values.
  public var values: [Value] = []

  /// Values kept of one change: changes of one object have few, a group may get thousands of members.
  public static let valueLimit = 64

  public enum Action: String, Sendable { case add, delete, replace, other }

  /// One value of a change.
  public struct Value: Hashable, Sendable {
    public var attribute: String
    public var action: Action
    /// Nil where it is no text, is long, or is secret.
    public var text: String?
    /// Octets of it as sent; zero where the change names no value.
    public var byteCount: Int

    public init(attribute: String, action: Action, text: String?, byteCount: Int) {
      self.attribute = attribute
      self.action = action
      self.text = text
      self.byteCount = byteCount
    }
  }

  public init(
    operation: Operation, object: String, attributes: [String], newName: String? = nil
  ) {
    self.operation = operation
    self.object = object
    self.attributes = attributes
    self.newName = newName
  }
}
