import Foundation

/// The files of the package, as the rules look at them.
struct SourceTree {
  struct File: CustomStringConvertible {
    /// From the top of the package, such as `Sources/Wire/Bytes/BER.swift`.
    var path: String
    var lines: [Substring]

    var target: String { String(path.split(separator: "/").dropFirst().first ?? "") }
    var name: String { String(path.split(separator: "/").last ?? "") }
    var description: String { path }

    /// Lines without comments and the insides of texts: what the compiler acts on.
    var code: [String] {
      lines.map { line in
        var text = String(line)
        if let comment = text.range(of: "//") { text = String(text[..<comment.lowerBound]) }
        return text.replacing(#/"(\\.|[^"\\])*"/#, with: "\"\"")
      }
    }

    /// Modules imported, however the import is written.
    var imports: Set<String> {
      Set(
        lines.compactMap { line in
          let words = line.split(separator: " ")
          guard let place = words.firstIndex(of: "import"), place < words.count - 1,
            words[..<place].allSatisfy({ $0 == "public" || $0 == "@testable" || $0 == "internal" })
          else { return nil }
          return String(words[place + 1].split(separator: ".")[0])
        })
    }
  }

  let root: URL
  let sources: [File]
  let tests: [File]

  init() throws {
    root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    sources = try SourceTree.files(below: "Sources", root)
    tests = try SourceTree.files(below: "Tests", root)
  }

  /// Sources of one target.
  func sources(of target: String) -> [File] { sources.filter { $0.target == target } }

  /// The text of a file, from the top of the package.
  func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// Names in a folder, sorted; hidden ones left out.
  func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)
      .filter { !$0.hasPrefix(".") }.sorted()
  }

  private static func files(below folder: String, _ root: URL) throws -> [File] {
    let top = root.appending(path: folder)
    let paths = FileManager.default.enumerator(atPath: top.path)?.compactMap { $0 as? String } ?? []
    return try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
      let text = try String(contentsOf: top.appending(path: path), encoding: .utf8)
      return File(
        path: "\(folder)/\(path)",
        lines: text.split(separator: "\n", omittingEmptySubsequences: false))
    }
  }
}
