/// Arguments of the calls that name a path on which the server then looks: encrypted files
/// (MS-EFSR section 3.1.4.2), distributed file systems (MS-DFSNM section 3.1.4), shadow copies of
/// shares (MS-FSRVP section 3.1.4).
public enum RemotePaths {
  /// EFSR: opnums 0, 4 to 9, 12, 13, 15, 16, 18, 19, 21 and 22.
  public struct EncryptedFileRequest: Equatable, Sendable {
    public var file: String
    /// The destination of EfsRpcDuplicateEncryptionInfoFile.
    public var destination: String?
  }

  /// DFSNM: opnums 1, 2, 6, 10 to 13, 15 and 19 to 22: the namespace or server first, then a second
  /// name.
  public struct NamespaceRequest: Equatable, Sendable {
    public var entry: String
    public var server: String?
  }

  /// FSRVP: opnums 3, 8 and 9.
  public struct ShadowCopyRequest: Equatable, Sendable {
    public var share: String
  }
}

extension RemotePaths.EncryptedFileRequest {
  /// Reads the stub of an operation; nil where it names no file.
  public init?(
    parsing input: inout NDRReader, operation: UInt16
  ) throws(ParseFailure) {
    destination = nil
    switch operation {
    case 0, 4...9, 12, 18, 19, 21, 22:
      file = try input.string("FileName")
    case 13:
      file = try input.string("SrcFileName")
      destination = try input.string("DestFileName")
    case 15, 16:
      // Flags, and a reserved blob that is a null pointer.
      _ = try input.u32("dwFlags")
      guard try !input.pointer("Reserved") else {
        throw ParseFailure(.unsupported, "Reserved", at: input.input.offset)
      }
      file = try input.string("FileName")
    default: return nil
    }
  }
}

extension RemotePaths.NamespaceRequest {
  /// Reads the stub of an operation; nil where it names no namespace.
  public init?(
    parsing input: inout NDRReader, operation: UInt16
  ) throws(ParseFailure) {
    server = nil
    switch operation {
    case 1, 10, 11, 12, 13, 15:
      entry = try input.string("DfsEntryPath")
      server = try input.string("ServerName")
    case 2, 6, 19, 20:
      entry = try input.string("DfsEntryPath")
      server = try input.uniqueString("ServerName")
    case 21: entry = try input.string("DfsName")
    default: return nil
    }
  }
}

extension RemotePaths.ShadowCopyRequest {
  /// Reads the stub of an operation; nil where it names no share.
  public init?(
    parsing input: inout NDRReader, operation: UInt16
  ) throws(ParseFailure) {
    switch operation {
    case 3:
      _ = try input.guid("ClientShadowCopyId")
      _ = try input.guid("ShadowCopySetId")
      share = try input.string("ShareName")
    case 8, 9: share = try input.string("ShareName")
    default: return nil
    }
  }
}
