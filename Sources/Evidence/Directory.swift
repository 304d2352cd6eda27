/// A snapshot of the directory, indexed by what the traffic names things.
public struct Directory: Sendable {
  public private(set) var entries: [DirectoryEntry]
  public let units: [DirectoryUnit]
  /// DNS name of the domain, lower case, as the distinguished names have it.
  public private(set) var dnsDomain: String?
  /// By lower-case sAMAccountName; more than one where several domains have it.
  private var byName: [String: [Int]] = [:]
  private var byPrincipal: [String: Int] = [:]
  private var bySID: [String: Int] = [:]
  private var byDN: [String: Int] = [:]
  private var bySPN: [String: Int] = [:]
  private var byHost: [String: Int] = [:]
  private var unitByDN: [String: Int] = [:]
  private var sensitiveReasons: [Int: String] = [:]

  /// Indexes entries; of two with one name the first stays findable by it alone.
  public init(entries: [DirectoryEntry] = [], units: [DirectoryUnit] = []) {
    self.entries = entries
    self.units = units
    for (index, entry) in entries.enumerated() {
      byName[entry.samAccountName.lowercased(), default: []].append(index)
      if let principal = entry.userPrincipalName {
        byPrincipal.keep(index, for: principal.lowercased())
      }
      bySID.keep(index, for: entry.sid.uppercased())
      byDN.keep(index, for: entry.distinguishedName.lowercased())
      for name in entry.servicePrincipalNames { bySPN.keep(index, for: name.lowercased()) }
      if let host = entry.dnsHostName { byHost.keep(index, for: host.lowercased()) }
    }
    for (index, unit) in units.enumerated() {
      unitByDN.keep(index, for: unit.distinguishedName.lowercased())
    }
    dnsDomain = entries.lazy.compactMap(\.dnsDomain).first
    markSensitive()
  }

  public var isEmpty: Bool { entries.isEmpty }

  /// By sAMAccountName or user principal name, whatever the case.
  public func entry(named name: String) -> DirectoryEntry? {
    let lower = name.lowercased()
    return (byName[lower]?.first ?? byPrincipal[lower]).map(entry)
  }

  /// By sAMAccountName within a domain: DNS name in lower case.
  public func entry(named name: String, domain: String) -> DirectoryEntry? {
    byName[name.lowercased()]?.first { entries[$0].dnsDomain == domain }.map(entry)
  }

  public func entry(principalName: String) -> DirectoryEntry? {
    byPrincipal[principalName.lowercased()].map(entry)
  }

  public func entry(sid: String) -> DirectoryEntry? { index(sid: sid).map(entry) }

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

  /// The computer account of a name: by host name, otherwise by `NAME$` where the domains agree.
  public func computer(_ name: ComputerName) -> DirectoryEntry? {
    if name.suffix != nil, let entry = computer(dnsHostName: name.hostName) { return entry }
    for index in byName[name.short.lowercased() + "$"] ?? [] {
      let entry = entries[index]
      // A host name that the directory knows otherwise is another computer's (cut names, suffixes).
      if name.suffix != nil, let host = entry.dnsHostName, host.lowercased() != name.hostName {
        continue
      }
      if let domain = name.domain, domain.contains("."), let own = entry.dnsDomain, domain != own {
        continue
      }
      return entry
    }
    return nil
  }

  /// Why an entry is sensitive: the default group it belongs to, nested groups followed; nil if not.
  public func sensitivityReason(sid: String) -> String? {
    index(sid: sid).flatMap { sensitiveReasons[$0] }
  }

  /// All groups of an entry by distinguished name, nested ones and the primary group included;
  /// loops of groups end where they began.
  public func groups(of entry: DirectoryEntry) -> [DirectoryEntry] {
    var found: [DirectoryEntry] = []
    var seen: Set<Int> = []
    var waiting = parents(of: entry)
    while let index = waiting.popLast() {
      guard seen.insert(index).inserted else { continue }
      found.append(entries[index])
      waiting += parents(of: entries[index])
    }
    return found.sorted { $0.distinguishedName < $1.distinguishedName }
  }

  /// The organizational units that an entry is in, the nearest first.
  public func units(of entry: DirectoryEntry) -> [DirectoryUnit] {
    var found: [DirectoryUnit] = []
    var name = entry.container
    while let current = name {
      if let index = unitByDN[current.lowercased()] { found.append(units[index]) }
      name = DistinguishedName.parent(of: current)
    }
    return found
  }

  private func entry(_ index: Int) -> DirectoryEntry { entries[index] }

  private func index(sid: String) -> Int? {
    // Text of SIDs is upper case nearly always: the copy is made only where it is not.
    bySID[sid] ?? bySID[sid.uppercased()]
  }

  /// Direct groups and the primary group.
  private func parents(of entry: DirectoryEntry) -> [Int] {
    var parents = entry.memberOf.compactMap { byDN[$0.lowercased()] }
    if let rid = entry.primaryGroupID, let cut = entry.sid.lastIndex(of: "-"),
      let primary = index(sid: "\(entry.sid[..<cut])-\(rid)")
    {
      parents.append(primary)
    }
    return parents
  }

  /// From each sensitive group down to all that are in it, so that the cost is one walk a group.
  private mutating func markSensitive() {
    var members: [Int: [Int]] = [:]
    var roots: [Int] = []
    for (index, entry) in entries.enumerated() {
      for parent in parents(of: entry) { members[parent, default: []].append(index) }
      guard let own = SensitiveGroups.name(of: entry) else { continue }
      sensitiveReasons[index] = entry.kind == .group ? "default sensitive group \(own)" : own
      if entry.kind == .group { roots.append(index) }
    }
    roots.sort { entries[$0].distinguishedName < entries[$1].distinguishedName }
    for root in roots {
      let reason = "member of \(entries[root].samAccountName)"
      var seen: Set<Int> = [root]
      var waiting = members[root] ?? []
      while let index = waiting.popLast() {
        guard seen.insert(index).inserted else { continue }
        if sensitiveReasons[index] == nil { sensitiveReasons[index] = reason }
        waiting += members[index] ?? []
      }
    }
  }
}

extension Dictionary<String, Int> {
  fileprivate mutating func keep(_ index: Int, for key: String) {
    if self[key] == nil { self[key] = index }
  }
}
