/// A version of dotted numbers, such as 10.0.15063; parts that are missing count as zero.
public struct PlatformVersion: Hashable, Sendable {
  /// Parts that are read: Windows has four, and more than eight is no version.
  private static let maximumPartCount = 8

  /// Without zeros at the end, so that 6 and 6.0.0 are one version.
  private let parts: [UInt32]

  /// Reads `10.0.15063`, `v6.0` or `14`; nil for anything else.
  public init?(_ text: String) {
    let bare = text.first == "v" || text.first == "V" ? text.dropFirst() : text[...]
    let words = bare.split(separator: ".", omittingEmptySubsequences: false)
    guard words.count <= PlatformVersion.maximumPartCount else { return nil }
    var parts: [UInt32] = []
    for word in words {
      guard let part = UInt32(word), word.utf8.first != UInt8(ascii: "+") else { return nil }
      parts.append(part)
    }
    self.init(parts)
  }

  public init(_ parts: [UInt32]) {
    var kept = parts
    while kept.last == 0 { kept.removeLast() }
    self.parts = kept
  }
}

extension PlatformVersion: Comparable {
  public static func < (left: PlatformVersion, right: PlatformVersion) -> Bool {
    left.parts.lexicographicallyPrecedes(right.parts)
  }
}

extension PlatformVersion: CustomStringConvertible {
  public var description: String {
    let shown = parts + Array(repeating: 0, count: max(0, 2 - parts.count))
    return shown.map(String.init).joined(separator: ".")
  }
}
