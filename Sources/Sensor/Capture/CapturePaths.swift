#if canImport(Glibc)
  import Glibc
#endif

/// Captures by path: a file, a pattern such as `night-*.pcap`, or a folder with all below it.
enum CapturePaths {
  /// Folders below folders that are looked into: deeper is a loop of links.
  private static let folderDepth = 8
  private static let endings = [".pcap", ".pcapng", ".cap", ".ntar"]
  private static let compressedEndings = [".gz", ".zst", ".zstd"]

  /// The captures of a path in the order of their names; `-` is standard input.
  ///
  /// Throws where a path does not exist, or a folder or pattern has no capture.
  static func captures(_ path: String) throws(CaptureFailure) -> [String] {
    guard path != "-" else { return [path] }
    if let kind = kind(path) {
      guard kind == S_IFDIR else { return [path] }
      let found = try folder(path, depth: 0)
      guard !found.isEmpty else {
        throw CaptureFailure(
          .noCaptures, path, "no file there ends in \(endings.joined(separator: ", "))")
      }
      return found
    }
    let reason = systemMessage(errno)
    guard isPattern(path) else {
      throw CaptureFailure(.cannotOpen, path, reason)
    }
    var found: [String] = []
    // What somebody's pattern names is meant, whatever its ending.
    for name in matches(path) {
      found += kind(name) == S_IFDIR ? try folder(name, depth: 0) : [name]
    }
    guard !found.isEmpty else {
      throw CaptureFailure(.noCaptures, path, "no file matches")
    }
    return found
  }

  /// Whether a name ends as a capture's does, with a number where tcpdump rotated and the ending of
  /// a compression.
  static func isCapture(_ name: String) -> Bool {
    var octets = Substring(name.lowercased())
    if let ending = compressedEndings.first(where: { octets.hasSuffix($0) }) {
      octets = octets.dropLast(ending.utf8.count)
    }
    if endings.contains(where: { octets.hasSuffix($0) }) { return true }
    while let last = octets.utf8.last, (0x30...0x39).contains(last) { octets = octets.dropLast() }
    if octets.hasSuffix(".") { octets = octets.dropLast() }
    return endings.contains { octets.hasSuffix($0) }
  }

  /// Whether a path has what a pattern is made of.
  static func isPattern(_ path: String) -> Bool {
    path.utf8.contains { "*?[".utf8.contains($0) }
  }

  static func exists(_ path: String) -> Bool { kind(path) != nil }

  static func isFolder(_ path: String) -> Bool { kind(path) == S_IFDIR }

  private static func kind(_ path: String) -> mode_t? {
    var status = stat()
    // SAFETY: both outlive the call.
    guard unsafe stat(path, &status) == 0 else { return nil }
    return status.st_mode & S_IFMT
  }

  private static func matches(_ pattern: String) -> [String] {
    var found = unsafe glob_t()
    // SAFETY: what glob allocated is freed below; its paths are copied before.
    defer { unsafe globfree(&found) }
    guard unsafe glob(pattern, 0, nil, &found) == 0 else { return [] }
    var names: [String] = []
    for index in 0..<Int(unsafe found.gl_pathc) {
      guard let name = unsafe found.gl_pathv[index] else { continue }
      names.append(unsafe String(cString: name))
    }
    return names.sorted()
  }

  private static func folder(_ path: String, depth: Int) throws(CaptureFailure) -> [String] {
    guard depth < folderDepth else { return [] }
    // SAFETY: the stream is closed below, and used in between only.
    guard let stream = unsafe opendir(path) else {
      throw CaptureFailure(.cannotOpen, path, systemMessage(errno))
    }
    var names: [String] = []
    // SAFETY: readdir's entry is used before the next call.
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { octets in
        unsafe String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    unsafe closedir(stream)
    var found: [String] = []
    for name in names.sorted() {
      let child = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
      guard let kind = kind(child) else { continue }
      if kind == S_IFDIR {
        found += try folder(child, depth: depth + 1)
      } else if isCapture(name) {
        found.append(child)
      }
    }
    return found
  }
}
