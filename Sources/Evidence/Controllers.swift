/// Which addresses are domain controllers, and by what evidence; a name alone is never evidence.
public struct Controllers: Sendable {
  /// What shows it.
  public enum Proof: String, Sendable {
    /// It answered as a key distribution centre.
    case answeredKerberos
    /// It answered a netlogon ping or a root DSE query as a controller.
    case answeredNetlogon
    /// A known controller's DNS answers named it in the domain's list of controllers.
    case locator
    /// The directory says that the computer which had the address is a controller.
    case directory
    /// The workspace's file names it.
    case workspace
  }

  private var proofs = BoundedTable<Address, Proof>(limit: Controllers.limit)

  /// How many addresses are held: more controllers than any forest has; later ones are not added.
  public static let limit = 4096
  /// Addresses that were not added because the table was full.
  public private(set) var refusals: UInt64 = 0

  public init() {}

  public func contains(_ address: Address) -> Bool { proofs.slot(of: address) != nil }

  public func proof(_ address: Address) -> Proof? { proofs.value(address) }

  /// Adds an address, whose first proof stays, and returns whether it was new.
  @discardableResult
  public mutating func add(_ address: Address, _ proof: Proof) -> Bool {
    guard !contains(address) else { return false }
    guard proofs.count < Controllers.limit else {
      refusals += 1
      return false
    }
    _ = proofs.insert(address, proof)
    return true
  }

  public var count: Int { proofs.count }
  public var isEmpty: Bool { proofs.count == 0 }

  /// Addresses in ascending order.
  public var addresses: [Address] { proofs.slots.map(\.key).sorted() }
}
