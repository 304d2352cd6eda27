#if canImport(Glibc)
  import Glibc
#endif

/// A file or standard input, read in blocks: plain, or compressed by gzip or zstd.
///
/// Mapped pages would count as memory; blocks keep it flat, and serve files, pipes and growing files
/// alike. Compression is known by the first octets, never by a name.
struct BlockSource: ~Copyable {
  private let path: String
  let isRegular: Bool
  private let isGrowing: Bool
  /// Nil while the file is closed between two reads.
  private var descriptor: Int32?
  private var compression = Compression.unknown
  /// The first octets, until there are enough of them to tell the compression.
  private var beginning: [UInt8] = []
  /// Octets that were read of the file itself.
  private(set) var bytesTaken: UInt64 = 0
  /// What makes the file this one and no other.
  let identity: FileIdentity
  /// Whether whoever wrote to a pipe has closed it; a growing file has no end of its own.
  private(set) var isOver = false
  /// Why what is compressed cannot be read on.
  private(set) var damage: String?

  private enum Compression {
    case unknown, none
    case some(Decompressor)
  }

  /// Octets that tell a compression.
  private static let magicByteCount = 4

  /// Opens a path, or standard input for `-`; a growing file may have only few octets yet.
  init(path: String, isGrowing: Bool = false) throws(CaptureFailure) {
    self.isGrowing = isGrowing
    let opened = path == "-" ? STDIN_FILENO : try BlockSource.open(path)
    self.path = path
    var status = stat()
    // SAFETY: `status` outlives the call.
    isRegular = unsafe fstat(opened, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    identity = path == "-" ? FileIdentity(path) : FileIdentity(status)
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
    if let descriptor, descriptor != STDIN_FILENO { _ = close(descriptor) }
  }

  /// Whether the file is compressed; false until its first octets were read.
  var isCompressed: Bool {
    guard case .some = compression else { return false }
    return true
  }

  /// Octets of the file as it is now; zero for a pipe.
  func byteCount() -> UInt64 {
    var status = stat()
    // SAFETY: `status` outlives the call.
    guard isRegular, let descriptor, unsafe fstat(descriptor, &status) == 0 else { return 0 }
    return UInt64(clamping: status.st_size)
  }

  /// Closes a file until the next read, so that many can be read by turns; pipes stay open.
  mutating func rest() {
    guard isRegular, let open = descriptor, open != STDIN_FILENO else { return }
    _ = close(open)
    descriptor = nil
  }

  /// Reads into `buffer` from `start`; returns how many octets came, zero at the end.
  ///
  /// At the end of what grows, the next call reads on, unless it `isOver`. `damage` says where the end is not
  /// the file's own.
  mutating func read(into buffer: inout [UInt8], at start: Int) throws(CaptureFailure) -> Int {
    guard start < buffer.count else { return 0 }
    if case .unknown = compression {
      guard try recogniseCompression() else { return 0 }
    }
    if !beginning.isEmpty {
      // Plain, and shorter than the buffer: the octets that were looked at are its first.
      let count = min(beginning.count, buffer.count - start)
      for index in 0..<count { buffer[start + index] = beginning[index] }
      beginning.removeFirst(count)
      return count
    }
    guard case .some(let decompressor) = compression else {
      return try take(into: &buffer, at: start)
    }
    guard damage == nil else { return 0 }
    while true {
      let (count, state) = decompressor.decompress(into: &buffer, at: start)
      if count > 0 { return count }
      switch state {
      case .damaged(let reason):
        damage = reason
        return 0
      case .hungry:
        var octets = decompressor.takeSpace()
        let count = try take(into: &octets, at: 0)
        decompressor.feed(octets, count: count)
        guard count > 0 else { return 0 }
      }
    }
  }

  /// Says that the file has ended for good: compressed data must be whole then.
  mutating func finish() {
    guard damage == nil, case .some(let decompressor) = compression else { return }
    damage = decompressor.missing
  }

  /// Finds out whether the file is compressed; false while it has too few octets to tell, but at
  /// least one more may come.
  private mutating func recogniseCompression() throws(CaptureFailure) -> Bool {
    var octets = [UInt8](repeating: 0, count: BlockSource.magicByteCount)
    while beginning.count < BlockSource.magicByteCount {
      octets.removeLast(octets.count - (BlockSource.magicByteCount - beginning.count))
      let count = try take(into: &octets, at: 0)
      guard count > 0 else { break }
      beginning += octets.prefix(count)
    }
    // What is shorter is no capture; the reader is given it, and says so.
    guard beginning.count == BlockSource.magicByteCount else {
      return (!isGrowing || isOver) && !beginning.isEmpty
    }
    if let decompressor = Decompressor(beginning: beginning) {
      compression = .some(decompressor)
      beginning = []
    } else {
      compression = .none
    }
    return true
  }

  /// Reads octets of the file itself.
  private mutating func take(
    into buffer: inout [UInt8], at start: Int
  ) throws(CaptureFailure) -> Int {
    let open = try reopened()
    // What grows is never waited for: whoever reads it has signals to look at.
    if isGrowing, !isRegular, !BlockSource.isReadable(open) { return 0 }
    while true {
      // SAFETY: the pointer is used inside the closure only, for octets within the array's count.
      let count = unsafe buffer.withUnsafeMutableBytes { raw in
        unsafe Glibc.read(open, raw.baseAddress.map { unsafe $0 + start }, raw.count - start)
      }
      if count >= 0 {
        bytesTaken += UInt64(count)
        if count == 0, !isRegular || path == "-" { isOver = true }
        return count
      }
      guard errno == EINTR else { throw CaptureFailure(.cannotRead, path, systemMessage(errno)) }
    }
  }

  /// Whether octets, or the end, can be read at once.
  private static func isReadable(_ descriptor: Int32) -> Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // SAFETY: `waiting` outlives the call, which is told that it is one.
    return unsafe poll(&waiting, 1, 0) > 0
  }

  /// The descriptor, at the place where reading goes on.
  private mutating func reopened() throws(CaptureFailure) -> Int32 {
    if let descriptor { return descriptor }
    let opened = try BlockSource.open(path)
    var status = stat()
    // SAFETY: `status` outlives the call.
    guard unsafe fstat(opened, &status) == 0, FileIdentity(status) == identity,
      lseek(opened, off_t(clamping: bytesTaken), SEEK_SET) >= 0
    else {
      _ = close(opened)
      throw CaptureFailure(.cannotRead, path, "it was replaced while it was read")
    }
    descriptor = opened
    return opened
  }
}

/// What makes two paths one file.
struct FileIdentity: Hashable {
  private let device: UInt64
  private let number: UInt64
  /// The path, where the system says nothing about it: standard input.
  private let path: String?

  init(_ path: String) {
    var status = stat()
    // SAFETY: both outlive the call.
    let result = unsafe stat(path, &status)
    let isKnown = path != "-" && result == 0
    device = isKnown ? UInt64(status.st_dev) : 0
    number = isKnown ? UInt64(status.st_ino) : 0
    self.path = isKnown ? nil : path
  }

  /// The file that the system describes so.
  init(_ status: stat) {
    device = UInt64(status.st_dev)
    number = UInt64(status.st_ino)
    path = nil
  }

  /// Whether a path is a pipe or a device rather than a file.
  static func isPipe(_ path: String) -> Bool {
    var status = stat()
    // SAFETY: both outlive the call.
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
  }
}

/// The system's words for an error number.
func systemMessage(_ number: Int32) -> String {
  // SAFETY: strerror returns a text that ends in zero and lives until the next call on this thread.
  guard let text = unsafe strerror(number) else { return "error \(number)" }
  return unsafe String(cString: text)
}
