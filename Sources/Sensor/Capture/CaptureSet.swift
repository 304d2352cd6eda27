public import Evidence
import Wire

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

  /// Captures that overlap in time and stay open together; beyond that many, each is opened for a
  /// block at a time, and blocks are small: descriptors are few, often 1024 for a whole process.
  private static let openLimit = 16

  /// Finds the captures of files, patterns and folders; `-` is standard input.
  ///
  /// Throws where a path does not exist, or a folder has no capture. A file that is no capture is
  /// noted in `damages`, unless it is the only one: then that is the failure.
  public init(paths given: [String]) throws(CaptureFailure) {
    var found: [String] = []
    // A file that is named twice, or by a link as well, is read once.
    var seen: Set<FileIdentity> = []
    for path in given {
      let files = try CapturePaths.captures(path)
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
        let file = try CaptureFile(
          path: path, index: UInt32(index), blockByteCount: CaptureFile.smallBlockByteCount)
        total += file.byteCount
        guard try file.hasPacket(), let first = file.packets.first else {
          if let damage = file.damage { damages.append(damage) }
          continue
        }
        try file.refuseUnsupported(first)
        waiting.append(Waiting(index: index, first: first.time))
      } catch {
        guard found.count > 1 else { throw error }
        damages.append(CaptureDamage(path: path, offset: 0, reason: error.reason))
      }
    }
    byteCount = total
    readableCount = waiting.count
    // Captures that begin together are taken in the order of the run.
    waiting.sort { ($0.first, $0.index) > ($1.first, $1.index) }
  }

  /// Octets of captures that were read so far.
  public var bytesRead: UInt64 { open.reduce(bytesClosed) { $0 + $1.bytesRead } }

  /// The next packets that one capture has before any other; nil at the end of all.
  public mutating func next() throws(CaptureFailure) -> PacketRun? {
    while true {
      let chosen = try earliest()
      guard try !openDue(before: chosen), let chosen else {
        if open.isEmpty, waiting.isEmpty { return nil }
        continue
      }
      let file = open[chosen]
      let limit = nextPlace(besides: chosen)
      let start = file.taken
      var end = start + 1
      if let limit {
        while end < file.packets.count, Place(file.packets[end].time, file.index) < limit {
          end += 1
        }
      } else {
        end = file.packets.count
      }
      file.taken = end
      return PacketRun(
        buffer: file.buffer, packets: file.packets[start..<end], capture: file.index,
        numberBefore: file.packetsBefore + UInt64(start))
    }
  }

  /// Opens the next capture where it begins before any that is open goes on; false where none does.
  private mutating func openDue(before chosen: Int?) throws(CaptureFailure) -> Bool {
    guard let due = waiting.last else { return false }
    if let chosen, let time = open[chosen].nextTime {
      guard Place(due.first, UInt32(clamping: due.index)) < Place(time, open[chosen].index) else {
        return false
      }
    }
    waiting.removeLast()
    let isOneOfMany = open.count >= CaptureSet.openLimit
    open.append(
      try CaptureFile(
        path: paths[due.index], index: UInt32(clamping: due.index),
        blockByteCount: isOneOfMany
          ? CaptureFile.smallBlockByteCount : CaptureFile.blockByteCount))
    return true
  }

  /// The place in `open` of the capture with the earliest packet; captures at their end are closed.
  private mutating func earliest() throws(CaptureFailure) -> Int? {
    var best: Int?
    var first = Place(Instant(nanoseconds: Int64.max), UInt32.max)
    var place = 0
    while place < open.count {
      let file = open[place]
      guard try file.hasPacket() else {
        if let damage = file.damage { damages.append(damage) }
        bytesClosed += file.bytesRead
        open.remove(at: place)
        continue
      }
      if open.count > CaptureSet.openLimit { file.rest() }
      let next = Place(file.packets[file.taken].time, file.index)
      if best == nil || next < first {
        best = place
        first = next
      }
      place += 1
    }
    return best
  }

  /// Where another capture goes on; nil where there is only one.
  private func nextPlace(besides chosen: Int) -> Place? {
    var limit = waiting.last.map { Place($0.first, UInt32(clamping: $0.index)) }
    for (place, file) in open.enumerated() where place != chosen {
      guard let time = file.nextTime else { continue }
      let next = Place(time, file.index)
      limit = limit.map { min($0, next) } ?? next
    }
    return limit
  }

  /// A place in the order of the run: packets of one moment in the order of their captures, however
  /// the captures are cut into blocks.
  private struct Place: Comparable {
    var time: Instant
    var index: UInt32

    init(_ time: Instant, _ index: UInt32) {
      self.time = time
      self.index = index
    }

    static func < (left: Place, right: Place) -> Bool {
      left.time == right.time ? left.index < right.index : left.time < right.time
    }
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
