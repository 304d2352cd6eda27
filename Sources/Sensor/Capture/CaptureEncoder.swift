import Evidence

/// An interface as a recording describes it.
public struct RecordedInterface: Hashable, Sendable {
  public var name: String
  /// The link type, by the registry of the tcpdump group.
  public var linkType: UInt16
  /// Octets of each packet that were captured; zero for all.
  public var snapLength: UInt32
  public var isNanosecond: Bool
  public var filter: String?

  public init(
    name: String, linkType: UInt16, snapLength: UInt32 = 0, isNanosecond: Bool = true,
    filter: String? = nil
  ) {
    self.name = name
    // libpcap numbers raw IP as the system does; files have it under the number of the registry.
    self.linkType = [12, 14].contains(linkType) ? 101 : linkType
    self.snapLength = snapLength
    self.isNanosecond = isNanosecond
    self.filter = filter
  }
}

/// Octets of a capture that is written: pcapng (draft-ietf-opsawg-pcapng) or classic pcap
/// (draft-ietf-opsawg-pcap), little-endian.
struct CaptureEncoder {
  enum Format: Sendable {
    case pcapng
    /// One link type for all packets, one resolution, no comments.
    case pcap

    /// The format that a file's name asks for: pcap where it ends so, otherwise pcapng.
    init(path: String) {
      self =
        path.lowercased().hasSuffix(".pcap") || path.lowercased().hasSuffix(".cap")
        ? .pcap : .pcapng
    }
  }

  private let format: Format
  private let interfaces: [RecordedInterface]
  private(set) var bytes: [UInt8] = []

  /// What writes the file (shb_userappl).
  private static let application = "crosswatch 0.1.0"

  init(_ format: Format, _ interfaces: [RecordedInterface]) {
    self.format = format
    self.interfaces = interfaces
  }

  /// Forgets what was encoded, and keeps the memory.
  mutating func reset() { bytes.removeAll(keepingCapacity: true) }

  /// The start of a file: everything before the first packet.
  mutating func begin(comment: String? = nil) {
    guard format == .pcapng else { return beginClassic() }
    block(0x0A0D_0D0A) { encoder in
      encoder.u32(0x1A2B_3C4D)
      encoder.u16(1)
      encoder.u16(0)
      // The length of the section is not known: section 4.1.
      encoder.u64(UInt64.max)
      if let comment { encoder.option(1, comment) }
      encoder.option(4, CaptureEncoder.application)
      encoder.endOptions()
    }
    for interface in interfaces {
      block(1) { encoder in
        encoder.u16(interface.linkType)
        encoder.u16(0)
        encoder.u32(interface.snapLength)
        encoder.option(2, interface.name)
        encoder.option(9, [interface.isNanosecond ? 9 : 6])
        if let filter = interface.filter { encoder.option(11, [0] + Array(filter.utf8)) }
        encoder.endOptions()
      }
    }
  }

  /// Section 4 of the classic format; the first interface stands for all.
  private mutating func beginClassic() {
    let interface = interfaces.first
    u32(interface?.isNanosecond == false ? 0xA1B2_C3D4 : 0xA1B2_3C4D)
    u16(2)
    u16(4)
    u64(0)
    let snapLength = interfaces.map(\.snapLength).max() ?? 0
    u32(snapLength == 0 ? 262_144 : snapLength)
    u32(UInt32(interface?.linkType ?? 1))
  }

  /// A packet: an enhanced packet block (section 4.3) or a record.
  mutating func add(
    _ octets: ArraySlice<UInt8>, _ packet: PacketPlace, interface: Int, comments: [String] = []
  ) {
    let nanoseconds = max(0, packet.time.nanoseconds)
    let units = isNanosecond(interface) ? nanoseconds : nanoseconds / 1000
    guard format == .pcapng else {
      let second: Int64 = isNanosecond(0) ? 1_000_000_000 : 1_000_000
      let time = isNanosecond(0) ? nanoseconds : nanoseconds / 1000
      u32(UInt32(truncatingIfNeeded: time / second))
      u32(UInt32(truncatingIfNeeded: time % second))
      u32(UInt32(clamping: octets.count))
      u32(UInt32(clamping: packet.originalLength))
      bytes.append(contentsOf: octets)
      return
    }
    block(6) { encoder in
      encoder.u32(UInt32(clamping: interface))
      encoder.u32(UInt32(truncatingIfNeeded: units >> 32))
      encoder.u32(UInt32(truncatingIfNeeded: units))
      encoder.u32(UInt32(clamping: octets.count))
      encoder.u32(UInt32(clamping: packet.originalLength))
      encoder.bytes.append(contentsOf: octets)
      encoder.pad()
      for comment in comments { encoder.option(1, comment) }
      if !comments.isEmpty { encoder.endOptions() }
    }
  }

  /// What the kernel says of an interface at the end (section 4.6, interface statistics).
  mutating func add(_ report: LiveFeed.InterfaceReport, interface: Int, at time: Instant) {
    guard format == .pcapng else { return }
    let units = isNanosecond(interface) ? time.nanoseconds : time.nanoseconds / 1000
    block(5) { encoder in
      encoder.u32(UInt32(clamping: interface))
      encoder.u32(UInt32(truncatingIfNeeded: units >> 32))
      encoder.u32(UInt32(truncatingIfNeeded: units))
      encoder.option(4, number: report.statistics.received)
      encoder.option(5, number: report.statistics.droppedByInterface)
      encoder.option(7, number: report.statistics.droppedByKernel)
      encoder.endOptions()
    }
  }

  private func isNanosecond(_ interface: Int) -> Bool {
    interface < interfaces.count ? interfaces[interface].isNanosecond : true
  }

  // MARK: - Parts

  /// A block: its type, its length before and after (section 3.1).
  private mutating func block(_ type: UInt32, _ body: (inout CaptureEncoder) -> Void) {
    let start = bytes.count
    u32(type)
    u32(0)
    body(&self)
    let length = UInt32(clamping: bytes.count - start + 4)
    u32(length)
    for octet in 0..<4 {
      bytes[start + 4 + octet] = UInt8(truncatingIfNeeded: length >> UInt32(8 * octet))
    }
  }

  private mutating func option(_ code: UInt16, _ text: String) {
    // The length of an option is 16 bits wide; a text is cut between characters.
    var text = text
    while text.utf8.count > 60_000 { text = String(text.prefix(text.count * 9 / 10)) }
    option(code, Array(text.utf8))
  }

  private mutating func option(_ code: UInt16, _ value: [UInt8]) {
    u16(code)
    u16(UInt16(clamping: value.count))
    bytes.append(contentsOf: value)
    pad()
  }

  private mutating func option(_ code: UInt16, number: UInt64) {
    u16(code)
    u16(8)
    u64(number)
  }

  private mutating func endOptions() { u32(0) }

  private mutating func pad() {
    while bytes.count % 4 != 0 { bytes.append(0) }
  }

  private mutating func u16(_ value: UInt16) {
    bytes.append(UInt8(truncatingIfNeeded: value))
    bytes.append(UInt8(truncatingIfNeeded: value >> 8))
  }

  private mutating func u32(_ value: UInt32) {
    u16(UInt16(truncatingIfNeeded: value))
    u16(UInt16(truncatingIfNeeded: value >> 16))
  }

  private mutating func u64(_ value: UInt64) {
    u32(UInt32(truncatingIfNeeded: value))
    u32(UInt32(truncatingIfNeeded: value >> 32))
  }
}
