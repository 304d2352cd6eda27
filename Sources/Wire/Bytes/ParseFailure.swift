/// Why bytes could not be read, and where.
///
/// Building one allocates nothing: hostile traffic makes many of them.
public struct ParseFailure: Error, Sendable {
  /// What kind of trouble it is.
  public enum Reason: UInt8, Sendable, CaseIterable {
    /// The bytes end before the field does; in a stream, more may come.
    case truncated
    /// The bytes contradict the specification.
    case malformed
    /// A form that is legal and that we do not read.
    case unsupported
    /// A count, length or depth beyond what we accept.
    case overLimit
  }

  public var reason: Reason
  /// The field as the specification spells it.
  public var field: StaticString
  /// Octets from the start of the message.
  public var offset: Int

  public init(_ reason: Reason, _ field: StaticString, at offset: Int) {
    self.reason = reason
    self.field = field
    self.offset = offset
  }
}

extension ParseFailure: CustomStringConvertible {
  public var description: String { "\(reason) \(field) at offset \(offset)" }
}
