/// A security identifier (MS-DTYP section 2.4.2).
public struct SID: Hashable, Sendable {
  public var revision: UInt8
  /// 48 bits.
  public var authority: UInt64
  public var subAuthorities: [UInt32]

  /// MS-DTYP section 2.4.2.2 allows fifteen; sixteen have been seen and cost nothing.
  public static let maximumSubAuthorities = 16

  public init(revision: UInt8 = 1, authority: UInt64, subAuthorities: [UInt32]) {
    self.revision = revision
    self.authority = authority
    self.subAuthorities = subAuthorities
  }

  /// The last number: which account of its domain.
  public var relativeID: UInt32? { subAuthorities.last }
}

extension SID {
  /// Reads the packet form of MS-DTYP section 2.4.2.2; `isLittleEndian` is the order of the
  /// subordinate authorities, which RPC sends in the sender's order.
  public init(
    parsing input: inout ByteReader, isLittleEndian: Bool = true
  ) throws(ParseFailure) {
    revision = try input.u8("Revision")
    let count = Int(try input.u8("SubAuthorityCount"))
    guard count <= Self.maximumSubAuthorities else {
      throw ParseFailure(.overLimit, "SubAuthorityCount", at: input.offset)
    }
    let high = UInt64(try input.u16("IdentifierAuthority"))
    authority = high << 32 | UInt64(try input.u32("IdentifierAuthority"))
    subAuthorities = []
    subAuthorities.reserveCapacity(count)
    for _ in 0..<count {
      let value = try input.u32("SubAuthority")
      subAuthorities.append(isLittleEndian ? value.byteSwapped : value)
    }
  }
}

extension SID: CustomStringConvertible {
  /// `S-1-5-21-…` (MS-DTYP section 2.4.2.1); authorities of 2^32 and more would be hexadecimal.
  public var description: String {
    let name =
      authority < 1 << 32 ? String(authority) : "0x" + String(authority, radix: 16)
    return subAuthorities.reduce("S-\(revision)-\(name)") { "\($0)-\($1)" }
  }
}
