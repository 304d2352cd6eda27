/// A key of a ``BoundedTable``.
public protocol TableKey: Equatable, Sendable {
  /// A hash under a seed; equal keys have equal hashes.
  func tableHash(_ seed: UInt64) -> UInt64
}

/// Hashes of whole numbers.
public enum TableHash {
  /// The two halves of a product, folded: one multiplication for two words, as wyhash does it.
  @inlinable public static func mixed(_ left: UInt64, _ right: UInt64, _ seed: UInt64) -> UInt64 {
    let product = (left ^ seed)
      .multipliedFullWidth(by: right ^ (seed &* 0x9e37_79b9_7f4a_7c15 | 1))
    return product.high ^ product.low
  }
}

extension Address: TableKey {
  @inlinable public func tableHash(_ seed: UInt64) -> UInt64 { TableHash.mixed(low, high, seed) }
}

extension UInt128: TableKey {
  @inlinable public func tableHash(_ seed: UInt64) -> UInt64 {
    TableHash.mixed(
      UInt64(truncatingIfNeeded: self), UInt64(truncatingIfNeeded: self >> 64), seed)
  }
}

// Texts come from strangers: they are hashed by the library's keyed hash.

extension String: TableKey {
  @inlinable public func tableHash(_ seed: UInt64) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(self)
    return UInt64(bitPattern: Int64(hasher.finalize())) ^ seed
  }
}

extension AccountName: TableKey {
  @inlinable public func tableHash(_ seed: UInt64) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(name)
    hasher.combine(domain)
    return UInt64(bitPattern: Int64(hasher.finalize())) ^ seed
  }
}
