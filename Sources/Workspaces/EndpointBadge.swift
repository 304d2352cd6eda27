/// The endpoint icon beside an entity (rules R19, R22 to R27).
public enum EndpointBadge: Hashable, Sendable {
  /// No icon at all: the integration is not complete (R19).
  case absent
  /// Greyed out: not known to the endpoint product, and why (R27).
  case grey(reason: String)
  /// Known there: alerts raised in retention, how many are open, and the page that shows them.
  case integrated(count: Int, open: Int, link: String?)

  public var state: String {
    switch self {
    case .absent: "absent"
    case .grey: "grey"
    case .integrated: "integrated"
    }
  }

  /// The icon with its number; no number where there are no alerts (R25).
  public var text: String {
    switch self {
    case .absent: ""
    case .grey: "○"
    case .integrated(let count, _, _): count == 0 ? "●" : "● \(count)"
    }
  }
}

/// The page of a device in the endpoint product (R26).
public enum DeviceLink {
  /// The reference product's portal; a workspace may name another.
  public static let defaultTemplate = "https://security.microsoft.com/machines/{id}"

  /// Puts an identity into a template; nil where there is no identity, or one that would change
  /// the address it is put into.
  public static func url(_ template: String, id: String) -> String? {
    guard !id.isEmpty, id.utf8.allSatisfy(isPlain) else { return nil }
    let parts = template.split(separator: "{id}", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    return "\(parts[0])\(id)\(parts[1])"
  }

  private static func isPlain(_ octet: UInt8) -> Bool {
    switch octet {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
