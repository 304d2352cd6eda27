public import Evidence

/// A document of the endpoint side, as it came: unknown keys are kept.
public struct EndpointDocument: Hashable, Sendable {
  /// The other side's identity.
  public var id: String
  /// When the other side last changed it: a device's last report, an alert's last update.
  public var updated: Instant
  /// The device it is, or is about.
  public var device: String?
  /// JSON text, keys sorted, so that the same document is the same text.
  public var json: String

  public init(id: String, updated: Instant, device: String?, json: String) {
    self.id = id
    self.updated = updated
    self.device = device
    self.json = json
  }
}
