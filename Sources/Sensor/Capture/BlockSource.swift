#if canImport(Glibc)
  import Glibc
#endif

/// A file or standard input, read in blocks.
///
/// Mapped pages would count as memory; blocks keep it flat, and serve files, pipes and growing files
/// alike.
struct BlockSource: ~Copyable {
  private let descriptor: Int32
  private let path: String
  private let ownsDescriptor: Bool

  /// Opens a path, or standard input for `-`.
  init(path: String) throws(CaptureFailure) {
    let opened = path == "-" ? STDIN_FILENO : try BlockSource.open(path)
    self.path = path
    ownsDescriptor = path != "-"
    descriptor = opened
  }

  private static func open(_ path: String) throws(CaptureFailure) -> Int32 {
    var status = stat()
    // SAFETY: `path` and `status` outlive the calls, which keep no pointer to them.
    if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw CaptureFailure(.cannotOpen, path, "it is a folder")
    }
    let opened = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else {
      throw CaptureFailure(.cannotOpen, path, systemMessage(errno))
    }
    return opened
  }

  deinit {
    if ownsDescriptor { _ = close(descriptor) }
  }

  /// Octets of the file; zero for a pipe.
  func byteCount() -> UInt64 {
    var status = stat()
    // SAFETY: `status` outlives the call.
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return 0
    }
    return UInt64(clamping: status.st_size)
  }

  /// Reads into `buffer` from `start`; returns how many octets came, zero at the end.
  func read(into buffer: inout [UInt8], at start: Int) throws(CaptureFailure) -> Int {
    while true {
      // SAFETY: the pointer is used inside the closure only, for octets within the array's count.
      let count = unsafe buffer.withUnsafeMutableBytes { raw in
        unsafe Glibc.read(descriptor, raw.baseAddress.map { unsafe $0 + start }, raw.count - start)
      }
      if count >= 0 { return count }
      guard errno == EINTR else { throw CaptureFailure(.cannotRead, path, systemMessage(errno)) }
    }
  }
}

/// The system's words for an error number.
func systemMessage(_ number: Int32) -> String {
  // SAFETY: strerror returns a text that ends in zero and lives until the next call on this thread.
  guard let text = unsafe strerror(number) else { return "error \(number)" }
  return unsafe String(cString: text)
}
