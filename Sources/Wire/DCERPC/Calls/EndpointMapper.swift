/// Arguments of ept_map: on which port does an interface listen? (C706 appendix O, MS-RPCE section
/// 2.2.1.2.5).
public enum EndpointMapper {
  /// Limits of the parsers.
  public enum Limits {
    /// Towers of one answer: clients ask for four, servers have a few hundred endpoints.
    public static let towers = 500
    /// Floors of one tower: five with TCP, a sixth with HTTP proxies.
    public static let floors = 10
  }

  /// Interface, encoding and address of one endpoint (C706 appendix I).
  public struct Tower: Equatable, Sendable {
    public var interface: DCERPC.Syntax?
    public var transferSyntax: DCERPC.Syntax?
    public var tcpPort: UInt16?
    public var udpPort: UInt16?
    /// Four octets, the first highest.
    public var ipv4Address: UInt32?
    public var namedPipe: String?

    public init() {}
  }

  /// ept_map, opnum 3.
  public struct MapRequest: Equatable, Sendable {
    public var object: GUID?
    public var tower: Tower
  }

  /// The answer of opnum 3.
  public struct MapResponse: Equatable, Sendable {
    public var towers: [Tower]
    public var status: UInt32
  }
}

extension EndpointMapper.MapRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    object = try input.pointer("object") ? try input.guid("object") : nil
    tower = EndpointMapper.Tower()
    if try input.pointer("map_tower") { tower = try input.tower() }
  }
}

extension EndpointMapper.MapResponse {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    towers = []
    _ = try input.handle("entry_handle")
    _ = try input.u32("num_towers")
    let count = try input.varyingCount(ofOctets: 4, "towers")
    guard count <= EndpointMapper.Limits.towers else {
      throw ParseFailure(.overLimit, "num_towers", at: input.input.offset)
    }
    var present = 0
    for _ in 0..<count where try input.pointer("towers") { present += 1 }
    for _ in 0..<present { towers.append(try input.tower()) }
    status = try input.u32("status")
  }
}

extension NDRReader {
  /// A `twr_t`: its conformance, its length, its octets.
  fileprivate mutating func tower() throws(ParseFailure) -> EndpointMapper.Tower {
    let count = try elementCount(ofOctets: 1, "tower_length")
    _ = try u32("tower_length")
    var octets = try input.take(count, "tower_octet_string")
    return try EndpointMapper.Tower(parsing: &octets)
  }
}

extension EndpointMapper.Tower {
  /// Reads the floors: numbers are little-endian here whatever the sender's order, addresses and
  /// ports big-endian (C706 appendix L).
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    self.init()
    let count = Int(try input.u16le("floor_count"))
    guard count <= EndpointMapper.Limits.floors else {
      throw ParseFailure(.overLimit, "floor_count", at: input.offset)
    }
    for _ in 0..<count {
      var left = try input.take(Int(try input.u16le("lhs_length")), "lhs")
      var right = try input.take(Int(try input.u16le("rhs_length")), "rhs")
      guard !left.isAtEnd else { continue }
      try read(try left.u8("protocol_id"), &left, &right)
    }
  }

  private mutating func read(
    _ identifier: UInt8, _ left: inout ByteReader, _ right: inout ByteReader
  ) throws(ParseFailure) {
    switch identifier {
    case 0x0D:
      let id = try GUID(parsing: &left, "uuid")
      let major = try left.u16le("version")
      let minor = right.remaining >= 2 ? try right.u16le("version") : 0
      let syntax = DCERPC.Syntax(id: id, major: major, minor: minor)
      if interface == nil { interface = syntax } else { transferSyntax = syntax }
    case 0x07 where right.remaining >= 2: tcpPort = try right.u16("port")
    case 0x08 where right.remaining >= 2: udpPort = try right.u16("port")
    case 0x09 where right.remaining >= 4: ipv4Address = try right.u32("host")
    case 0x0F: namedPipe = right.utf8ToZero()
    // Others name NetBIOS, HTTP and local transports, which we do not follow.
    default: break
    }
  }
}
