import Evidence
import Wire

/// A packet's place in the buffer of its capture, and its time.
public struct PacketPlace: Sendable {
  var time: Instant
  /// Octets from the start of the buffer.
  var offset: Int
  var capturedLength: Int
  var originalLength: Int
  var linkType: LinkType
}

/// One capture, read block by block: pcap or pcapng, either byte order, micro- or nanoseconds, plain
/// or compressed.
///
/// ``fill()`` reads a block and finds the packets that are whole in it; they stay valid until the
/// next call.
final class CaptureFile {
  let path: String
  /// Index of the capture in the run.
  let index: UInt32
  private var source: BlockSource
  /// Whether it was opened as one that grows.
  private let isOpenedGrowing: Bool
  private var format = Format.unknown
  /// Octets of the file; zero where not known.
  let byteCount: UInt64

  /// The block that was read; packets lie in its first `bufferCount` octets.
  private(set) var buffer: [UInt8]
  private(set) var bufferCount = 0
  /// Packets that are whole in the buffer.
  private(set) var packets: [PacketPlace] = []
  /// How many of them were taken.
  var taken = 0
  /// Packets before those in the buffer.
  private(set) var packetsBefore: UInt64 = 0
  /// Octets of the file before the buffer.
  private var bufferOffset: UInt64 = 0
  /// Where parsing goes on in the buffer.
  private var position = 0
  /// Octets of a large block without packets that have yet to come.
  private var toPassOver = 0
  /// The time of the last packet that has one.
  private var lastTime = Instant(nanoseconds: 0)
  private var isAtEnd = false
  private(set) var damage: CaptureDamage?
  /// The link type of an interface whose packets cannot be read, where there is one.
  private(set) var unsupportedLinkType: LinkType?

  private enum Format {
    case unknown
    case pcap(PcapHeader)
    case pcapng(PcapngSection)
  }

  /// Octets of a block: large enough that the calls cost nothing, small enough that packets are
  /// still in a core's own cache when they are read.
  static let blockByteCount = 1 << 18

  /// The same where many captures are read by turns, or only the beginning is.
  static let smallBlockByteCount = 1 << 16

  /// Opens a capture; one that is growing has no end, only a place where nothing has come yet.
  init(
    path: String, index: UInt32, blockByteCount: Int = CaptureFile.blockByteCount,
    isGrowing: Bool = false
  ) throws(CaptureFailure) {
    self.path = path
    self.index = index
    isOpenedGrowing = isGrowing
    source = try BlockSource(path: path, isGrowing: isGrowing)
    byteCount = source.byteCount()
    buffer = Array(repeating: 0, count: blockByteCount)
  }

  /// Whether more may come after the end.
  private var isGrowing: Bool { isOpenedGrowing && !source.isOver }

  /// Whether nothing more is to come: the end was read, or damage was found.
  var isOver: Bool { isAtEnd && taken >= packets.count }

  /// Octets of the file that were taken in.
  var bytesRead: UInt64 {
    source.isCompressed ? source.bytesTaken : bufferOffset + UInt64(position)
  }

  /// What makes the file this one and no other.
  var identity: FileIdentity { source.identity }

  /// Whether it is a file, rather than a pipe.
  var isRegular: Bool { source.isRegular }

  /// Octets that the file has now, and how many of them were read.
  var growth: (byteCount: UInt64, read: UInt64) { (source.byteCount(), source.bytesTaken) }

  /// Closes the file until it is read again.
  func rest() { source.rest() }

  /// Says that a growing file has come to its end: nothing more will be written to it.
  func endGrowth() {
    noteEnd()
    isAtEnd = true
  }

  /// Throws where the capture's first packet is of a link type that nothing is known of.
  func refuseUnsupported(_ first: PacketPlace) throws(CaptureFailure) {
    guard let type = unsupportedLinkType, first.linkType == type else { return }
    throw CaptureFailure(
      .notACapture, path,
      "link type \(type.rawValue) is not supported; record on an Ethernet or IP interface")
  }

  /// When the next packet in the buffer was; nil where none is left.
  var nextTime: Instant? { taken < packets.count ? packets[taken].time : nil }

  /// Whether the buffer holds a packet that was not taken; reads on where it does not.
  func hasPacket() throws(CaptureFailure) -> Bool {
    while taken >= packets.count {
      guard try fill() else { return false }
    }
    return true
  }

  /// Reads on; false at the end of the file or where damage begins.
  private func fill() throws(CaptureFailure) -> Bool {
    packetsBefore += UInt64(packets.count)
    packets.removeAll(keepingCapacity: true)
    taken = 0
    guard !isAtEnd else { return false }
    dropParsed()
    if bufferCount == buffer.count {
      // One packet or block is larger than the buffer; its length was checked against the limit.
      buffer.append(contentsOf: repeatElement(0, count: buffer.count))
    }
    let count = try source.read(into: &buffer, at: bufferCount)
    if toPassOver > 0 {
      let passed = min(toPassOver, count)
      toPassOver -= passed
      position += passed
    }
    bufferCount += count
    if case .unknown = format {
      if count == 0, isGrowing { return false }
      guard try recogniseFormat(isLast: count == 0) else { return true }
    }
    do {
      try parseBuffer()
    } catch {
      stop("\(error.field) is \(error.reason == .overLimit ? "too large" : "damaged")")
      return !packets.isEmpty
    }
    guard count == 0 else { return true }
    if !isGrowing {
      noteEnd()
      isAtEnd = true
    }
    return !packets.isEmpty
  }

  /// Looks whether the file ends where a packet and the compressed data do.
  private func noteEnd() {
    guard damage == nil else { return }
    source.finish()
    if let reason = source.damage {
      damage = CaptureDamage(path: path, offset: source.bytesTaken, reason: reason)
    } else if position < bufferCount || toPassOver > 0 {
      stop("the file ends inside a packet")
    }
  }

  /// Moves what is not parsed yet to the front of the buffer.
  private func dropParsed() {
    guard position > 0 else { return }
    let rest = bufferCount - position
    // Through a local: each access to the state of a class is checked.
    var octets: [UInt8] = []
    swap(&octets, &buffer)
    for index in 0..<rest { octets[index] = octets[position + index] }
    swap(&octets, &buffer)
    bufferOffset += UInt64(position)
    bufferCount = rest
    position = 0
  }

  private func stop(_ reason: String) {
    damage = CaptureDamage(path: path, offset: bufferOffset + UInt64(position), reason: reason)
    isAtEnd = true
  }

  // MARK: - Formats

  /// Finds the format in the first octets; false while there are too few of them.
  private func recogniseFormat(isLast: Bool) throws(CaptureFailure) -> Bool {
    if isLast {
      source.finish()
      if let reason = source.damage, bufferCount < PcapHeader.byteCount {
        throw CaptureFailure(.notACapture, path, reason)
      }
    }
    guard bufferCount > 0 || !isLast else {
      throw CaptureFailure(.notACapture, path, "the file is empty")
    }
    guard bufferCount >= PcapHeader.byteCount else {
      guard isLast else { return false }
      throw CaptureFailure(.notACapture, path, "it has only \(bufferCount) octets")
    }
    do {
      var input = ByteReader(buffer.span.extracting(0..<bufferCount))
      let magic = try input.u32("magic")
      if PcapHeader.recognises(magic) {
        var whole = ByteReader(buffer.span.extracting(0..<bufferCount))
        let header = try PcapHeader(parsing: &whole)
        if !header.linkType.isSupported { unsupportedLinkType = header.linkType }
        format = .pcap(header)
        position = PcapHeader.byteCount
        return true
      }
      if magic == PcapngBlockHeader.Kind.sectionHeader.rawValue {
        try input.skip(4, "Block Total Length")
        format = .pcapng(try PcapngSection(byteOrderMagic: try input.u32("Byte-Order Magic")))
        return true
      }
    } catch {
      throw CaptureFailure(.notACapture, path, "\(error)")
    }
    throw CaptureFailure(.notACapture, path, "it begins like neither pcap nor pcapng")
  }

  /// Takes in every packet that is whole in the buffer.
  private func parseBuffer() throws(ParseFailure) {
    let octets = buffer
    let span = octets.span.extracting(0..<bufferCount)
    switch format {
    case .unknown: return
    case .pcap(let header):
      // Kept apart while it grows: each access to the state of a class is checked.
      var found: [PacketPlace] = []
      swap(&found, &packets)
      let (end, failure) = header.records(in: span, from: position) { record, offset in
        found.append(
          PacketPlace(
            time: Instant(
              seconds: Int64(record.seconds), nanoseconds: Int64(record.nanoseconds)),
            offset: offset, capturedLength: record.capturedLength,
            originalLength: max(record.originalLength, record.capturedLength),
            linkType: header.linkType))
      }
      swap(&found, &packets)
      position = end
      if let failure { throw failure }
    case .pcapng(var section):
      while try parseBlock(span, &section) {}
      format = .pcapng(section)
    }
  }

  /// Takes in the next block; false where it is not whole in the buffer.
  private func parseBlock(
    _ buffered: Span<UInt8>, _ section: inout PcapngSection
  ) throws(ParseFailure) -> Bool {
    // A section header may change the byte order, which follows its own length: 12 octets tell.
    guard bufferCount - position >= 12 else { return false }
    let span = buffered.extracting(position..<bufferCount)
    var input = ByteReader(span)
    var probe = ByteReader(span)
    if try probe.u32("Block Type") == PcapngBlockHeader.Kind.sectionHeader.rawValue {
      try probe.skip(4, "Block Total Length")
      section = try PcapngSection(byteOrderMagic: try probe.u32("Byte-Order Magic"))
    }
    let block = try PcapngBlockHeader(parsing: &input, isLittleEndian: section.isLittleEndian)
    guard block.totalLength <= CaptureLimits.blockByteCount else {
      // No packet: it is passed over as it comes, and never held.
      toPassOver = block.totalLength - span.count
      position = bufferCount
      return false
    }
    guard block.totalLength <= span.count else { return false }
    var whole = ByteReader(span.extracting(0..<block.totalLength))
    if block.type == .interfaceDescription {
      try section.addInterface(parsing: &whole)
      if let last = section.interfaces.last, !last.linkType.isSupported {
        unsupportedLinkType = last.linkType
      }
    } else if let packet = try section.packet(parsing: &whole, block.type) {
      // Simple packets have no time: nothing says that they were not seen with those before.
      if packet.hasTime {
        lastTime = Instant(seconds: packet.seconds, nanoseconds: Int64(packet.nanoseconds))
      }
      packets.append(
        PacketPlace(
          time: lastTime,
          offset: position + packet.offset, capturedLength: packet.capturedLength,
          originalLength: max(packet.originalLength, packet.capturedLength),
          linkType: packet.linkType))
    }
    position += block.totalLength
    return true
  }
}
