public import Evidence

/// A capture that was read: what it held, and where it is damaged.
public struct CaptureRecord: Hashable, Sendable {
  /// Its file name, without folders; `-` for standard input.
  public var name: String
  public var packets: UInt64
  public var bytes: UInt64
  public var first: Instant?
  public var last: Instant?
  public var damage: Damage?
  /// Where its file was read, in full; nil for standard input.
  public var path: String?

  /// Where reading ended before the end of the file.
  public struct Damage: Hashable, Sendable {
    /// Octets from the start of the file.
    public var offset: UInt64
    public var reason: String

    public init(offset: UInt64, reason: String) {
      self.offset = offset
      self.reason = reason
    }
  }

  public init(
    name: String, packets: UInt64, bytes: UInt64, first: Instant?, last: Instant?
  ) {
    self.name = name
    self.packets = packets
    self.bytes = bytes
    self.first = first
    self.last = last
  }

  /// What the capture is, whatever its file is called: its counts and its times.
  public var id: String {
    var hash = StableHash()
    hash.add(packets)
    hash.add(bytes)
    hash.add(first?.nanoseconds ?? 0)
    hash.add(last?.nanoseconds ?? 0)
    hash.add(damage?.offset ?? 0)
    return "ca_" + hash.text()
  }
}
