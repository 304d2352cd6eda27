public import Evidence
import Foundation
public import Workspaces

/// The directory as an LDIF file has it.
public enum DirectorySnapshot: Connector {
  public static let title = "Directory snapshot (LDIF)"
  public static let kind: IntegrationKind? = nil

  /// Octets of a snapshot that is read whole: a directory of a million accounts.
  public static let maximumByteCount = 4 << 30

  /// Reads a file of content records; accounts, groups and computers become entries, anything else
  /// is passed over.
  public static func read(file: String) throws(ConnectorFailure) -> Directory {
    try read(FileBytes.read(file, atMost: maximumByteCount), file: file)
  }

  /// Reads a file, and gives back its octets besides.
  public static func load(
    file: String
  ) throws(ConnectorFailure) -> (directory: Directory, bytes: [UInt8]) {
    let bytes = try FileBytes.read(file, atMost: maximumByteCount)
    return (try read(bytes, file: file), bytes)
  }

  static func read(_ bytes: [UInt8], file: String) throws(ConnectorFailure) -> Directory {
    var reader = LDIFReader(bytes, file: file)
    var builder = DirectoryBuilder()
    var recordCount = 0
    while let record = try reader.next() {
      recordCount += 1
      builder.take(record)
    }
    guard recordCount > 0 else {
      throw ConnectorFailure(.malformed, file: file, reason: "no LDIF record in it")
    }
    return builder.directory()
  }
}

/// Makes entries of records, and joins groups with members from whichever side names the other.
private struct DirectoryBuilder {
  private var entries: [DirectoryEntry] = []
  /// Group and member, both lower case, from the groups' `member` values.
  private var memberships: [(group: String, member: String)] = []

  mutating func take(_ record: LDIFRecord) {
    guard let entry = DirectoryEntry(record) else { return }
    entries.append(entry)
    guard entry.kind == .group else { return }
    for attribute in record.attributes where attribute.name == "member" {
      memberships.append((entry.distinguishedName, attribute.text.lowercased()))
    }
  }

  /// `memberOf` is computed by the server and missing from some exports; `member` never is.
  func directory() -> Directory {
    var entries = self.entries
    var places: [String: Int] = [:]
    for (index, entry) in entries.enumerated() {
      places[entry.distinguishedName.lowercased()] = index
    }
    for (group, member) in memberships {
      guard let index = places[member] else { continue }
      let known = entries[index].memberOf.contains { $0.lowercased() == group.lowercased() }
      if !known { entries[index].memberOf.append(group) }
    }
    return Directory(entries: entries)
  }
}

extension DirectoryEntry {
  /// An account, computer or group of a record; nil for what has no SID or no account name.
  fileprivate init?(_ record: LDIFRecord) {
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

  private mutating func take(_ attribute: LDIFAttribute) {
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
    case "whencreated": created = Instant(generalizedTime: attribute.text)
    default: break
    }
  }
}

extension LDIFAttribute {
  /// An integer of the directory, which is signed (MS-ADTS section 3.1.1.2.2.2.7), as its 32 bits.
  fileprivate var number: UInt32? { Int32(text).map { UInt32(bitPattern: $0) } ?? UInt32(text) }
}
