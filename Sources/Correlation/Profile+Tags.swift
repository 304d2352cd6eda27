import Evidence

extension Profile {
  /// The marks of an entity in a fixed order, each with its reason.
  static func tags(
    _ record: EntityRecord, _ entry: DirectoryEntry?, _ knowledge: Knowledge, at moment: Instant
  ) -> [Tag] {
    var tags: [Tag] = []
    let account = AccountName(
      name: entry?.samAccountName ?? record.name, domain: record.domain ?? "")
    if let reason = sensitivity(record, entry, account, knowledge) {
      tags.append(Tag(name: "sensitive", reason: reason))
    }
    if record.kind == .user || record.kind == .computer, knowledge.isHoneytoken(account) {
      tags.append(Tag(name: "honeytoken", reason: "named by the workspace"))
    }
    if let reason = controller(record, entry, knowledge) {
      tags.append(Tag(name: "controller", reason: reason))
    }
    if let entry { tags += directoryTags(entry, at: moment) }
    if record.sid == nil, record.kind == .user || record.kind == .computer {
      let reason =
        knowledge.directory.isEmpty
        ? "no directory was read" : "not in the directory as it was read"
      tags.append(Tag(name: "unresolved", reason: reason))
    }
    if record.traits.contains("shared-address") {
      tags.append(
        Tag(name: "shared-address", reason: "several computers use it at once"))
    }
    if record.traits.contains("ntlmv1") {
      tags.append(Tag(name: "ntlmv1", reason: "logged on with NTLMv1"))
    }
    if record.traits.contains("cleartext-bind") {
      tags.append(Tag(name: "cleartext-bind", reason: "sent its password in clear over LDAP"))
    }
    return tags
  }

  private static func sensitivity(
    _ record: EntityRecord, _ entry: DirectoryEntry?, _ account: AccountName,
    _ knowledge: Knowledge
  ) -> String? {
    switch record.kind {
    case .user, .computer, .group:
      if let entry { return knowledge.sensitivityReason(of: entry) }
      return record.kind == .group ? nil : knowledge.sensitivityReason(of: account)
    case .address, .domain: return nil
    }
  }

  private static func controller(
    _ record: EntityRecord, _ entry: DirectoryEntry?, _ knowledge: Knowledge
  ) -> String? {
    guard record.kind == .computer || record.kind == .address else { return nil }
    if let entry, entry.isController { return "the directory says so" }
    return record.traits.contains("controller") ? "it answered as one" : nil
  }

  private static func directoryTags(_ entry: DirectoryEntry, at moment: Instant) -> [Tag] {
    var tags: [Tag] = []
    if entry.isDisabled { tags.append(Tag(name: "disabled", reason: "userAccountControl")) }
    // ADS_UF_LOCKOUT.
    if entry.userAccountControl & 0x10 != 0 {
      tags.append(Tag(name: "locked", reason: "userAccountControl"))
    }
    if entry.needsNoPreauthentication {
      tags.append(
        Tag(name: "no-preauthentication", reason: "userAccountControl: AS-REP roasting"))
    }
    if entry.isTrustedForDelegation, !entry.isController {
      tags.append(Tag(name: "unconstrained-delegation", reason: "userAccountControl"))
    }
    if let created = entry.created, created <= moment, moment.since(created) < .hours(30 * 24) {
      tags.append(Tag(name: "new", reason: "created less than 30 days ago"))
    }
    if entry.kind == .user, !entry.servicePrincipalNames.isEmpty {
      tags.append(Tag(name: "service-account", reason: "owns service principal names"))
    }
    if entry.kind == .managedServiceAccount {
      tags.append(Tag(name: "managed-service-account", reason: "objectClass"))
    }
    return tags
  }
}
