/// What the directory says about an account, group or computer; from an LDIF snapshot or LDAP.
public struct DirectoryEntry: Hashable, Sendable {
  public enum Kind: String, Sendable { case user, computer, group, managedServiceAccount }

  public var kind: Kind
  /// In text form, as MS-DTYP section 2.4.2.1 writes it.
  public var sid: String
  public var distinguishedName: String
  public var samAccountName: String
  public var userPrincipalName: String?
  public var dnsHostName: String?
  public var displayName: String?
  public var title: String?
  public var department: String?
  public var mail: String?
  public var phone: String?
  public var office: String?
  public var servicePrincipalNames: [String] = []
  /// Distinguished names of the groups it is a direct member of.
  public var memberOf: [String] = []
  public var primaryGroupID: UInt32?
  /// MS-ADTS section 2.2.16.
  public var userAccountControl: UInt32 = 0
  /// MS-KILE section 2.2.7 msDS-SupportedEncryptionTypes; nil where unset.
  public var supportedEncryptionTypes: UInt32?
  public var isAdminCount = false
  public var sidHistory: [String] = []
  public var created: Instant?

  public init(kind: Kind, sid: String, distinguishedName: String, samAccountName: String) {
    self.kind = kind
    self.sid = sid
    self.distinguishedName = distinguishedName
    self.samAccountName = samAccountName
  }

  /// ADS_UF_ACCOUNTDISABLE.
  public var isDisabled: Bool { userAccountControl & 0x2 != 0 }
  /// ADS_UF_DONT_REQUIRE_PREAUTH.
  public var needsNoPreauthentication: Bool { userAccountControl & 0x40_0000 != 0 }
  /// ADS_UF_TRUSTED_FOR_DELEGATION.
  public var isTrustedForDelegation: Bool { userAccountControl & 0x8_0000 != 0 }
  /// ADS_UF_SERVER_TRUST_ACCOUNT, or a read-only controller (ADS_UF_PARTIAL_SECRETS_ACCOUNT).
  public var isController: Bool { userAccountControl & (0x2000 | 0x400_0000) != 0 }
  /// The last number of the SID.
  public var rid: UInt32? { sid.split(separator: "-").last.flatMap { UInt32($0) } }
}

/// A snapshot of the directory, indexed by what the traffic names things.
public struct Directory: Sendable {
  public private(set) var entries: [DirectoryEntry]
  /// DNS name of the domain, lower case, as the distinguished names have it.
  public private(set) var dnsDomain: String?
  private var byName: [String: Int] = [:]
  private var bySID: [String: Int] = [:]
  private var byDN: [String: Int] = [:]
  private var bySPN: [String: Int] = [:]
  private var byHost: [String: Int] = [:]
  private var sensitiveReasons: [Int: String] = [:]

  /// Indexes entries; of two with one name the first stays findable by it.
  public init(entries: [DirectoryEntry] = []) {
    self.entries = entries
    for (index, entry) in entries.enumerated() {
      byName.keep(index, for: entry.samAccountName.lowercased())
      if let principal = entry.userPrincipalName { byName.keep(index, for: principal.lowercased()) }
      bySID.keep(index, for: entry.sid)
      byDN.keep(index, for: entry.distinguishedName.lowercased())
      for name in entry.servicePrincipalNames { bySPN.keep(index, for: name.lowercased()) }
      if let host = entry.dnsHostName { byHost.keep(index, for: host.lowercased()) }
    }
    dnsDomain = entries.first.flatMap { Directory.domain(of: $0.distinguishedName) }
    for (index, entry) in entries.enumerated() {
      if let reason = sensitivity(of: entry) { sensitiveReasons[index] = reason }
    }
  }

  public var isEmpty: Bool { entries.isEmpty }

  /// By sAMAccountName or user principal name, whatever the case.
  public func entry(named name: String) -> DirectoryEntry? { byName[name.lowercased()].map(entry) }
  public func entry(sid: String) -> DirectoryEntry? { bySID[sid].map(entry) }
  public func entry(distinguishedName: String) -> DirectoryEntry? {
    byDN[distinguishedName.lowercased()].map(entry)
  }
  /// The account that owns a service principal name, whatever the case.
  public func owner(ofService name: String) -> DirectoryEntry? {
    bySPN[name.lowercased()].map(entry)
  }
  public func computer(dnsHostName: String) -> DirectoryEntry? {
    byHost[dnsHostName.lowercased()].map(entry)
  }

  /// Why an entry is sensitive: the default group it belongs to, nested groups followed; nil if not.
  public func sensitivityReason(sid: String) -> String? {
    bySID[sid].flatMap { sensitiveReasons[$0] }
  }

  /// All groups of an entry by distinguished name, nested ones and the primary group included;
  /// loops of groups end where they began.
  public func groups(of entry: DirectoryEntry) -> [DirectoryEntry] {
    var found: [DirectoryEntry] = []
    var seen: Set<String> = []
    var waiting = entry.memberOf.map { $0.lowercased() }
    if let primary = primaryGroup(of: entry) {
      waiting.append(primary.distinguishedName.lowercased())
    }
    while let name = waiting.popLast() {
      guard seen.insert(name).inserted, let index = byDN[name] else { continue }
      found.append(entries[index])
      waiting += entries[index].memberOf.map { $0.lowercased() }
    }
    return found.sorted { $0.distinguishedName < $1.distinguishedName }
  }

  private func primaryGroup(of entry: DirectoryEntry) -> DirectoryEntry? {
    guard let rid = entry.primaryGroupID, let cut = entry.sid.lastIndex(of: "-") else { return nil }
    return self.entry(sid: "\(entry.sid[..<cut])-\(rid)")
  }

  private func entry(_ index: Int) -> DirectoryEntry { entries[index] }

  private func sensitivity(of entry: DirectoryEntry) -> String? {
    if let own = SensitiveGroups.name(ofSID: entry.sid) {
      return entry.kind == .group ? "default sensitive group \(own)" : own
    }
    for group in groups(of: entry) where SensitiveGroups.name(ofSID: group.sid) != nil {
      return "member of \(group.samAccountName)"
    }
    return nil
  }

  private static func domain(of distinguishedName: String) -> String? {
    let labels = distinguishedName.lowercased().split(separator: ",").compactMap { part in
      part.hasPrefix("dc=") ? part.dropFirst(3) : nil
    }
    return labels.isEmpty ? nil : labels.joined(separator: ".")
  }
}

extension Dictionary<String, Int> {
  fileprivate mutating func keep(_ index: Int, for key: String) {
    if self[key] == nil { self[key] = index }
  }
}

/// The groups and accounts that are sensitive by default, by well-known SID.
///
/// The list is that of the reference product (sensitive accounts), with Administrator and krbtgt.
public enum SensitiveGroups {
  /// The well-known name of a sensitive SID: built-in aliases, or a domain's relative identifiers.
  public static func name(ofSID sid: String) -> String? {
    guard let cut = sid.lastIndex(of: "-"), let rid = UInt32(sid[sid.index(after: cut)...]) else {
      return nil
    }
    if sid[..<cut] == "S-1-5-32" { return builtin[rid] }
    return sid.hasPrefix("S-1-5-21-") ? domain[rid] : nil
  }

  /// Built-in aliases under S-1-5-32 (MS-DTYP section 2.4.2.4).
  private static let builtin: [UInt32: String] = [
    544: "Administrators", 547: "Power Users", 548: "Account Operators", 549: "Server Operators",
    550: "Print Operators", 551: "Backup Operators", 552: "Replicator",
    556: "Network Configuration Operators", 557: "Incoming Forest Trust Builders",
  ]

  /// Relative identifiers under a domain's SID.
  private static let domain: [UInt32: String] = [
    498: "Enterprise Read-only Domain Controllers", 500: "Administrator", 502: "krbtgt",
    512: "Domain Admins", 516: "Domain Controllers", 518: "Schema Admins",
    519: "Enterprise Admins", 520: "Group Policy Creator Owners",
    521: "Read-only Domain Controllers",
  ]
}
