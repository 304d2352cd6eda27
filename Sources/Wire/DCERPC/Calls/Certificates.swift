/// Arguments of the calls about certificates and keys: CertServerRequest (MS-ICPR section 3.2.4.1),
/// BackuprKey (MS-BKRP section 3.1.4.1).
public enum Certificates {
  /// CertServerRequest, opnum 0.
  public struct ServerRequest: Equatable, Sendable {
    public var flags: UInt32
    public var authority: String?
    /// Lines of `name:value` (MS-WCCE section 2.2.2.7), at most `attributes`.
    public var attributes: [String]
    /// Octets of the request.
    public var byteCount: Int
  }

  /// BackuprKey, opnum 0.
  public struct BackupKeyRequest: Equatable, Sendable {
    public var action: GUID
  }

  /// Attributes of one request: clients send two or three.
  public static let attributes = 32
}

extension Certificates.ServerRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    flags = try input.u32("dwFlags")
    authority = try input.uniqueString("pwszAuthority")
    _ = try input.u32("pdwRequestId")
    attributes = []
    byteCount = 0
    input.alignToPointer()
    _ = try input.u32("pctbAttribs")
    if try input.pointer("pctbAttribs") {
      let count = try input.elementCount(ofOctets: 1, "pctbAttribs")
      var octets = try input.input.take(count, "pctbAttribs")
      attributes = octets.utf16leToZero().split { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
        .prefix(Certificates.attributes).map(String.init)
    }
    input.alignToPointer()
    byteCount = Int(clamping: try input.u32("pctbRequest"))
  }
}

extension Certificates.BackupKeyRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    action = try input.guid("pguidActionAgent")
  }
}
