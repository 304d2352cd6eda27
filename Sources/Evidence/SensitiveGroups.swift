/// The groups and accounts that are sensitive by default, by well-known SID.
///
/// The list is that of the reference product (sensitive accounts), with Administrator and krbtgt.
public enum SensitiveGroups {
  /// Groups without a fixed identifier, by name: Exchange's servers (default list).
  private static let named: Set<String> = ["exchange servers"]

  /// The well-known name of a sensitive entry: by SID, or of a group without a fixed SID by name.
  public static func name(of entry: DirectoryEntry) -> String? {
    if let name = name(ofSID: entry.sid) { return name }
    let isNamed = entry.kind == .group && named.contains(entry.samAccountName.lowercased())
    return isNamed ? entry.samAccountName : nil
  }

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
