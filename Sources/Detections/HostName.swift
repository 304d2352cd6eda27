/// A computer's name, for comparison: without case, and a bare first label equals a full name.
struct HostName: Equatable {
  private var labels: [Substring]

  init(_ name: String) {
    let bare = name.lowercased()
    labels = (bare.hasSuffix("$") ? bare.dropLast() : bare[...]).split(separator: ".")
  }

  var isEmpty: Bool { labels.isEmpty }

  /// NetBIOS names have 15 octets at most: where one side is a bare label of that length, the other
  /// may go on (MS-NBTE section 2.2.1).
  static func == (left: HostName, right: HostName) -> Bool {
    guard let first = left.labels.first, let other = right.labels.first else { return false }
    if left.labels.count > 1, right.labels.count > 1 { return left.labels == right.labels }
    if first == other { return true }
    let (bare, full) = left.labels.count == 1 ? (first, other) : (other, first)
    return bare.utf8.count == 15 && full.hasPrefix(bare)
  }
}
