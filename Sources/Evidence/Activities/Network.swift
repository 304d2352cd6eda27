/// A computer says which name belongs to its address, or a server grants it one.
public struct NameAnnouncement: Sendable {
  public enum Method: String, Sendable { case dhcp, netbios, mdns }

  public var method: Method
  /// A host name or a full one, as sent.
  public var name: String
  public var address: Address
  /// Whether a server granted it; otherwise the computer alone says so.
  public var isGranted = false
  /// How long it holds, where it says so.
  public var lifetimeSeconds: UInt32?
  /// An Ethernet address in the low 48 bits.
  public var hardwareAddress: UInt64?
  /// What made the client (DHCP option 60).
  public var vendorClass: String?

  public init(method: Method, name: String, address: Address) {
    self.method = method
    self.name = name
    self.address = address
  }
}

/// A question for the time, to be signed with the key of an account (MS-SNTP).
public struct TimeRequest: Hashable, Sendable {
  /// Relative identifier of the account.
  public var relativeID: UInt32
  /// Whether the former password is to sign.
  public var usesFormerKey: Bool
  /// The longer form (MS-SNTP section 2.2.3).
  public var isExtended: Bool
  /// Whether the answer was signed: the account exists, and its key can now be guessed offline.
  public var isSigned: Bool

  public init(relativeID: UInt32, usesFormerKey: Bool, isExtended: Bool, isSigned: Bool) {
    self.relativeID = relativeID
    self.usesFormerKey = usesFormerKey
    self.isExtended = isExtended
    self.isSigned = isSigned
  }
}

/// A session or a logon from outside, as an access server tells it (RFC 2866, RFC 2865).
public struct RemoteAccess: Sendable {
  public enum Kind: String, Sendable { case logon, start, update, stop, other }

  public var kind: Kind
  /// The address that the user has inside.
  public var framedAddress: Address?
  /// Where the user calls from: an address, a number, a hardware address.
  public var callingStation: String?
  public var calledStation: String?
  /// The access server's own name.
  public var accessServer: String?
  public var session: String?
  public var sessionSeconds: UInt32?

  public init(kind: Kind) { self.kind = kind }
}

extension NameAnnouncement {
  func write(to json: inout JSONWriter) {
    json.member("method", method.rawValue)
    json.member("name", name)
    json.member("address", address)
    json.member("granted", isGranted)
    json.member("lifetime", lifetimeSeconds.map { Int64($0) })
    json.member("vendor", vendorClass)
  }
}

extension TimeRequest {
  func write(to json: inout JSONWriter) {
    json.member("relativeID", Int64(relativeID))
    json.member("formerKey", usesFormerKey)
    json.member("extended", isExtended)
    json.member("signed", isSigned)
  }
}

extension RemoteAccess {
  func write(to json: inout JSONWriter) {
    json.member("kind", kind.rawValue)
    json.member("framedAddress", framedAddress)
    json.member("callingStation", callingStation)
    json.member("calledStation", calledStation)
    json.member("accessServer", accessServer)
    json.member("session", session)
    json.member("seconds", sessionSeconds.map { Int64($0) })
  }
}
