extension DCERPC {
  /// A packet of the connectionless protocol, version 4 over UDP: its header and where its body
  /// lies.
  ///
  /// ```
  ///  0  rpc_vers (4)   1  ptype   2  flags1   3  flags2
  ///  4  drep, 3 octets 7  serial_hi
  ///  8  object        24  if_id  40  act_id
  /// 56  server_boot   60  if_vers            64  seqnum
  /// 68  opnum         70  ihint  72  ahint   74  len    76  fragnum
  /// 78  auth_proto    79  serial_lo
  /// ```
  /// C706 section 12.5.1.
  public struct Datagram: Equatable, Sendable {
    public var kind: DatagramKind
    public var flags: UInt8
    public var isLittleEndian: Bool
    public var object: GUID
    public var interface: GUID
    public var activity: GUID
    public var sequence: UInt32
    public var operation: UInt16
    public var fragment: UInt16
    /// The security provider; zero is none.
    public var authentication: UInt8
    /// What follows the header.
    public var body: ByteRange

    public static let byteCount = 80

    /// Whether it is one fragment of several (C706 section 12.5.1, flags 1 bits 1 and 2).
    public var isFragment: Bool { flags & 0x06 != 0 }
  }

  /// What a packet of the connectionless protocol is (C706 section 12.1).
  public struct DatagramKind: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let request = DatagramKind(rawValue: 0)
    public static let response = DatagramKind(rawValue: 2)
    public static let fault = DatagramKind(rawValue: 3)
    public static let reject = DatagramKind(rawValue: 6)

    /// C706's name in lower case; nil for a number that the connectionless protocol lacks.
    public var name: StaticString? {
      switch rawValue {
      case 0: "request"
      case 1: "ping"
      case 2: "response"
      case 3: "fault"
      case 4: "working"
      case 5: "nocall"
      case 6: "reject"
      case 7: "ack"
      case 8: "cl_cancel"
      case 9: "fack"
      case 10: "cancel_ack"
      default: nil
      }
    }
  }
}

extension DCERPC.Datagram {
  /// Reads 80 octets; a version other than 4 is `unsupported`.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    let start = input.offset
    guard try input.u8("rpc_vers") == 4 else {
      throw ParseFailure(.unsupported, "rpc_vers", at: start)
    }
    kind = DCERPC.DatagramKind(rawValue: try input.u8("ptype"))
    flags = try input.u8("flags1")
    try input.skip(1, "flags2")
    let order = try input.u8("drep") & 0x10 != 0
    isLittleEndian = order
    try input.skip(3, "drep")
    object = try GUID(parsing: &input, isLittleEndian: order, "object")
    interface = try GUID(parsing: &input, isLittleEndian: order, "if_id")
    activity = try GUID(parsing: &input, isLittleEndian: order, "act_id")
    try input.skip(8, "server_boot")
    sequence = try input.u32("seqnum", order)
    operation = try input.u16("opnum", order)
    try input.skip(4, "ihint")
    let length = try input.u16("len", order)
    fragment = try input.u16("fragnum", order)
    authentication = try input.u8("auth_proto")
    try input.skip(1, "serial_lo")
    body = ByteRange(offset: input.position, count: Int(length))
  }

  /// The status of a fault or a reject (C706 sections 12.5.3.5 and 12.5.3.9), whose body it is.
  public func status(in packet: borrowing ByteReader) throws(ParseFailure) -> UInt32 {
    var body = try packet.slice(at: Self.byteCount, count: 4, "status")
    return try body.u32("status", isLittleEndian)
  }

  /// Whether the octets at the cursor look like such a packet: the version, a known kind, flags and
  /// formats that C706 sections 12.5.1 and 14.1 define, and a body that is there.
  public static func isPlausible(_ input: borrowing ByteReader) -> Bool {
    guard input.remaining >= byteCount, input.peek(0) == 4, let kind = input.peek(1),
      DCERPC.DatagramKind(rawValue: kind).name != nil, let flags = input.peek(3),
      flags & 0xFC == 0, let order = input.peek(4), order & 0xEE == 0, let format = input.peek(5),
      format <= 3, let first = input.peek(74), let second = input.peek(75)
    else { return false }
    let low = order & 0x10 != 0 ? first : second
    let high = order & 0x10 != 0 ? second : first
    return Int(high) << 8 | Int(low) <= input.remaining - byteCount
  }
}
