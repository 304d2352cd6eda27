/// Which addresses are domain controllers, and by what evidence; a name alone is never evidence.
public struct Controllers: Sendable {
  /// What shows it.
  public enum Proof: String, Sendable {
    /// It answered as a key distribution centre.
    case answeredKerberos
    /// It answered a netlogon ping or a root DSE query as a controller.
    case answeredNetlogon
    /// The directory says that the computer which had the address is a controller.
    case directory
    /// The workspace's file names it.
    case workspace
  }

  private var proofs: [Address: Proof] = [:]

  /// How many addresses are held: more controllers than any forest has; later ones are not added.
  public static let limit = 4096

  public init() {}

  public func contains(_ address: Address) -> Bool { proofs[address] != nil }

  public func proof(_ address: Address) -> Proof? { proofs[address] }

  /// Adds an address; the first proof stays.
  public mutating func add(_ address: Address, _ proof: Proof) {
    guard proofs[address] == nil, proofs.count < Controllers.limit else { return }
    proofs[address] = proof
  }

  /// Addresses in ascending order.
  public var addresses: [Address] { proofs.keys.sorted() }
}
