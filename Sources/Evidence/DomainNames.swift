/// DNS and NetBIOS names of domains: Kerberos says the one and NTLM the other.
public struct DomainNames: Sendable {
  /// NetBIOS name in lower case to DNS name in lower case.
  private var byNetBIOS: [String: String] = [:]
  /// DNS names of domains that were seen, lower case.
  private var known: Set<String> = []

  /// More domains than a forest and its trusts have; later ones are not added.
  public static let limit = 1024

  public init() {}

  /// Notes that a domain exists.
  public mutating func add(dns: String) {
    let name = DomainNames.bare(dns)
    guard known.count < DomainNames.limit, !name.isEmpty else { return }
    known.insert(name)
  }

  /// Notes both names of one domain; the first pair of a NetBIOS name stays.
  public mutating func add(dns: String, netbios: String) {
    add(dns: dns)
    let name = DomainNames.bare(dns)
    let short = netbios.lowercased()
    guard byNetBIOS.count < DomainNames.limit, !name.isEmpty, !short.isEmpty,
      byNetBIOS[short] == nil
    else { return }
    byNetBIOS[short] = name
  }

  /// The one spelling of a domain: its DNS name in lower case where that is known, otherwise the name
  /// as given in lower case.
  public func canonical(_ name: String) -> String {
    let lower = DomainNames.bare(name)
    return byNetBIOS[lower] ?? lower
  }

  /// Whether it is a domain that was seen, by either name.
  public func isKnown(_ name: String) -> Bool {
    let lower = DomainNames.bare(name)
    return known.contains(lower) || byNetBIOS[lower] != nil
  }

  /// DNS names of all domains that were seen, ascending.
  public var dnsNames: [String] { known.sorted() }

  /// The NetBIOS names of a domain, ascending.
  public func netbiosNames(of dns: String) -> [String] {
    let name = DomainNames.bare(dns)
    return byNetBIOS.filter { $0.value == name }.map { $0.key.uppercased() }.sorted()
  }

  private static func bare(_ name: String) -> String {
    var lower = name.lowercased()
    if lower.utf8.last == UInt8(ascii: ".") { lower.removeLast() }
    return lower
  }
}
