/// Arguments of Windows Management Instrumentation's calls (MS-WMI section 3.1.4), and of methods
/// called by name (MS-OAUT section 3.1.4).
public enum WMI {
  /// A call of IWbemServices or IWbemLevel1Login that begins with one or two texts.
  public struct TextRequest: Equatable, Sendable {
    /// A namespace, class or object; of a query, its language.
    public var first: String?
    /// A query, or a method.
    public var second: String?
  }

  /// GetIDsOfNames of IDispatch, opnum 5.
  public struct NamesRequest: Equatable, Sendable {
    public var names: [String]
  }

  /// Names of one GetIDsOfNames: a method and its named arguments.
  public static let names = 64
}

extension WMI.TextRequest {
  /// Reads the stub of IWbemServices; `hasSecond` says that two texts come.
  public init(parsing input: inout NDRReader, hasSecond: Bool) throws(ParseFailure) {
    try input.skipORPCThis()
    first = try input.basicString("strObjectPath")
    second = hasSecond ? try input.basicString("strMethodName") : nil
  }

  /// Reads the stub of IWbemLevel1Login's NTLMLogin: the namespace.
  public init(parsingLogin input: inout NDRReader) throws(ParseFailure) {
    try input.skipORPCThis()
    first = try input.uniqueString("wszNetworkResource")
    second = nil
  }
}

extension WMI.NamesRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    try input.skipORPCThis()
    _ = try input.guid("riid")
    names = []
    let count = try input.elementCount(ofOctets: 4, "rgszNames")
    guard count <= WMI.names else {
      throw ParseFailure(.overLimit, "rgszNames", at: input.input.offset)
    }
    var present = 0
    for _ in 0..<count where try input.pointer("rgszNames") { present += 1 }
    for _ in 0..<present { names.append(try input.string("rgszNames")) }
  }
}

extension NDRReader {
  /// A BSTR: a unique pointer to a FLAGGED_WORD_BLOB (MS-OAUT section 2.2.23).
  fileprivate mutating func basicString(_ field: StaticString) throws(ParseFailure) -> String? {
    guard try pointer(field) else { return nil }
    let count = try elementCount(ofOctets: 2, field)
    guard count <= Limits.characters else {
      throw ParseFailure(.overLimit, field, at: input.offset)
    }
    try skipWords(2, "cBytes")
    var octets = try input.take(2 * count, field)
    return octets.utf16leToZero()
  }
}
