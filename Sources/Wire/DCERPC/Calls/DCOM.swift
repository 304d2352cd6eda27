/// Arguments of DCOM's activation and of its interface requests (MS-DCOM section 3.1.2.5).
public enum DCOM {
  /// RemoteActivation of IActivation, opnum 0.
  public struct ActivationRequest: Equatable, Sendable {
    public var classID: GUID
    public var interfaces: [GUID]
  }

  /// RemoteGetClassObject and RemoteCreateInstance of IRemoteSCMActivator, opnums 3 and 4: what
  /// the activation properties say (MS-DCOM section 2.2.22).
  public struct CreateInstanceRequest: Equatable, Sendable {
    /// Nil where the properties hold no instantiation.
    public var classID: GUID?
    public var interfaces: [GUID]
  }

  /// RemQueryInterface of IRemUnknown and IRemUnknown2, opnum 3.
  public struct QueryInterfaceRequest: Equatable, Sendable {
    public var object: GUID
    public var interfaces: [GUID]
  }

  /// Limits of the parsers.
  public enum Limits {
    /// Interfaces of one request: MS-DCOM section 2.2.28.1 allows 0x8000; clients ask for one or
    /// two.
    public static let interfaces = 256
    /// Properties of one activation: six exist, in both directions (MS-DCOM section 2.2.22.2).
    public static let properties = 16
    /// Extensions in an ORPCTHIS: two exist (MS-DCOM section 2.2.21).
    public static let extensions = 16
  }
}

extension NDRReader {
  /// Passes over an ORPCTHIS (MS-DCOM section 2.2.13.3), which begins every call on an object.
  public mutating func skipORPCThis() throws(ParseFailure) {
    try skipWords(3, "ORPCTHIS")
    _ = try guid("cid")
    guard try pointer("extensions") else { return }
    alignToPointer()
    _ = try u32("size")
    _ = try u32("reserved")
    guard try pointer("extent") else { return }
    let count = try elementCount(ofOctets: 4, "extent")
    guard count <= DCOM.Limits.extensions else {
      throw ParseFailure(.overLimit, "extent", at: input.offset)
    }
    var present = 0
    for _ in 0..<count where try pointer("extent") { present += 1 }
    for _ in 0..<present {
      let byteCount = try elementCount(ofOctets: 1, "data")
      _ = try guid("id")
      _ = try u32("size")
      try input.skip(byteCount, "data")
    }
  }

  /// A conformant array of identifiers behind its count.
  fileprivate mutating func guids(_ field: StaticString) throws(ParseFailure) -> [GUID] {
    let count = try elementCount(ofOctets: 16, field)
    guard count <= DCOM.Limits.interfaces else {
      throw ParseFailure(.overLimit, field, at: input.offset)
    }
    var guids: [GUID] = []
    guids.reserveCapacity(count)
    for _ in 0..<count { guids.append(try guid(field)) }
    return guids
  }
}

extension DCOM.ActivationRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    try input.skipORPCThis()
    classID = try input.guid("Clsid")
    interfaces = []
    _ = try input.uniqueString("pwszObjectName")
    if try input.pointer("pObjectStorage") {
      let count = try input.elementCount(ofOctets: 1, "pObjectStorage")
      _ = try input.u32("ulCntData")
      try input.input.skip(count, "pObjectStorage")
    }
    try input.skipWords(3, "ClientImpLevel")
    if try input.pointer("pIIDs") { interfaces = try input.guids("pIIDs") }
  }
}

extension DCOM.QueryInterfaceRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    try input.skipORPCThis()
    object = try input.guid("ripid")
    _ = try input.u32("cRefs")
    _ = try input.u16("cIids")
    interfaces = try input.guids("iids")
  }
}

extension DCOM.CreateInstanceRequest {
  /// Reads the stub of opnum 4, or of opnum 3, which has no outer object.
  public init(parsing input: inout NDRReader, hasOuter: Bool) throws(ParseFailure) {
    classID = nil
    interfaces = []
    try input.skipORPCThis()
    if hasOuter, try input.pointer("pUnkOuter") {
      let count = try input.elementCount(ofOctets: 1, "pUnkOuter")
      _ = try input.u32("ulCntData")
      try input.input.skip(count, "pUnkOuter")
    }
    guard try input.pointer("pActProperties") else { return }
    let count = try input.elementCount(ofOctets: 1, "pActProperties")
    _ = try input.u32("ulCntData")
    var reference = try input.input.take(count, "pActProperties")
    try read(&reference)
  }

  /// Reads an OBJREF_CUSTOM (MS-DCOM section 2.2.18.6), which is little-endian whoever sends it.
  private mutating func read(_ reference: inout ByteReader) throws(ParseFailure) {
    guard try reference.u32le("signature") == 0x574F_454D, try reference.u32le("flags") == 4
    else { throw ParseFailure(.unsupported, "flags", at: reference.offset) }
    // iid, clsid, cbExtension, reserved.
    try reference.skip(40, "iid")
    // dwSize, dwReserved; then the header of the properties, in an envelope of 16 octets.
    try reference.skip(8, "dwSize")
    let start = reference.position
    var header = NDRReader(reference.rest(), isLittleEndian: true)
    try header.input.skip(16, "CommonHeader")
    _ = try header.u32("totalSize")
    let headerSize = try header.u32("headerSize")
    try header.skipWords(2, "destCtx")
    let count = try header.u32("cIfs")
    guard count <= UInt32(DCOM.Limits.properties) else {
      throw ParseFailure(.overLimit, "cIfs", at: header.input.offset)
    }
    _ = try header.guid("classInfoClsid")
    try header.skipWords(3, "pclsid")
    let classes = try header.guids("pclsid")
    let sizes = try header.elementCount(ofOctets: 4, "pSizes")
    var offset = start + Int(headerSize)
    for index in 0..<min(sizes, classes.count) {
      let size = Int(try header.u32("pSizes"))
      if classes[index] == Self.instantiation {
        var property = NDRReader(
          try reference.slice(at: offset, count: size, "property"), isLittleEndian: true)
        try readInstantiation(&property)
      }
      offset += size
    }
  }

  /// CLSID_InstantiationInfo (MS-DCOM section 1.9).
  private static let instantiation = GUID(high: 0x0000_01AB_0000_0000, low: 0xC000_0000_0000_0046)

  /// Reads an InstantiationInfoData (MS-DCOM section 2.2.22.2.1).
  private mutating func readInstantiation(
    _ property: inout NDRReader
  ) throws(ParseFailure) {
    try property.input.skip(16, "CommonHeader")
    classID = try property.guid("classId")
    try property.skipWords(5, "classCtx")
    let hasInterfaces = try property.pointer("pIID")
    try property.skipWords(2, "thisSize")
    if hasInterfaces { interfaces = try property.guids("pIID") }
  }
}
