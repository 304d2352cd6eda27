extension DRSUAPI {
  /// The calls of replication that name an object and a controller: opnums 2, 4, 5 and 6
  /// (MS-DRSR sections 4.1.23, 4.1.26, 4.1.19 and 4.1.20).
  public struct ReplicaRequest: Equatable, Sendable {
    public var namingContext: String?
    /// The controller that is to be the source, or to be told of changes.
    public var controller: String?
  }

  /// IDL_DRSCrackNames, IDL_DRSWriteSPN: opnums 12 and 13 (MS-DRSR sections 4.1.4 and 4.1.28).
  public struct NamesRequest: Equatable, Sendable {
    /// The object whose SPNs are written.
    public var account: String?
    public var names: [String]
  }

  /// IDL_DRSDomainControllerInfo, opnum 16 (MS-DRSR section 4.1.5): the domain; IDL_DRSAddEntry,
  /// opnum 17 (MS-DRSR section 4.1.1): the object.
  public struct ObjectRequest: Equatable, Sendable {
    public var name: String?
  }

  /// Names of one request: MS-DRSR section 4.1.4.1.2 allows 10,000; clients ask for some.
  public static let maximumNames = 1_024
}

extension NDRReader {
  /// What begins every call here: the handle, the version, and the version again as the tag of what
  /// follows; the version.
  fileprivate mutating func directoryVersion() throws(ParseFailure) -> UInt32 {
    _ = try handle("hDrs")
    let version = try u32("dwInVersion")
    alignToPointer()
    guard try u32("pmsgIn") == version else {
      throw ParseFailure(.malformed, "pmsgIn", at: input.offset)
    }
    alignToPointer()
    return version
  }

  /// A conformant array of pointers to text.
  fileprivate mutating func texts(_ field: StaticString) throws(ParseFailure) -> [String] {
    let count = try elementCount(ofOctets: 4, field)
    guard count <= DRSUAPI.maximumNames else {
      throw ParseFailure(.overLimit, field, at: input.offset)
    }
    var present = 0
    for _ in 0..<count where try pointer(field) { present += 1 }
    var texts: [String] = []
    texts.reserveCapacity(present)
    for _ in 0..<present { texts.append(try string(field)) }
    return texts
  }
}

extension DRSUAPI.ReplicaRequest {
  /// Reads the stub of an operation in its first version, and of opnum 5 in its second.
  public init(
    parsing input: inout NDRReader, operation: UInt16
  ) throws(ParseFailure) {
    namingContext = nil
    controller = nil
    let version = try input.directoryVersion()
    let isNamed = try input.pointer("pNC")
    var hasController = false
    var passed = 0
    switch (operation, version) {
    case (2, 1):
      _ = try input.guid("uuidDsaSrc")
      hasController = try input.pointer("pszDsaSrc")
      _ = try input.u32("ulOptions")
    case (4, 1):
      hasController = try input.pointer("pszDsaDest")
      _ = try input.guid("uuidDsaObjDest")
      _ = try input.u32("ulOptions")
    case (5, 1):
      hasController = try input.pointer("pszDsaSrc")
      try input.input.skip(84, "rtSchedule")
      _ = try input.u32("ulOptions")
    case (5, 2):
      for _ in 0..<2 where try input.pointer("pSourceDsaDN") { passed += 1 }
      hasController = try input.pointer("pszSourceDsaAddress")
      try input.input.skip(84, "rtSchedule")
      _ = try input.u32("ulOptions")
    case (6, 1):
      hasController = try input.pointer("pszDsaSrc")
      _ = try input.u32("ulOptions")
    default: return
    }
    if isNamed { namingContext = try input.directoryName("pNC") }
    for _ in 0..<passed { _ = try input.directoryName("pSourceDsaDN") }
    if hasController { controller = try input.string(isWide: false, "pszDsaSrc") }
  }
}

extension DRSUAPI.NamesRequest {
  /// Reads the stub of opnum 12 or 13 in its first version.
  public init(
    parsing input: inout NDRReader, operation: UInt16
  ) throws(ParseFailure) {
    account = nil
    names = []
    guard try input.directoryVersion() == 1 else { return }
    if operation == 12 {
      try input.skipWords(6, "CodePage")
      if try input.pointer("rpNames") { names = try input.texts("rpNames") }
      return
    }
    try input.skipWords(2, "operation")
    let hasAccount = try input.pointer("pwszAccount")
    _ = try input.u32("cSPN")
    let hasNames = try input.pointer("rpwszSPN")
    if hasAccount { account = try input.string("pwszAccount") }
    if hasNames { names = try input.texts("rpwszSPN") }
  }
}

extension DRSUAPI.ObjectRequest {
  /// Reads the stub of opnum 16, or of opnum 17 in its second version.
  public init(
    parsing input: inout NDRReader, operation: UInt16
  ) throws(ParseFailure) {
    name = nil
    let version = try input.directoryVersion()
    if operation == 16, version == 1 {
      let isNamed = try input.pointer("Domain")
      _ = try input.u32("InfoLevel")
      if isNamed { name = try input.string("Domain") }
    } else if operation == 17, version == 2 || version == 3 {
      // An ENTINFLIST; the targets of its pointers follow in their order, the list's first.
      guard try !input.pointer("pNextEntInf") else { return }
      let isNamed = try input.pointer("pName")
      _ = try input.u32("ulFlags")
      input.alignToPointer()
      _ = try input.u32("attrCount")
      _ = try input.pointer("pAttr")
      if isNamed { name = try input.directoryName("pName") }
    }
  }
}
