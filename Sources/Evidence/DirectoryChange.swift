/// Something that changed in the directory: what, when at the latest, and on whose word.
public struct DirectoryChange: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    case created, deleted
    /// sAMAccountName, user principal name or host name.
    case renamed
    /// To another organizational unit or container.
    case moved
    /// `other` is the member, the change is the group's; on a member's own side the same change is
    /// read the other way round.
    case memberAdded = "member-added"
    case memberRemoved = "member-removed"
    case primaryGroup = "primary-group"
    /// A flag of userAccountControl was set or cleared.
    case flagSet = "flag-set"
    case flagCleared = "flag-cleared"
    case servicePrincipalNameAdded = "spn-added"
    case servicePrincipalNameRemoved = "spn-removed"
    case sidHistoryAdded = "sid-history-added"
    case sidHistoryRemoved = "sid-history-removed"
    /// Another attribute has another value.
    case attribute
  }

  public var kind: Kind
  /// When it was written, where the directory says so; otherwise when it was noticed.
  public var time: Instant
  /// It was written after this moment, when the directory was read before; nil where `time` is the
  /// directory's own.
  public var notBefore: Instant?
  /// Whose change it is: two accounts of one name are two, by SID.
  public var sid: String
  public var name: String
  /// The member, for changes of membership; the group, for a primary group.
  public var otherSID: String?
  public var otherName: String?
  /// The attribute or the flag.
  public var attribute: String?
  public var old: String?
  public var new: String?
  /// The controller or file that it was read from.
  public var source: String

  public init(
    _ kind: Kind, time: Instant, notBefore: Instant? = nil, of entry: DirectoryEntry,
    source: String
  ) {
    self.kind = kind
    self.time = time
    self.notBefore = notBefore
    sid = entry.sid
    name = entry.samAccountName
    self.source = source
  }

  /// The same for the same change, whoever reports it.
  public var id: String {
    var hash = StableHash()
    for text in [
      kind.rawValue, sid, otherSID ?? "", attribute ?? "", old ?? "", new ?? "",
    ] {
      hash.add(text)
      hash.add(0 as UInt8)
    }
    hash.add(time.nanoseconds)
    return hash.text()
  }

  /// What happened, in one line.
  public var summary: String {
    let other = otherName ?? otherSID ?? ""
    return switch kind {
    case .created: "\(name) was created"
    case .deleted: "\(name) was deleted"
    case .renamed: "\(name) was renamed: \(attribute ?? "") \(old ?? "none") to \(new ?? "none")"
    case .moved: "\(name) was moved from \(old ?? "") to \(new ?? "")"
    case .memberAdded: "\(other) became a member of \(name)"
    case .memberRemoved: "\(other) is no longer a member of \(name)"
    case .primaryGroup: "\(name) has another primary group: \(old ?? "none") to \(new ?? "none")"
    case .flagSet: "\(name): flag \(attribute ?? "") was set"
    case .flagCleared: "\(name): flag \(attribute ?? "") was cleared"
    case .servicePrincipalNameAdded: "\(name) has the new service name \(new ?? "")"
    case .servicePrincipalNameRemoved: "\(name) lost the service name \(old ?? "")"
    case .sidHistoryAdded: "\(name) has \(new ?? "") in its SID history"
    case .sidHistoryRemoved: "\(name) lost \(old ?? "") from its SID history"
    case .attribute: "\(name): \(attribute ?? "") changed from \(old ?? "none") to \(new ?? "none")"
    }
  }
}
