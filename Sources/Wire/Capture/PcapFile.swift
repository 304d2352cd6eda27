/// The header of a classic capture file (draft-ietf-opsawg-pcap section 4), or of the variant that
/// patched versions of libpcap wrote, whose records are longer.
///
/// ```
/// | magic | major, minor | reserved | reserved | snap length | link type |
/// ```
public struct PcapHeader: Equatable, Sendable {
  /// Whether numbers are little-endian.
  public var isLittleEndian: Bool
  /// Whether fractions of a second are nanoseconds rather than microseconds.
  public var isNanosecond: Bool
  /// Octets of the header of each record: 16, or 24 in the variant.
  public var recordHeaderByteCount = PcapRecordHeader.byteCount
  public var linkType: LinkType

  public static let byteCount = 24
}

extension PcapHeader {
  /// Whether a file that begins with these four octets is a classic capture.
  public static func recognises(_ magic: UInt32) -> Bool {
    PcapHeader(magic: magic) != nil
  }

  private init?(magic: UInt32) {
    switch magic {
    case 0xA1B2_C3D4: self.init(isLittleEndian: false, isNanosecond: false, linkType: .null)
    case 0xD4C3_B2A1: self.init(isLittleEndian: true, isNanosecond: false, linkType: .null)
    case 0xA1B2_3C4D: self.init(isLittleEndian: false, isNanosecond: true, linkType: .null)
    case 0x4D3C_B2A1: self.init(isLittleEndian: true, isNanosecond: true, linkType: .null)
    // Index of the interface, protocol and direction follow the lengths in each record.
    case 0xA1B2_CD34:
      self.init(
        isLittleEndian: false, isNanosecond: false, recordHeaderByteCount: 24, linkType: .null)
    case 0x34CD_B2A1:
      self.init(
        isLittleEndian: true, isNanosecond: false, recordHeaderByteCount: 24, linkType: .null)
    default: return nil
    }
  }

  /// Reads 24 octets.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    let magic = try input.u32("magic")
    guard let header = PcapHeader(magic: magic) else {
      throw ParseFailure(.unsupported, "magic", at: 0)
    }
    self = header
    try input.skip(16, "version")
    let network = isLittleEndian ? try input.u32le("network") : try input.u32("network")
    // The upper bits carry the length of a frame check sequence, section 4.
    linkType = LinkType(rawValue: UInt16(truncatingIfNeeded: network))
  }
}

/// The header of one packet in a classic capture file (section 5).
public struct PcapRecordHeader: Equatable, Sendable {
  public var seconds: UInt32
  public var nanoseconds: UInt32
  public var capturedLength: Int
  public var originalLength: Int

  public static let byteCount = 16
}

extension PcapRecordHeader {
  /// Reads 16 octets; the packet's own octets follow.
  ///
  /// Throws `overLimit` for a captured length above ``CaptureLimits/packetByteCount`` and `malformed`
  /// for a fraction of a second above one second: both say that the file is damaged here.
  public init(
    parsing input: inout ByteReader, _ header: PcapHeader
  ) throws(ParseFailure) {
    let start = input.offset
    let little = header.isLittleEndian
    seconds = little ? try input.u32le("ts_sec") : try input.u32("ts_sec")
    let fraction = little ? try input.u32le("ts_frac") : try input.u32("ts_frac")
    guard fraction < (header.isNanosecond ? 1_000_000_000 : 1_000_000) else {
      throw ParseFailure(.malformed, "ts_frac", at: start)
    }
    nanoseconds = header.isNanosecond ? fraction : fraction * 1000
    let captured = little ? try input.u32le("incl_len") : try input.u32("incl_len")
    guard captured <= CaptureLimits.packetByteCount else {
      throw ParseFailure(.overLimit, "incl_len", at: start)
    }
    capturedLength = Int(captured)
    originalLength = Int(little ? try input.u32le("orig_len") : try input.u32("orig_len"))
  }
}

extension PcapHeader {
  /// Reads the records that are whole in `octets` from `start`, and hands each on with the place of
  /// its packet; returns where the first that is not begins.
  ///
  /// Throws as ``PcapRecordHeader``; `octets` may begin anywhere in the file.
  public func records(
    in octets: Span<UInt8>, from start: Int,
    _ body: (PcapRecordHeader, Int) -> Void
  ) -> (end: Int, failure: ParseFailure?) {
    var position = start
    while octets.count &- position >= recordHeaderByteCount {
      var input = ByteReader(octets.extracting(position..<(position &+ 16)))
      let record: PcapRecordHeader
      do {
        record = try PcapRecordHeader(parsing: &input, self)
      } catch {
        return (position, error)
      }
      let packet = position &+ recordHeaderByteCount
      guard record.capturedLength <= octets.count &- packet else { break }
      body(record, packet)
      position = packet &+ record.capturedLength
    }
    return (position, nil)
  }
}

/// Limits of capture files.
public enum CaptureLimits {
  /// The largest packet accepted: the largest snap length of the tools in use is 256 KiB; a megabyte
  /// leaves room, and more is damage.
  public static let packetByteCount = 1 << 20
  /// The largest block of a pcapng file that is looked at whole; others are passed over.
  public static let blockByteCount = 16 << 20
  /// Interfaces of one section.
  public static let interfaces = 4096
}
