/// Where a field lies in its message, for fields too bulky to copy before anybody asks.
///
/// The octets may lie beyond what was captured: reading them through `ByteReader.slice` says so.
public struct ByteRange: Hashable, Sendable {
  /// Octets from the start of the message.
  public var offset: Int
  public var count: Int

  public init(offset: Int, count: Int) {
    self.offset = offset
    self.count = count
  }

  public static let empty = ByteRange(offset: 0, count: 0)
}

extension ByteReader {
  /// A reader over `range`, counted from the start of `bytes`; the cursor does not move.
  @_lifetime(copy self)
  public func slice(
    _ range: ByteRange, _ field: StaticString
  ) throws(ParseFailure) -> ByteReader {
    try slice(at: range.offset, count: range.count, field)
  }

  /// A reader over what is there of `range`, whose end the capture may have cut; the cursor does not
  /// move.
  @_lifetime(copy self)
  public func sliceToEnd(
    _ range: ByteRange, _ field: StaticString
  ) throws(ParseFailure) -> ByteReader {
    try slice(
      at: range.offset, count: min(range.count, max(0, bytes.count &- range.offset)), field)
  }
}
