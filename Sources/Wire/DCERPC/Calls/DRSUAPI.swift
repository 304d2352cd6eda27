/// Arguments of directory replication (MS-DRSR section 4), where nobody sealed them.
public enum DRSUAPI {
  /// IDL_DRSGetNCChanges, opnum 3: which naming context is asked for.
  public struct GetChangesRequest: Equatable, Sendable {
    public var version: UInt32
    /// The naming context, or the single object; nil in versions that are not read.
    public var namingContext: String?
    /// DRS_… flags.
    public var flags: UInt32
    /// 7 asks for one object's secrets.
    public var extendedOperation: UInt32
  }
}

extension DRSUAPI.GetChangesRequest {
  /// Reads the stub: versions 5, 8 and 10 (MS-DRSR sections 4.1.10.2.2 to 4.1.10.2.7) to their
  /// name.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    _ = try input.handle("hDrs")
    version = try input.u32("dwInVersion")
    namingContext = nil
    flags = 0
    extendedOperation = 0
    guard try input.u32("pmsgIn") == version, [5, 8, 10].contains(version) else { return }
    // The arms hold 64-bit numbers.
    input.input.align(to: 8)
    _ = try input.guid("uuidDsaObjDest")
    _ = try input.guid("uuidInvocIdSrc")
    let isNamed = try input.pointer("pNC")
    _ = try input.u64("usnvecFrom")
    _ = try input.u64("usnvecFrom")
    _ = try input.u64("usnvecFrom")
    _ = try input.pointer("pUpToDateVecDest")
    flags = try input.u32("ulFlags")
    try input.skipWords(2, "cMaxObjects")
    extendedOperation = try input.u32("ulExtendedOp")
    _ = try input.u64("liFsmoInfo")
    if version >= 8 {
      _ = try input.pointer("pPartialAttrSet")
      _ = try input.pointer("pPartialAttrSetEx")
      _ = try input.u32("PrefixCount")
      _ = try input.pointer("pPrefixEntry")
    }
    if version == 10 { _ = try input.u32("ulMoreFlags") }
    if isNamed { namingContext = try input.directoryName("pNC") }
  }
}

extension NDRReader {
  /// A `DSNAME` (MS-DRSR section 5.50).
  mutating func directoryName(_ field: StaticString) throws(ParseFailure) -> String {
    let count = try elementCount(ofOctets: 2, field)
    guard count <= Limits.characters else {
      throw ParseFailure(.overLimit, field, at: input.offset)
    }
    try skipWords(2, "structLen")
    _ = try guid("Guid")
    try input.skip(28, "Sid")
    _ = try u32("NameLen")
    var text = try input.take(2 * count, field)
    return text.utf16leToZero()
  }
}
