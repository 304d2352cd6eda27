/// A document of another system that cannot be taken, and where in it.
public struct ConnectorFailure: Error, Hashable, Sendable {
  public enum Code: String, Sendable {
    /// The file cannot be opened or read.
    case unreadable
    /// It is not what its format says.
    case malformed
    /// A legal part of the format that has no meaning here.
    case unsupported
    case overLimit
  }

  public var code: Code
  /// The file, as the caller named it.
  public var file: String
  /// Where in the file: a line, a document and its field; nil for the file as a whole.
  public var place: String?
  public var reason: String

  public init(_ code: Code, file: String, place: String? = nil, reason: String) {
    self.code = code
    self.file = file
    self.place = place
    self.reason = reason
  }
}

extension ConnectorFailure: CustomStringConvertible {
  /// One line: file, place, reason.
  public var description: String {
    [file, place, reason].compactMap { $0 }.joined(separator: ": ")
  }
}
