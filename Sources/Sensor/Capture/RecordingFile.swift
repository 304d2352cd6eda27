import Evidence

#if canImport(Glibc)
  import Glibc
#endif

/// The file that a recording is in now.
struct RecordingFile {
  private let options: Recording.Options
  private let folder: OpenFolder
  private let name: String
  private let interfaces: [RecordedInterface]
  private var encoder: CaptureEncoder
  /// Packets in the encoder.
  private var gathered: UInt64 = 0
  private var descriptor: Int32 = -1
  private var isRegular = false
  /// Octets of the file, all of whole packets.
  private var written: UInt64 = 0
  private var firstTime: Instant?
  private var lastTime = Instant(nanoseconds: 0)
  private var sequence = 0
  /// Files of this run that exist, the oldest first.
  private var names: [String] = []
  private(set) var report = Recording.Report()

  /// Octets that are gathered before they are written.
  private static let blockByteCount = 1 << 20

  init(
    _ options: Recording.Options, _ interfaces: [RecordedInterface], owner: Privileges?
  ) throws(CaptureFailure) {
    let (folderPath, name) = OpenFolder.split(options.path)
    guard !name.isEmpty else {
      throw CaptureFailure(.cannotWrite, options.path, "it names a folder; name a file in it")
    }
    let format = CaptureEncoder.Format(path: options.path)
    guard
      format == .pcapng
        || Set(interfaces.map { [Int($0.linkType), $0.isNanosecond ? 1 : 0] })
          .count <= 1
    else {
      throw CaptureFailure(
        .cannotWrite, options.path,
        "interfaces of different kinds do not fit into one pcap file; write .pcapng")
    }
    self.options = options
    self.name = name
    self.interfaces = interfaces
    folder = try OpenFolder(folderPath)
    encoder = CaptureEncoder(format, interfaces)
    guard !options.isRotating else { return }
    let opened = folder.create(name)
    guard opened >= 0 else {
      throw CaptureFailure(.cannotWrite, options.path, systemMessage(-opened))
    }
    begin(opened, name)
    if let owner { _ = fchown(opened, owner.user, owner.group) }
  }

  /// Whether files can be made, or the only one is open.
  var isWritable: Bool { !options.isRotating || folder.isWritable }

  /// Adds packets, beginning other files where it is time to.
  mutating func add(_ run: PacketRun) {
    for packet in run.packets {
      if isOver(before: packet) { rotate(at: packet.time) }
      if firstTime == nil { firstTime = packet.time }
      lastTime = max(lastTime, packet.time)
      let end = packet.offset + packet.capturedLength
      encoder.add(run.buffer[packet.offset..<end], packet, interface: Int(run.capture))
      gathered += 1
      if encoder.bytes.count >= RecordingFile.blockByteCount { flush() }
    }
  }

  /// Writes what is gathered; what cannot be written is counted and forgotten.
  mutating func flush() {
    // A file that is open begins at once, so that it is a capture even before the first packet.
    guard !encoder.bytes.isEmpty || (descriptor >= 0 && !startsWithHeader) else { return }
    guard descriptor >= 0 || open(at: firstTime ?? lastTime) else { return forget() }
    var bytes = encoder.bytes
    if !startsWithHeader { bytes = header + bytes }
    let number = writeAll(bytes, to: descriptor)
    guard number == 0 else {
      // A part may have been written: the file is cut back to its last whole packet.
      if isRegular {
        _ = ftruncate(descriptor, off_t(clamping: written))
        _ = lseek(descriptor, off_t(clamping: written), SEEK_SET)
      }
      report.failure = number == ENOSPC ? "the disk is full" : systemMessage(number)
      return forget()
    }
    written += UInt64(bytes.count)
    startsWithHeader = true
    report.bytes += UInt64(bytes.count)
    report.packets += gathered
    report.failure = nil
    gathered = 0
    encoder.reset()
  }

  /// Writes the rest and the kernel's counts, and closes the file.
  mutating func close(_ reports: [LiveFeed.InterfaceReport]) {
    if descriptor >= 0 || gathered > 0 {
      for (index, report) in reports.enumerated() {
        encoder.add(report, interface: index, at: lastTime)
      }
      flush()
    }
    closeFile()
  }

  // MARK: - Files

  private var startsWithHeader = false

  /// The start of a file.
  private var header: [UInt8] {
    var encoder = CaptureEncoder(CaptureEncoder.Format(path: options.path), interfaces)
    encoder.begin()
    return encoder.bytes
  }

  private mutating func forget() {
    report.missing += gathered
    gathered = 0
    encoder.reset()
  }

  /// Whether a packet belongs to the next file.
  private func isOver(before packet: PacketPlace) -> Bool {
    guard options.isRotating, let firstTime else { return false }
    if let limit = options.rotateBytes, written + UInt64(encoder.bytes.count) >= limit {
      return true
    }
    guard let seconds = options.rotateSeconds else { return false }
    return packet.time.seconds - firstTime.seconds >= seconds
  }

  private mutating func rotate(at time: Instant) {
    flush()
    closeFile()
    firstTime = time
  }

  private mutating func closeFile() {
    guard descriptor >= 0 else { return }
    _ = Glibc.close(descriptor)
    descriptor = -1
    written = 0
    startsWithHeader = false
    firstTime = nil
  }

  /// Opens the next file of a rotation; removes the oldest where there are too many.
  private mutating func open(at time: Instant) -> Bool {
    guard options.isRotating else { return false }
    if let keep = options.keepCount {
      while names.count >= max(1, keep) { folder.remove(names.removeFirst()) }
    }
    // Another run of the same second may have written there: its files are not touched.
    for _ in 0..<100 {
      sequence += 1
      let candidate = RecordingFile.name(name, at: time, sequence)
      let opened = folder.create(candidate, isNew: true)
      if opened >= 0 {
        begin(opened, candidate)
        return true
      }
      guard opened == -EEXIST else {
        report.failure = opened == -ENOSPC ? "the disk is full" : systemMessage(-opened)
        return false
      }
    }
    report.failure = "no free name for the next file"
    return false
  }

  private mutating func begin(_ opened: Int32, _ name: String) {
    descriptor = opened
    names.append(name)
    report.files += 1
    var status = stat()
    // SAFETY: the structure outlives the call.
    isRegular = unsafe fstat(opened, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// `night.pcapng` becomes `night_20261121T031425Z_000001.pcapng`: in order of time by name.
  static func name(_ name: String, at time: Instant, _ sequence: Int) -> String {
    let text = Instant(seconds: time.seconds, nanoseconds: 0).description
    let stamp = text.prefix(19).filter { $0 != "-" && $0 != ":" }
    let number = String(sequence)
    let zeros = String(repeating: "0", count: max(0, 6 - number.count))
    let dot = name.lastIndex(of: ".") ?? name.endIndex
    return "\(name[..<dot])_\(stamp)Z_\(zeros)\(number)\(name[dot...])"
  }
}
