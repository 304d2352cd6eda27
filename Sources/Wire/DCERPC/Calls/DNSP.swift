/// Arguments of the DNS server's management (MS-DNSP section 3.1.4).
public enum DNSP {
  /// R_DnssrvOperation and R_DnssrvOperation2, opnums 0 and 5.
  public struct OperationRequest: Equatable, Sendable {
    public var server: String?
    public var zone: String?
    public var operation: String?
    /// What it sets, where that is text (MS-DNSP section 2.2.1.1.1, types 2 and 3) or a named
    /// number.
    public var value: String?
  }

  /// R_DnssrvQuery and R_DnssrvQuery2, R_DnssrvUpdateRecord and R_DnssrvUpdateRecord2: opnums 1, 6,
  /// 4 and 9.
  public struct NameRequest: Equatable, Sendable {
    public var server: String?
    public var zone: String?
    public var name: String?
  }
}

extension DNSP.OperationRequest {
  /// Reads the stub; the second form has two numbers before it.
  public init(parsing input: inout NDRReader, isExtended: Bool) throws(ParseFailure) {
    if isExtended { try input.skipWords(2, "dwClientVersion") }
    server = try input.uniqueString("pwszServerName")
    zone = try input.uniqueString(isWide: false, "pszZone")
    _ = try input.u32("dwContext")
    operation = try input.uniqueString(isWide: false, "pszOperation")
    value = try Self.value(&input)
  }

  /// A DNSSRV_RPC_UNION: its type, its tag, its arm.
  private static func value(_ input: inout NDRReader) throws(ParseFailure) -> String? {
    let kind = try input.u32("dwTypeId")
    input.alignToPointer()
    guard try input.u32("dwTypeId") == kind else {
      throw ParseFailure(.malformed, "dwTypeId", at: input.input.offset)
    }
    switch kind {
    // DNSSRV_TYPEID_LPSTR, DNSSRV_TYPEID_LPWSTR
    case 2, 3: return try input.uniqueString(isWide: kind == 3, "pData")
    // DNSSRV_TYPEID_NAME_AND_PARAM: the number and the name of a property.
    case 15:
      guard try input.pointer("NameAndParam") else { return nil }
      input.alignToPointer()
      let parameter = try input.u32("dwParam")
      let name = try input.uniqueString(isWide: false, "pszNodeName")
      return name.map { "\($0)=\(parameter)" }
    default: return nil
    }
  }
}

extension DNSP.NameRequest {
  /// Reads the stub; the second form has two numbers before it.
  public init(parsing input: inout NDRReader, isExtended: Bool) throws(ParseFailure) {
    if isExtended { try input.skipWords(2, "dwClientVersion") }
    server = try input.uniqueString("pwszServerName")
    zone = try input.uniqueString(isWide: false, "pszZone")
    name = try input.uniqueString(isWide: false, "pszNodeName")
  }
}
