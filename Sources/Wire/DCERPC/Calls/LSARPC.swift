/// Arguments of the Local Security Authority's lookups (MS-LSAT section 3.1.4, MS-LSAD).
public enum LSARPC {
  /// LsarLookupNames to LsarLookupNames4: opnums 14, 58, 68 and 77.
  public struct LookupNamesRequest: Equatable, Sendable {
    public var names: [String]
  }

  /// LsarLookupSids to LsarLookupSids3: opnums 15, 57 and 76.
  public struct LookupSIDsRequest: Equatable, Sendable {
    public var sids: [SID]
  }

  /// LsarOpenPolicy2, opnum 44: the system asked for.
  public struct OpenPolicyRequest: Equatable, Sendable {
    public var system: String?
  }

  /// LsarRetrievePrivateData, LsarStorePrivateData and LsarOpenSecret, opnums 43, 42 and 28: its
  /// name.
  public struct SecretRequest: Equatable, Sendable {
    public var name: String
  }

  /// MS-LSAT's own bound on one lookup (sections 3.1.4.5 and 3.1.4.9: 1,000 names, 20,480 SIDs).
  public static let maximumLookups = 20_480
}

extension LSARPC.LookupNamesRequest {
  /// Reads the stub; opnum 77 has no policy handle.
  public init(
    parsing input: inout NDRReader, hasHandle: Bool
  ) throws(ParseFailure) {
    if hasHandle { _ = try input.handle("PolicyHandle") }
    _ = try input.u32("Count")
    let count = try input.elementCount(ofOctets: 8, "Names")
    guard count <= LSARPC.maximumLookups else {
      throw ParseFailure(.overLimit, "Names", at: input.input.offset)
    }
    names = try input.unicodeStrings(count, "Names")
  }
}

extension LSARPC.LookupSIDsRequest {
  /// Reads the stub; opnum 76 has no policy handle.
  public init(
    parsing input: inout NDRReader, hasHandle: Bool
  ) throws(ParseFailure) {
    if hasHandle { _ = try input.handle("PolicyHandle") }
    sids = []
    input.alignToPointer()
    _ = try input.u32("Entries")
    guard try input.pointer("SidInfo") else { return }
    let count = try input.elementCount(ofOctets: 4, "SidInfo")
    guard count <= LSARPC.maximumLookups else {
      throw ParseFailure(.overLimit, "SidInfo", at: input.input.offset)
    }
    var present = 0
    for _ in 0..<count where try input.pointer("Sid") { present += 1 }
    for _ in 0..<present { sids.append(try input.sid("Sid")) }
  }
}

extension LSARPC.OpenPolicyRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    system = try input.uniqueString("SystemName")
  }
}

extension LSARPC.SecretRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    _ = try input.handle("PolicyHandle")
    let isPresent = try input.unicodeString("KeyName")
    name = try input.characters(of: isPresent, "KeyName")
  }
}
