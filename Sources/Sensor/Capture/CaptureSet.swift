public import Evidence
import Wire

#if canImport(Glibc)
  import Glibc
#endif

/// Captures of one run, their packets merged in time order.
///
/// A capture is opened when the time of its first packet is reached and closed at its end, so that
/// hundreds of rotated files are never open at once.
public struct CaptureSet {
  /// Captures in the order in which the run names them.
  public let paths: [String]
  private var waiting: [Waiting] = []
  private var open: [CaptureFile] = []
  public private(set) var damages: [CaptureDamage] = []
  /// Octets of captures that were closed.
  private var bytesClosed: UInt64 = 0
  public let byteCount: UInt64
  /// Captures of which a packet was read.
  public private(set) var readableCount = 0

  private struct Waiting {
    var index: Int
    var first: Instant
  }

  /// Folders below folders that are looked into: deeper is a loop of links.
  private static let folderDepth = 8
  private static let extensions = [".pcap", ".pcapng", ".cap", ".ntar"]

  /// Finds the captures of files and folders; `-` is standard input.
  ///
  /// Throws where a path does not exist, or a folder has no capture. A file that is no capture is
  /// noted in `damages`, unless it is the only one: then that is the failure.
  public init(paths given: [String]) throws(CaptureFailure) {
    var found: [String] = []
    // A file that is named twice, or by a link as well, is read once.
    var seen: Set<FileIdentity> = []
    for path in given {
      let files = try CaptureSet.files(path, depth: 0)
      guard !files.isEmpty else {
        throw CaptureFailure(
          .noCaptures, path,
          "no file there ends in \(CaptureSet.extensions.joined(separator: ", "))")
      }
      for file in files where seen.insert(FileIdentity(file)).inserted { found.append(file) }
    }
    paths = found
    var total: UInt64 = 0
    for (index, path) in found.enumerated() {
      // Standard input and pipes cannot be read twice: they begin the run.
      if path == "-" || FileIdentity.isPipe(path) {
        waiting.append(Waiting(index: index, first: Instant(nanoseconds: Int64.min)))
        continue
      }
      do throws(CaptureFailure) {
        let file = try CaptureFile(path: path, index: UInt32(index))
        total += file.byteCount
        guard try file.hasPacket(), let first = file.packets.first else {
          if let damage = file.damage { damages.append(damage) }
          continue
        }
        if let type = file.unsupportedLinkType, first.linkType == type {
          throw CaptureFailure(
            .notACapture, path,
            "link type \(type.rawValue) is not supported; record on an Ethernet or IP interface")
        }
        waiting.append(Waiting(index: index, first: first.time))
      } catch {
        guard found.count > 1 else { throw error }
        damages.append(CaptureDamage(path: path, offset: 0, reason: error.reason))
      }
    }
    byteCount = total
    readableCount = waiting.count
    // Captures that begin together are taken in the order of their names.
    waiting.sort { ($0.first, $0.index) > ($1.first, $1.index) }
  }

  /// Octets of captures that were read so far.
  public var bytesRead: UInt64 { open.reduce(bytesClosed) { $0 + $1.bytesRead } }

  /// The next packets that one capture has before any other; nil at the end of all.
  public mutating func next() throws(CaptureFailure) -> PacketRun? {
    while true {
      try openDue()
      guard let chosen = try earliest() else { return nil }
      let file = open[chosen]
      let limit = nextTime(besides: chosen)
      let start = file.taken
      var end = start + 1
      if let limit {
        while end < file.packets.count, file.packets[end].time <= limit { end += 1 }
      } else {
        end = file.packets.count
      }
      file.taken = end
      return PacketRun(
        buffer: file.buffer, packets: file.packets[start..<end], capture: file.index,
        numberBefore: file.packetsBefore + UInt64(start))
    }
  }

  /// Opens captures whose first packet is not later than the earliest that is open.
  private mutating func openDue() throws(CaptureFailure) {
    while let due = waiting.last {
      let earliest = open.compactMap(\.nextTime).min()
      if let earliest, earliest < due.first { return }
      waiting.removeLast()
      open.append(try CaptureFile(path: paths[due.index], index: UInt32(due.index)))
    }
  }

  /// The place in `open` of the capture with the earliest packet; captures at their end are closed.
  private mutating func earliest() throws(CaptureFailure) -> Int? {
    var best: Int?
    var place = 0
    while place < open.count {
      guard try open[place].hasPacket() else {
        if let damage = open[place].damage { damages.append(damage) }
        bytesClosed += open[place].bytesRead
        open.remove(at: place)
        continue
      }
      let file = open[place]
      if let current = best {
        let held = open[current]
        if file.packets[file.taken].time < held.packets[held.taken].time { best = place }
      } else {
        best = place
      }
      place += 1
    }
    return best
  }

  /// The time up to which a capture may go on alone; nil where it is the only one.
  private func nextTime(besides chosen: Int) -> Instant? {
    var limit = waiting.last?.first
    for (place, file) in open.enumerated() where place != chosen {
      guard let time = file.nextTime else { continue }
      limit = limit.map { min($0, time) } ?? time
    }
    return limit
  }

  // MARK: - Folders

  private static func files(_ path: String, depth: Int) throws(CaptureFailure) -> [String] {
    guard path != "-" else { return [path] }
    var status = stat()
    // SAFETY: both outlive the call.
    guard unsafe stat(path, &status) == 0 else {
      throw CaptureFailure(.cannotOpen, path, systemMessage(errno))
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { return [path] }
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
      // SAFETY: both outlive the call.
      guard unsafe stat(child, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        found += try files(child, depth: depth + 1)
      } else if extensions.contains(where: { name.lowercased().hasSuffix($0) }) {
        found.append(child)
      }
    }
    return found
  }
}

/// What makes two paths one file.
private struct FileIdentity: Hashable {
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

  /// Whether a path is a pipe or a device rather than a file.
  static func isPipe(_ path: String) -> Bool {
    var status = stat()
    // SAFETY: both outlive the call.
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
  }
}

/// Packets of one capture that follow each other in the run.
public struct PacketRun: Sendable {
  let buffer: [UInt8]
  public let packets: ArraySlice<PacketPlace>
  /// Index of the capture in the run.
  public let capture: UInt32
  /// Packets of the capture before these.
  let numberBefore: UInt64

  /// The same packets in runs of at most `count`.
  public func parts(of count: Int) -> some Sequence<PacketRun> {
    stride(from: packets.startIndex, to: packets.endIndex, by: count).lazy.map { start in
      PacketRun(
        buffer: buffer, packets: packets[start..<min(start + count, packets.endIndex)],
        capture: capture, numberBefore: numberBefore + UInt64(start - packets.startIndex))
    }
  }

  public var firstTime: Instant? { packets.first?.time }
  public var lastTime: Instant? { packets.last?.time }
}
