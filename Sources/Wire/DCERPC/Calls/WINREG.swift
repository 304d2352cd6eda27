/// Arguments of the remote registry's calls (MS-RRP section 3.1.5).
public enum WINREG {
  /// A call that names a key below one that is open, or a value of it: opnums 6, 7, 8, 15, 17, 23
  /// and 35.
  public struct NameRequest: Equatable, Sendable {
    public var key: GUID
    public var name: String
  }

  /// A call about an open key alone: opnums 5, 9, 10, 12, 16 and 21.
  public struct KeyRequest: Equatable, Sendable {
    public var key: GUID
  }

  /// BaseRegSetValue, opnum 22.
  public struct SetValueRequest: Equatable, Sendable {
    public var key: GUID
    public var name: String
    /// 1 text, 2 text with variables, 3 octets, 4 a number, 7 texts (MS-RRP section 3.1.1.5).
    public var kind: UInt32
    /// The text of kinds 1, 2 and 7, cut to `textCharacters`.
    public var text: String?
  }

  /// BaseRegSaveKey, BaseRegSaveKeyEx and BaseRegRestoreKey: opnums 20, 31 and 19.
  public struct FileRequest: Equatable, Sendable {
    public var key: GUID
    public var file: String
  }

  /// BaseRegLoadKey and BaseRegReplaceKey: opnums 13 and 18.
  public struct LoadRequest: Equatable, Sendable {
    public var key: GUID
    public var name: String
    public var file: String
  }

  /// Characters of a value's text that are kept: a command line has fewer.
  public static let textCharacters = 2_048
}

extension WINREG.NameRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    key = try input.handle("hKey")
    name = try input.unicodeText("lpSubKey")
  }
}

extension WINREG.KeyRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    key = try input.handle("hKey")
  }
}

extension WINREG.SetValueRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    key = try input.handle("hKey")
    name = try input.unicodeText("lpValueName")
    kind = try input.u32("dwType")
    text = nil
    guard kind == 1 || kind == 2 || kind == 7 else { return }
    let count = try input.elementCount(ofOctets: 1, "lpData")
    var octets = try input.input.take(min(count, 2 * WINREG.textCharacters), "lpData")
    text = octets.utf16leToZero()
  }
}

extension WINREG.FileRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    key = try input.handle("hKey")
    file = try input.unicodeText("lpFile")
  }
}

extension WINREG.LoadRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    key = try input.handle("hKey")
    name = try input.unicodeText("lpSubKey")
    file = try input.unicodeText("lpFile")
  }
}
