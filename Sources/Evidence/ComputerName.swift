/// A computer's name as evidence gives it, comparable across its spellings: a host name with or
/// without DNS suffix, a NetBIOS name, a machine account.
public struct ComputerName: Hashable, Sendable {
  /// First label in upper case, without the `$` of a machine account.
  public var label: String
  /// What follows the first label, in lower case; nil for a bare name.
  public var suffix: String?
  /// The domain it is joined to where the evidence says it, in lower case.
  ///
  /// It is a Kerberos realm or a DNS domain name and may differ from `suffix` (a disjoint name
  /// space), so the two are never compared.
  public var domain: String?

  /// A NetBIOS name has 15 characters and a type (MS-NBTE section 2.2.1): longer ones are cut.
  public static let shortLimit = 15
  /// The longest name that is read: that of DNS (RFC 1035 section 2.3.4).
  public static let nameLimit = 255

  /// Reads `WS03`, `WS03$` or `ws03.alpine.test.`; nil for what cannot be a computer's name.
  public init?(_ text: some StringProtocol, domain: String? = nil) {
    guard text.utf8.count <= ComputerName.nameLimit else { return nil }
    var octets = Substring(text).utf8
    while octets.last == UInt8(ascii: ".") || octets.last == UInt8(ascii: "$") {
      octets.removeLast()
    }
    guard !octets.isEmpty, octets.allSatisfy(ComputerName.isNameOctet) else { return nil }
    let bare = Substring(octets)
    let first = bare.before(".")
    label = first.uppercased()
    if first.endIndex < bare.endIndex {
      guard !first.isEmpty else { return nil }
      suffix = Substring(octets.dropFirst(first.utf8.count + 1)).lowercased()
    }
    if let domain, !domain.isEmpty { self.domain = domain.lowercased() }
  }

  /// The label as NetBIOS has it: at most 15 octets.
  public var short: String {
    guard label.utf8.count > ComputerName.shortLimit else { return label }
    return String(decoding: label.utf8.prefix(ComputerName.shortLimit), as: UTF8.self)
  }

  /// Label and suffix as a host name; the label alone where no suffix is known.
  public var hostName: String {
    guard let suffix else { return label }
    return "\(label.lowercased()).\(suffix)"
  }

  /// Whether two names can be those of one computer: labels agree, and neither suffixes nor domains
  /// that both have differ.
  ///
  /// A bare name of 15 octets agrees with all longer labels that it begins, because it may be cut.
  public func isSame(as other: ComputerName) -> Bool {
    guard label == other.label || isCut(of: other) || other.isCut(of: self) else { return false }
    if let suffix, let otherSuffix = other.suffix, suffix != otherSuffix { return false }
    if let domain, let otherDomain = other.domain, domain != otherDomain { return false }
    return true
  }

  private func isCut(of longer: ComputerName) -> Bool {
    suffix == nil && label.utf8.count == ComputerName.shortLimit && longer.short == label
  }

  /// Host names have letters, digits, `-` and `.`; NetBIOS names what else Windows lets into them.
  private static func isNameOctet(_ octet: UInt8) -> Bool {
    switch octet {
    case 0x21, 0x23...0x29, 0x2D, 0x2E, 0x30...0x39, 0x40...0x5A, 0x5E...0x7B, 0x7D, 0x7E,
      0x80...0xFF:
      true
    default: false
    }
  }
}
