/// How evidence names captures.
enum CaptureNames {
  /// For each path the shortest end of it that no other path has: `capture.pcapng`, or
  /// `dcsync/capture.pcapng` where several have that name.
  static func shortest(_ paths: [String]) -> [(path: String, name: String)] {
    let parts = paths.map { $0.split(separator: "/") }
    var names = parts.map { $0.last.map(String.init) ?? "-" }
    var depth = 1
    while depth < 64 {
      let shared = Set(Dictionary(grouping: names, by: \.self).filter { $0.value.count > 1 }.keys)
      guard !shared.isEmpty else { break }
      depth += 1
      for index in names.indices where shared.contains(names[index]) {
        names[index] = parts[index].suffix(depth).joined(separator: "/")
      }
    }
    return Array(zip(paths, names)).map { (path: $0.0, name: $0.1) }
  }
}
