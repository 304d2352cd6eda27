import CPcap

#if canImport(Glibc)
  import Glibc
#endif

/// Whom a sensor becomes once its interfaces are open.
public struct Privileges: Hashable, Sendable {
  public var user: UInt32
  public var group: UInt32
  public var name: String

  /// The user that every system has for those who own nothing.
  public static let nobody = Privileges(user: 65_534, group: 65_534, name: "nobody")

  private init(user: UInt32, group: UInt32, name: String) {
    self.user = user
    self.group = group
    self.name = name
  }

  /// A user by name or by number; nil where there is none.
  public init?(user name: String) {
    // SAFETY: the entry is used before the next look-up on this thread.
    let entry = unsafe UInt32(name).map { unsafe getpwuid($0) } ?? getpwnam(name)
    guard let entry = unsafe entry else { return nil }
    self.init(
      user: unsafe entry.pointee.pw_uid, group: unsafe entry.pointee.pw_gid,
      name: unsafe String(cString: entry.pointee.pw_name))
  }

  /// The owner of a file or folder; nil where there is none.
  public init?(ownerOf path: String) {
    var status = stat()
    // SAFETY: both outlive the call.
    guard unsafe stat(path, &status) == 0 else { return nil }
    let known = Privileges(user: "\(status.st_uid)")
    self.init(
      user: status.st_uid, group: known?.group ?? status.st_gid,
      name: known?.name ?? "user \(status.st_uid)")
  }

  public var isRoot: Bool { user == 0 }

  /// Whether this process may become somebody else.
  public static var canBeGivenUp: Bool { geteuid() == 0 }

  /// Becomes that user, for good, with no other group and no capability.
  public func assume() throws(CaptureFailure) {
    // Groups first: a user who is not root may not set them.
    guard setgroups(0, nil) == 0, setgid(group) == 0, setuid(user) == 0 else {
      throw CaptureFailure(
        .cannotOpen, name, "privileges were not dropped: \(systemMessage(errno))")
    }
    guard isRoot || setuid(0) != 0 else {
      throw CaptureFailure(.cannotOpen, name, "privileges could be taken back")
    }
    try Privileges.giveUpCapabilities()
  }

  /// Keeps the user, and gives up what the program was given besides: CAP_NET_RAW.
  public static func giveUpCapabilities() throws(CaptureFailure) {
    guard crosswatch_give_up_capabilities() == 0 else {
      throw CaptureFailure(
        .cannotOpen, "capabilities", "they were not dropped: \(systemMessage(errno))")
    }
  }
}
