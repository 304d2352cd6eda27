import CPcap
import Evidence
import Wire

#if canImport(Glibc)
  import Glibc
#endif

/// Packets of a mirror port, through libpcap with TPACKET_V3.
///
/// Never in immediate mode, which loses packets and costs many times the time; non-blocking with
/// poll, because a blocking read may never return on an idle interface.
@safe public final class LiveCapture {
  // SAFETY: the handle is closed in deinit and used by nobody else; the class is not Sendable.
  private let handle: OpaquePointer
  private let descriptor: Int32
  private let linkType: LinkType
  private let isNanosecond: Bool
  public let interface: String
  private let index: UInt32
  private var packetsBefore: UInt64 = 0

  /// What the kernel says of a capture.
  public struct Statistics: Hashable, Sendable {
    public var received: UInt64
    /// Dropped by the kernel: its buffer was full.
    public var droppedByKernel: UInt64
    /// Dropped by the interface or its driver.
    public var droppedByInterface: UInt64
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

  /// Octets that one read returns at most.
  private static let batchByteCount = 4 << 20

  /// Opens an interface; needs CAP_NET_RAW.
  public init(interface: String, index: UInt32, options: Options) throws(CaptureFailure) {
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    // SAFETY: libpcap writes at most PCAP_ERRBUF_SIZE octets into the buffer and keeps no pointer.
    guard let created = unsafe pcap_create(interface, &message) else {
      throw CaptureFailure(.cannotOpen, interface, text(message))
    }
    // SAFETY: `created` is valid until pcap_close; what fails below closes it first.
    _ = unsafe pcap_set_snaplen(created, options.snapLength)
    _ = unsafe pcap_set_promisc(created, options.isPromiscuous ? 1 : 0)
    _ = unsafe pcap_set_timeout(created, 100)
    _ = unsafe pcap_set_buffer_size(created, options.bufferMebibytes << 20)
    _ = unsafe pcap_set_tstamp_precision(created, PCAP_TSTAMP_PRECISION_NANO)
    guard unsafe pcap_activate(created) >= 0, unsafe pcap_setnonblock(created, 1, &message) == 0
    else {
      let reason = unsafe String(cString: pcap_geterr(created))
      unsafe pcap_close(created)
      throw CaptureFailure(.cannotOpen, interface, reason)
    }
    if let filter = options.filter, let reason = unsafe LiveCapture.setFilter(filter, created) {
      unsafe pcap_close(created)
      throw CaptureFailure(.cannotOpen, interface, "filter \(filter): \(reason)")
    }
    unsafe handle = created
    descriptor = unsafe pcap_get_selectable_fd(created)
    linkType = LinkType(rawValue: UInt16(truncatingIfNeeded: unsafe pcap_datalink(created)))
    isNanosecond = unsafe pcap_get_tstamp_precision(created) == PCAP_TSTAMP_PRECISION_NANO
    self.interface = interface
    self.index = index
  }

  deinit { unsafe pcap_close(handle) }

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

  /// Waits for packets at most that long, and returns what came; nil where nothing did.
  public func next(waitingMilliseconds: Int32) throws(CaptureFailure) -> PacketRun? {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // SAFETY: one structure, which outlives the call.
    _ = unsafe poll(&waiting, 1, waitingMilliseconds)
    var buffer: [UInt8] = []
    var packets: [PacketPlace] = []
    while buffer.count < LiveCapture.batchByteCount {
      // SAFETY: libpcap sets both pointers where it returns 1; they hold until the next call.
      var header: UnsafeMutablePointer<pcap_pkthdr>?
      var octets: UnsafePointer<UInt8>?
      let result = unsafe pcap_next_ex(handle, &header, &octets)
      if result == 0 { break }
      guard result == 1, let header = unsafe header, let octets = unsafe octets else {
        throw CaptureFailure(
          .cannotRead, interface, unsafe String(cString: pcap_geterr(handle)))
      }
      let found = unsafe header.pointee
      let fraction = Int64(found.ts.tv_usec) * (isNanosecond ? 1 : 1000)
      packets.append(
        PacketPlace(
          time: Instant(seconds: Int64(found.ts.tv_sec), nanoseconds: fraction),
          offset: buffer.count, capturedLength: Int(found.caplen),
          originalLength: Int(found.len), linkType: linkType))
      unsafe buffer.append(
        contentsOf: UnsafeBufferPointer(start: octets, count: Int(found.caplen)))
    }
    guard !packets.isEmpty else { return nil }
    let before = packetsBefore
    packetsBefore += UInt64(packets.count)
    return PacketRun(
      buffer: buffer, packets: packets[...], capture: index, numberBefore: before)
  }

  /// What the kernel received and dropped so far.
  public func statistics() -> Statistics {
    var found = pcap_stat()
    // SAFETY: the structure outlives the call.
    guard unsafe pcap_stats(handle, &found) == 0 else {
      return Statistics(received: 0, droppedByKernel: 0, droppedByInterface: 0)
    }
    return Statistics(
      received: UInt64(found.ps_recv), droppedByKernel: UInt64(found.ps_drop),
      droppedByInterface: UInt64(found.ps_ifdrop))
  }
}

/// The text of a buffer that ends in zero.
private func text(_ buffer: [CChar]) -> String {
  String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
