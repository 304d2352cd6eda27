public import Evidence

/// What changed between two readings of a directory.
public struct DirectoryComparison {
  private let old: Directory
  private let new: Directory
  private let source: String
  /// When the directory was read before, and now.
  private let before: Instant?
  private let now: Instant
  /// Deletions whose time is known, by SID.
  private let deletionTimes: [String: Instant]

  public init(
    from old: Directory, at before: Instant?, to new: Directory, at now: Instant, source: String,
    deletionTimes: [String: Instant] = [:]
  ) {
    self.old = old
    self.new = new
    self.before = before
    self.now = now
    self.source = source
    self.deletionTimes = deletionTimes
  }

  /// The changes in the order of their times, then of the names they are about.
  ///
  /// An account that was deleted and made again under its old name has another SID: both are told,
  /// as of two.
  public func changes() -> [DirectoryChange] {
    var changes: [DirectoryChange] = []
    for entry in new.entries {
      if let was = old.entry(sid: entry.sid) {
        changes += differences(was, entry)
      } else {
        changes.append(change(.created, entry, at: entry.created))
      }
      changes += memberships(of: entry)
    }
    for entry in old.entries where new.entry(sid: entry.sid) == nil {
      changes.append(change(.deleted, entry, at: deletionTimes[entry.sid]))
    }
    return changes.sorted { left, right in
      order(left) < order(right)
    }
  }

  private func order(
    _ change: DirectoryChange
  ) -> (Instant, String, String, String, String, String) {
    (
      change.time, change.name, change.kind.rawValue, change.otherName ?? "",
      change.attribute ?? "", change.id
    )
  }

  // MARK: - One entry

  private func differences(_ was: DirectoryEntry, _ entry: DirectoryEntry) -> [DirectoryChange] {
    guard was != entry else { return [] }
    var changes: [DirectoryChange] = []
    func add(
      _ kind: DirectoryChange.Kind, _ attribute: String? = nil, _ old: String?, _ new: String?
    ) {
      guard old != new else { return }
      var change = change(kind, entry, at: entry.changed)
      change.attribute = attribute
      change.old = old
      change.new = new
      changes.append(change)
    }
    add(.renamed, "sAMAccountName", was.samAccountName, entry.samAccountName)
    add(.renamed, "userPrincipalName", was.userPrincipalName, entry.userPrincipalName)
    add(.renamed, "dNSHostName", was.dnsHostName, entry.dnsHostName)
    if was.container?.lowercased() != entry.container?.lowercased() {
      add(.moved, nil, was.container, entry.container)
    }
    let oldFlags = Set(AccountFlags.names(of: was.userAccountControl))
    let newFlags = Set(AccountFlags.names(of: entry.userAccountControl))
    for flag in newFlags.subtracting(oldFlags).sorted() { add(.flagSet, flag, nil, "set") }
    for flag in oldFlags.subtracting(newFlags).sorted() { add(.flagCleared, flag, "set", nil) }
    if was.primaryGroupID != entry.primaryGroupID {
      add(.primaryGroup, nil, primaryGroup(was, old), primaryGroup(entry, new))
    }
    for kind in DirectoryComparison.lists {
      let before = Set(was[keyPath: kind.path])
      let after = Set(entry[keyPath: kind.path])
      for text in after.subtracting(before).sorted() { add(kind.added, kind.name, nil, text) }
      for text in before.subtracting(after).sorted() { add(kind.removed, kind.name, text, nil) }
    }
    for (name, text) in DirectoryComparison.texts { add(.attribute, name, text(was), text(entry)) }
    return changes
  }

  /// Attributes of several values.
  private static var lists:
    [(
      path: KeyPath<DirectoryEntry, [String]>, name: String, added: DirectoryChange.Kind,
      removed: DirectoryChange.Kind
    )]
  {
    [
      (
        \.servicePrincipalNames, "servicePrincipalName", .servicePrincipalNameAdded,
        .servicePrincipalNameRemoved
      ),
      (\.sidHistory, "sIDHistory", .sidHistoryAdded, .sidHistoryRemoved),
      (\.delegationTargets, "msDS-AllowedToDelegateTo", .attribute, .attribute),
      (\.delegates, "msDS-AllowedToActOnBehalfOfOtherIdentity", .attribute, .attribute),
      (\.passwordReaders, "msDS-GroupMSAMembership", .attribute, .attribute),
    ]
  }

  /// Attributes of one value whose change is worth a line: not those that every logon changes.
  private static var texts: [(name: String, text: (DirectoryEntry) -> String?)] {
    [
      ("msDS-SupportedEncryptionTypes", { $0.supportedEncryptionTypes.map { "\($0)" } }),
      ("adminCount", { $0.isAdminCount ? "1" : nil }),
      ("pwdLastSet", { $0.passwordSet.map { "\($0)" } }),
      ("accountExpires", { $0.expires.map { "\($0)" } }),
      ("lockoutTime", { $0.lockedOut.map { "\($0)" } }),
      ("displayName", { $0.displayName }),
      ("title", { $0.title }),
      ("department", { $0.department }),
      ("mail", { $0.mail }),
      ("operatingSystem", { $0.operatingSystem }),
      ("operatingSystemVersion", { $0.operatingSystemVersion }),
    ]
  }

  private func primaryGroup(_ entry: DirectoryEntry, _ directory: Directory) -> String? {
    guard let rid = entry.primaryGroupID else { return nil }
    let domain = entry.sid.split(separator: "-").dropLast().joined(separator: "-")
    return directory.entry(sid: "\(domain)-\(rid)")?.samAccountName ?? "\(rid)"
  }

  // MARK: - Groups

  /// Who became or ceased to be a member of what: told on the group, by its time.
  private func memberships(of entry: DirectoryEntry) -> [DirectoryChange] {
    let after = groups(entry, new)
    let was = old.entry(sid: entry.sid)
    let before = was.map { groups($0, old) } ?? [:]
    var changes: [DirectoryChange] = []
    // The groups of a new account say more than that it is new.
    for sid in after.keys.sorted() where before[sid] == nil {
      guard let group = after[sid] else { continue }
      changes.append(membership(.memberAdded, group, entry))
    }
    for sid in before.keys.sorted() where after[sid] == nil {
      // Where the group is gone, that is what happened.
      guard let group = new.entry(sid: sid) else { continue }
      changes.append(membership(.memberRemoved, group, entry))
    }
    return changes
  }

  private func groups(_ entry: DirectoryEntry, _ directory: Directory) -> [String: DirectoryEntry] {
    var groups: [String: DirectoryEntry] = [:]
    for name in entry.memberOf {
      guard let group = directory.entry(distinguishedName: name) else { continue }
      groups[group.sid] = group
    }
    return groups
  }

  private func membership(
    _ kind: DirectoryChange.Kind, _ group: DirectoryEntry, _ member: DirectoryEntry
  ) -> DirectoryChange {
    var change = change(kind, group, at: group.changed)
    change.otherSID = member.sid
    change.otherName = member.samAccountName
    return change
  }

  /// A change at the directory's own time, where that lies between the two readings: an older or
  /// missing one is none of this change's.
  private func change(
    _ kind: DirectoryChange.Kind, _ entry: DirectoryEntry, at time: Instant?
  ) -> DirectoryChange {
    // A controller's clock may be some minutes off ours.
    let margin = Instant.Span.minutes(5)
    if let time, time <= now.advanced(by: margin),
      before.map({ time.advanced(by: margin) >= $0 }) ?? true
    {
      return DirectoryChange(kind, time: time, of: entry, source: source)
    }
    return DirectoryChange(kind, time: now, notBefore: before, of: entry, source: source)
  }
}
