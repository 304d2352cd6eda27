public import Evidence

extension Directory {
  /// The directory that records describe: accounts, groups, computers and units become entries,
  /// anything else is passed over.
  ///
  /// Groups and members are joined from whichever side names the other: `memberOf` is computed by the
  /// server and missing from some exports, `member` never is. Where groups were read whole
  /// (`areGroupsComplete`), only they count, because a `memberOf` that was read earlier may be out of
  /// date; groups of other domains are known from `memberOf` alone.
  public init(_ records: [DirectoryRecord], areGroupsComplete: Bool = false) {
    var entries: [DirectoryEntry] = []
    var units: [DirectoryUnit] = []
    // Group and member, the member in lower case, from the groups' `member` values.
    var memberships: [(group: String, member: String)] = []
    for record in records {
      if let unit = DirectoryUnit(record) { units.append(unit) }
      guard let entry = DirectoryEntry(record) else { continue }
      entries.append(entry)
      guard entry.kind == .group else { continue }
      for attribute in record.attributes where attribute.name == "member" {
        memberships.append((entry.distinguishedName, attribute.text.lowercased()))
      }
    }
    if areGroupsComplete { Directory.forgetMembers(of: &entries) }
    var places: [String: Int] = [:]
    for (index, entry) in entries.enumerated() {
      places[entry.distinguishedName.lowercased()] = index
    }
    for (group, member) in memberships {
      guard let index = places[member] else { continue }
      let known = entries[index].memberOf.contains { $0.lowercased() == group.lowercased() }
      if !known { entries[index].memberOf.append(group) }
    }
    self.init(entries: entries, units: units)
  }

  /// Forgets what entries say about groups that were read themselves.
  private static func forgetMembers(of entries: inout [DirectoryEntry]) {
    let groups = Set(
      entries.lazy.filter { $0.kind == .group }.map { $0.distinguishedName.lowercased() })
    for index in entries.indices where !entries[index].memberOf.isEmpty {
      entries[index].memberOf.removeAll { groups.contains($0.lowercased()) }
    }
  }
}

extension DirectoryUnit {
  /// An organizational unit of a record; nil for anything else.
  fileprivate init?(_ record: DirectoryRecord) {
    let isUnit = record.attributes.contains { attribute in
      attribute.name == "objectclass" && attribute.text.lowercased() == "organizationalunit"
    }
    guard isUnit else { return nil }
    self.init(
      distinguishedName: record.distinguishedName,
      name: record.text("ou") ?? record.text("name") ?? record.distinguishedName,
      guid: record.guid)
  }
}

extension DirectoryEntry {
  /// An account, computer or group of a record; nil for what has no SID or no account name.
  init?(_ record: DirectoryRecord) {
    var classes: Set<String> = []
    var sid: String?
    var name: String?
    for attribute in record.attributes {
      switch attribute.name {
      case "objectclass": classes.insert(attribute.text.lowercased())
      case "objectsid": sid = SecurityIdentifier.read(attribute.value)
      case "samaccountname": name = attribute.text
      default: break
      }
    }
    guard let sid, let name, let kind = DirectoryEntry.kind(classes) else { return nil }
    self.init(
      kind: kind, sid: sid, distinguishedName: record.distinguishedName, samAccountName: name)
    guid = record.guid
    for attribute in record.attributes { take(attribute) }
  }

  /// The most specific class decides: a computer is a user too, a managed service account a
  /// computer (MS-ADSC).
  private static func kind(_ classes: Set<String>) -> Kind? {
    let managed = [
      "msds-managedserviceaccount", "msds-groupmanagedserviceaccount",
      "msds-delegatedmanagedserviceaccount",
    ]
    if managed.contains(where: classes.contains) { return .managedServiceAccount }
    if classes.contains("computer") { return .computer }
    if classes.contains("user") { return .user }
    return classes.contains("group") ? .group : nil
  }

  private mutating func take(_ attribute: DirectoryAttribute) {
    switch attribute.name {
    case "userprincipalname": userPrincipalName = attribute.text
    case "dnshostname": dnsHostName = attribute.text
    case "displayname": displayName = attribute.text
    case "title": title = attribute.text
    case "department": department = attribute.text
    case "mail": mail = attribute.text
    case "telephonenumber": phone = attribute.text
    case "physicaldeliveryofficename": office = attribute.text
    case "serviceprincipalname": servicePrincipalNames.append(attribute.text)
    case "memberof": memberOf.append(attribute.text)
    case "primarygroupid": primaryGroupID = UInt32(attribute.text)
    case "useraccountcontrol": userAccountControl = attribute.number ?? 0
    case "msds-supportedencryptiontypes": supportedEncryptionTypes = attribute.number
    case "admincount": isAdminCount = attribute.text == "1"
    case "sidhistory":
      if let sid = SecurityIdentifier.read(attribute.value) { sidHistory.append(sid) }
    case "msds-allowedtodelegateto": delegationTargets.append(attribute.text)
    case "msds-allowedtoactonbehalfofotheridentity":
      delegates = SecurityDescriptor.allowed(attribute.value)
    case "msds-groupmsamembership": passwordReaders = SecurityDescriptor.allowed(attribute.value)
    case "operatingsystem": operatingSystem = attribute.text
    case "operatingsystemversion": operatingSystemVersion = attribute.text
    case "pwdlastset": passwordSet = Instant(fileTime: attribute.text)
    case "accountexpires": expires = Instant(fileTime: attribute.text)
    case "lockouttime": lockedOut = Instant(fileTime: attribute.text)
    case "whenchanged": changed = Instant(generalizedTime: attribute.text)
    case "whencreated": created = Instant(generalizedTime: attribute.text)
    default: break
    }
  }
}

extension DirectoryAttribute {
  /// An integer of the directory, which is signed (MS-ADTS section 3.1.1.2.2.2.7), as its 32 bits.
  fileprivate var number: UInt32? { Int32(text).map { UInt32(bitPattern: $0) } ?? UInt32(text) }
}

extension Instant {
  /// Seconds between 1601 and 1970.
  private static let fileTimeOffset: Int64 = 11_644_473_600

  /// 100-nanosecond intervals since 1601 (MS-DTYP section 2.3.3); nil for zero and for the largest
  /// value, which both mean "never".
  fileprivate init?(fileTime text: String) {
    guard let ticks = Int64(text), ticks > 0, ticks < Int64.max else { return nil }
    self.init(
      seconds: ticks / 10_000_000 - Instant.fileTimeOffset,
      nanoseconds: ticks % 10_000_000 * 100)
  }
}
