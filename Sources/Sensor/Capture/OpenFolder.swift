#if canImport(Glibc)
  import Glibc
#endif

/// A folder that stays usable after privileges were dropped, whoever may enter the folders above it.
public final class OpenFolder: Sendable {
  public let path: String
  private let descriptor: Int32

  /// Opens a folder; `creating` makes it where there is none, for nobody but its owner.
  public init(_ path: String, creating: Bool = false) throws(CaptureFailure) {
    self.path = path.isEmpty ? "." : path
    // SAFETY: the path outlives the calls, which keep no pointer to it.
    if creating, unsafe mkdir(self.path, 0o750) != 0, errno != EEXIST {
      throw CaptureFailure(.cannotWrite, self.path, systemMessage(errno))
    }
    descriptor = unsafe open(self.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CaptureFailure(.cannotWrite, self.path, systemMessage(errno))
    }
  }

  deinit { _ = close(descriptor) }

  /// The folder and the name of a file's path.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = path[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
  }

  /// Whether this process may make files in it.
  public var isWritable: Bool {
    // SAFETY: the text outlives the call.
    unsafe faccessat(descriptor, ".", W_OK | X_OK, 0) == 0
  }

  /// Gives the folder away; only root can.
  public func give(to owner: Privileges) { _ = fchown(descriptor, owner.user, owner.group) }

  /// Makes a file for writing, or empties the one there is; `isNew` refuses where there is one.
  ///
  /// Returns the descriptor, or minus the error's number.
  func create(_ name: String, isNew: Bool = false) -> Int32 {
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (isNew ? O_EXCL : O_TRUNC)
    // SAFETY: the name outlives the call. Traffic is for its owner and group only.
    let opened = unsafe openat(descriptor, name, flags, 0o640)
    return opened >= 0 ? opened : -errno
  }

  /// Puts a file into the place of another.
  func rename(_ name: String, to other: String) -> Bool {
    // SAFETY: both names outlive the call.
    unsafe renameat(descriptor, name, descriptor, other) == 0
  }

  public func remove(_ name: String) {
    // SAFETY: the name outlives the call.
    _ = unsafe unlinkat(descriptor, name, 0)
  }

  /// Writes a file that appears whole or not at all; returns why it does not.
  public func write(_ bytes: [UInt8], to name: String) -> String? {
    let partial = ".\(name).partial"
    let opened = create(partial)
    guard opened >= 0 else { return systemMessage(-opened) }
    var number = writeAll(bytes, to: opened)
    _ = close(opened)
    if number == 0, !rename(partial, to: name) { number = errno }
    guard number != 0 else { return nil }
    remove(partial)
    return number == ENOSPC ? "the disk is full" : systemMessage(number)
  }
}

/// Writes all octets; returns zero, or the number of the error that stopped it.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
  var done = 0
  while done < bytes.count {
    // SAFETY: the pointer is used inside the closure only, for octets within the array's count.
    let count = unsafe bytes.withUnsafeBytes { raw in
      unsafe write(descriptor, raw.baseAddress.map { unsafe $0 + done }, raw.count - done)
    }
    if count >= 0 {
      done += count
    } else if errno != EINTR {
      return errno
    }
  }
  return 0
}
