import Evidence

/// What detections of changes to the directory ask of a change, however it is made.
enum DirectoryWrites {
  /// The first component of a distinguished name: `Domain Admins` of `CN=Domain Admins,CN=Users,…`.
  static func commonName(_ object: String) -> String {
    let first = object.before(",")
    guard let mark = first.utf8.firstIndex(of: UInt8(ascii: "=")) else { return String(first) }
    return String(first[first.utf8.index(after: mark)...])
  }

  /// Groups that are sensitive by default, by the names that they have in English, in lower case;
  /// a directory tells them by their SIDs.
  private static let groups: Set<String> = [
    "administrators", "domain admins", "enterprise admins", "schema admins", "account operators",
    "server operators", "print operators", "backup operators", "replicator",
    "group policy creator owners", "domain controllers", "dnsadmins",
    "incoming forest trust builders", "enterprise key admins", "key admins",
  ]
  /// The groups among them that are the domain.
  private static let highest: Set<String> = [
    "administrators", "domain admins", "enterprise admins", "schema admins",
  ]

  /// Why a group is sensitive; nil where nothing shows it.
  static func sensitivity(
    ofGroup name: String, _ knowledge: borrowing Knowledge
  ) -> String? {
    if let entry = knowledge.directory.entry(distinguishedName: name)
      ?? knowledge.directory.entry(named: commonName(name))
    {
      return knowledge.sensitivityReason(of: entry)
    }
    let common = commonName(name).lowercased()
    if knowledge.sensitive.contains(common) { return "named sensitive by the workspace" }
    return groups.contains(common) ? "a default sensitive group" : nil
  }

  static func isHighest(_ name: String) -> Bool {
    highest.contains(commonName(name).lowercased())
  }

  /// The name of a group that is sensitive by its relative identifier.
  static func group(ofRID rid: UInt32) -> String? {
    // Of the domain by a SID of any domain, otherwise of the built-in aliases.
    SensitiveGroups.name(ofSID: "S-1-5-21-0-0-0-\(rid)")
      ?? SensitiveGroups.name(ofSID: "S-1-5-32-\(rid)")
  }

  /// Who is put into a group, or taken out, and the group.
  struct Membership {
    var group: String
    var members: [String]
    var isAddition: Bool
  }

  static func membership(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge
  ) -> Membership? {
    switch activity.detail {
    case .ldapChange(let change) where change.operation == .modify:
      let values = change.values.filter { $0.attribute.lowercased() == "member" }
      guard !values.isEmpty else { return nil }
      return Membership(
        group: change.object, members: values.compactMap(\.text),
        isAddition: values.contains { $0.action != .delete })
    case .rpc(let call):
      guard case .samrChange(let change) = call.arguments,
        change.action == .addMember || change.action == .removeMember
      else { return nil }
      let name = change.name ?? change.rid.flatMap { group(ofRID: $0) }
      guard let name else { return nil }
      return Membership(
        group: name, members: change.member.map { [$0] } ?? [],
        isAddition: change.action == .addMember)
    default: return nil
    }
  }

  /// Whether a change was refused, whichever way it was made.
  static func wasRefused(_ activity: borrowing Activity) -> Bool {
    if case .rpc(let call) = activity.detail { return call.wasRefused(activity.outcome) }
    return activity.outcome.isFailure
  }
}
