/// The link layer of a capture (the registry of link types of the tcpdump group).
public struct LinkType: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// BSD loopback: the address family in the host's byte order.
  public static let null = LinkType(rawValue: 0)
  public static let ethernet = LinkType(rawValue: 1)
  /// PPP bare, in HDLC's framing, and with the header of PPPoE's sessions.
  public static let ppp = LinkType(rawValue: 9)
  public static let pppSerial = LinkType(rawValue: 50)
  public static let pppEthernet = LinkType(rawValue: 51)
  /// Raw IP, as BSD numbers it, and as the registry does.
  public static let rawBSD = LinkType(rawValue: 12)
  public static let rawOpenBSD = LinkType(rawValue: 14)
  public static let raw = LinkType(rawValue: 101)
  /// OpenBSD loopback: the address family in network order.
  public static let loop = LinkType(rawValue: 108)
  public static let linuxCooked = LinkType(rawValue: 113)
  public static let ipv4 = LinkType(rawValue: 228)
  public static let ipv6 = LinkType(rawValue: 229)
  public static let linuxCooked2 = LinkType(rawValue: 276)

  public var isSupported: Bool {
    switch self {
    case .null, .ethernet, .ppp, .pppSerial, .pppEthernet, .rawBSD, .rawOpenBSD, .raw, .loop,
      .linuxCooked, .ipv4, .ipv6, .linuxCooked2:
      true
    default: false
    }
  }
}
