public import Evidence

/// Which activities are asked for: an account's, and those from or to addresses while they were
/// somebody's.
public struct ActivityQuestion: Hashable, Sendable {
  /// In lower case, without a realm.
  public var accounts: [String]
  public var places: [Place]
  public var from: Instant
  public var to: Instant
  /// The newest are answered first.
  public var limit: Int

  /// An address, and when it was the entity's.
  public struct Place: Hashable, Sendable {
    public var address: Address
    public var from: Instant
    public var to: Instant

    public init(address: Address, from: Instant, to: Instant) {
      self.address = address
      self.from = from
      self.to = to
    }
  }

  public init(
    accounts: [String], places: [Place], from: Instant, to: Instant, limit: Int
  ) {
    self.accounts = accounts
    self.places = places
    self.from = from
    self.to = to
    self.limit = limit
  }
}
