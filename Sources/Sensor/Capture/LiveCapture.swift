import CPcap
import Evidence
import Wire

#if canImport(Glibc)
  import Glibc
#endif

/// Packets of a mirror port, through libpcap with TPACKET_V3.
///
/// Never in immediate mode, which loses packets and costs many times the time; non-blocking, because a
/// blocking read may never return on an idle interface. ``LiveFeed`` waits with poll and reads.
@safe public final class LiveCapture {
  // SAFETY: the handle is closed in deinit and used by nobody else; the class is not Sendable.
  private let handle: OpaquePointer
  /// What poll waits for.
  let descriptor: Int32
  private let linkType: LinkType
  private let isNanosecond: Bool
  private let options: Options
  public let interface: String
  /// What is less than was asked for, in libpcap's words; nil where nothing is.
  public let warning: String?
  /// The largest read so far: the next is expected to be like it.
  private var expectedByteCount = 0

  /// What the kernel says of a capture.
  public struct Statistics: Hashable, Sendable {
    /// Packets that passed the filter.
    public var received: UInt64 = 0
    /// Dropped by the kernel: its buffer was full.
    public var droppedByKernel: UInt64 = 0
    /// Dropped by the interface or its driver, before any filter, for all who listen.
    public var droppedByInterface: UInt64 = 0

    public init() {}
  }

  /// How to open an interface.
  public struct Options: Sendable {
    /// Octets of each packet that are captured.
    public var snapLength: Int32 = 262_144
    /// Mebibytes of the kernel's buffer; 64 took 192,000 packets a second without loss.
    public var bufferMebibytes: Int32 = 64
    public var isPromiscuous = true
    /// A filter in the language of pcap-filter(7).
    public var filter: String?

    public init() {}
  }

  /// Octets that one read returns, but for its last packet: some milliseconds of work.
  private static let batchByteCount = 1 << 20
  /// Milliseconds after which the kernel hands over a block that is not full.
  static let blockMilliseconds: Int32 = 100

  /// Opens an interface; needs CAP_NET_RAW.
  public init(interface: String, options: Options) throws(CaptureFailure) {
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    // SAFETY: libpcap writes at most PCAP_ERRBUF_SIZE octets into the buffer and keeps no pointer.
    guard let created = unsafe pcap_create(interface, &message) else {
      throw CaptureFailure(.cannotOpen, interface, text(message))
    }
    // SAFETY: `created` is valid until pcap_close; what fails below closes it first.
    _ = unsafe pcap_set_snaplen(created, options.snapLength)
    _ = unsafe pcap_set_promisc(created, options.isPromiscuous ? 1 : 0)
    _ = unsafe pcap_set_timeout(created, LiveCapture.blockMilliseconds)
    _ = unsafe pcap_set_buffer_size(created, options.bufferMebibytes << 20)
    _ = unsafe pcap_set_tstamp_precision(created, PCAP_TSTAMP_PRECISION_NANO)
    let status = unsafe pcap_activate(created)
    let words = unsafe String(cString: pcap_geterr(created))
    guard status >= 0, unsafe pcap_setnonblock(created, 1, &message) == 0 else {
      unsafe pcap_close(created)
      throw CaptureFailure(.cannotOpen, interface, LiveCapture.reason(status, words, interface))
    }
    linkType = LinkType(rawValue: UInt16(truncatingIfNeeded: unsafe pcap_datalink(created)))
    let refusal: CaptureFailure? =
      if !linkType.isSupported {
        CaptureFailure(
          .cannotOpen, interface, "its link type \(linkType.rawValue) is not supported")
      } else if let filter = options.filter {
        unsafe LiveCapture.setFilter(filter, created).map { reason in
          CaptureFailure(.badFilter, "'\(filter)'", reason)
        }
      } else {
        nil
      }
    if let refusal {
      unsafe pcap_close(created)
      throw refusal
    }
    unsafe handle = created
    descriptor = unsafe pcap_get_selectable_fd(created)
    isNanosecond = unsafe pcap_get_tstamp_precision(created) == PCAP_TSTAMP_PRECISION_NANO
    warning = status > 0 ? words : nil
    self.interface = interface
    self.options = options
  }

  deinit { unsafe pcap_close(handle) }

  /// What is written about the interface in a recording.
  public var described: RecordedInterface {
    RecordedInterface(
      name: interface, linkType: linkType.rawValue,
      snapLength: UInt32(clamping: options.snapLength),
      isNanosecond: isNanosecond, filter: options.filter)
  }

  /// Why an interface could not be opened, and what to do.
  private static func reason(_ status: Int32, _ words: String, _ interface: String) -> String {
    switch status {
    case PCAP_ERROR_NO_SUCH_DEVICE:
      "there is no such interface; there are \(Interfaces.names.joined(separator: ", "))"
    case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED:
      "no right to capture; run as root, or give the program CAP_NET_RAW "
        + "(setcap cap_net_raw+ep crosswatch)"
    case PCAP_ERROR_IFACE_NOT_UP:
      "the interface is down; 'ip link set \(interface) up' brings it up"
    default:
      words
    }
  }

  /// Compiles and sets a filter; returns the reason where that fails.
  private static func setFilter(_ filter: String, _ handle: OpaquePointer) -> String? {
    var program = unsafe bpf_program()
    // SAFETY: the program is freed below; libpcap copies it.
    guard
      unsafe pcap_compile(handle, &program, filter, 1, bpf_u_int32(PCAP_NETMASK_UNKNOWN)) == 0
    else { return unsafe String(cString: pcap_geterr(handle)) }
    let result = unsafe pcap_setfilter(handle, &program)
    unsafe pcap_freecode(&program)
    return result == 0 ? nil : unsafe String(cString: pcap_geterr(handle))
  }

  /// What the kernel has, up to ``batchByteCount``; does not wait.
  ///
  /// `isEmpty` says that nothing was left. Throws where the interface cannot be read any more.
  func read() throws(CaptureFailure) -> (batch: LiveMerge.Batch, isEmpty: Bool) {
    var batch = LiveMerge.Batch(buffer: [], packets: [], arrival: monotonicNanoseconds())
    // Batches may be kept for a while: they must not be much larger than what is in them.
    batch.buffer.reserveCapacity(expectedByteCount)
    var isEmpty = false
    while batch.buffer.count < LiveCapture.batchByteCount {
      // SAFETY: libpcap sets both pointers where it returns 1; they hold until the next call.
      var header: UnsafeMutablePointer<pcap_pkthdr>?
      var octets: UnsafePointer<UInt8>?
      let result = unsafe pcap_next_ex(handle, &header, &octets)
      if result == 0 {
        isEmpty = true
        break
      }
      guard result == 1, let header = unsafe header, let octets = unsafe octets else {
        // What came before is still delivered: the next call says again what is wrong.
        if !batch.packets.isEmpty { break }
        throw CaptureFailure(
          .cannotRead, interface, unsafe String(cString: pcap_geterr(handle)))
      }
      let found = unsafe header.pointee
      let fraction = Int64(found.ts.tv_usec) * (isNanosecond ? 1 : 1000)
      batch.packets.append(
        PacketPlace(
          time: Instant(seconds: Int64(found.ts.tv_sec), nanoseconds: fraction),
          offset: batch.buffer.count, capturedLength: Int(found.caplen),
          originalLength: Int(found.len), linkType: linkType))
      unsafe batch.buffer.append(
        contentsOf: UnsafeBufferPointer(start: octets, count: Int(found.caplen)))
    }
    expectedByteCount = min(batch.buffer.count + batch.buffer.count / 8, 2 << 20)
    return (batch, isEmpty)
  }

  /// What the kernel received and dropped so far; nil where it says nothing: the interface is gone.
  func statistics() -> Statistics? {
    var found = pcap_stat()
    // SAFETY: the structure outlives the call.
    guard unsafe pcap_stats(handle, &found) == 0 else { return nil }
    var statistics = Statistics()
    statistics.received = UInt64(found.ps_recv)
    statistics.droppedByKernel = UInt64(found.ps_drop)
    statistics.droppedByInterface = UInt64(found.ps_ifdrop)
    return statistics
  }
}

/// The text of a buffer that ends in zero.
private func text(_ buffer: [CChar]) -> String {
  String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
