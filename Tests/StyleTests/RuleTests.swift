import Foundation
import Testing

@Suite struct `Rules of style` {
  private let tree: SourceTree

  init() throws { tree = try SourceTree() }

  @Test func `keep files at 400 lines`() {
    for file in tree.sources + tree.tests where !isGenerated(file) {
      #expect(file.lines.count <= 401, "\(file) has \(file.lines.count) lines")
    }
  }

  /// Places that call C or hold a capture, each with its reason beside the line.
  private let unsafePlaces = ["Sources/Sensor/Capture/", "Sources/Connectors/ActiveDirectory/"]

  @Test func `allow unsafe code only at the edges, with its reason`() {
    for file in tree.sources {
      let uses = file.code.contains { $0.contains(#/\bunsafe\b/#) }
      guard uses else { continue }
      let isEdge = unsafePlaces.contains { file.path.hasPrefix($0) } || callsC(file)
      #expect(isEdge, "\(file) is unsafe")
      #expect(file.lines.contains { $0.contains("SAFETY:") }, "\(file) gives no reason")
    }
  }

  @Test(arguments: [
    #"\btry\?"#, #"\btry!"#, #"\bfatalError\b"#, #"\bprint\("#, #"@unchecked"#,
    #"nonisolated\(unsafe\)"#, #"\bDispatchQueue\b"#, #"\bpackage (func|struct|var|let|enum)"#,
  ])
  func `ban what hides failures and races`(_ pattern: String) throws {
    let regex = try Regex(pattern)
    for file in tree.sources where !file.path.hasPrefix("Sources/crosswatch/") {
      for (number, line) in file.code.enumerated() {
        #expect(line.firstMatch(of: regex) == nil, "\(file):\(number + 1): \(line)")
      }
    }
  }

  /// Spelt in pieces, so that this file passes its own rule.
  @Test func `leave no unfinished place`() {
    let words = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]
    for file in tree.sources + tree.tests {
      for (number, line) in file.lines.enumerated() {
        #expect(!words.contains { line.contains($0) }, "\(file):\(number + 1)")
      }
    }
  }

  @Test func `show six names at the top`() throws {
    let shown = try tree.names(in: "")
    let expected: Set = [
      "Package.swift", "Sources", "Tests", "Captures", "Workspaces", "README.md",
      // Made by the build where it is told so, and ignored by git.
      "Package.resolved",
    ]
    #expect(Set(shown).subtracting(expected).isEmpty, "\(shown)")
  }

  private func isGenerated(_ file: SourceTree.File) -> Bool {
    file.lines.first?.hasPrefix("// Generated") == true
  }

  private func callsC(_ file: SourceTree.File) -> Bool {
    !file.imports.isDisjoint(with: ["CPcap", "CCompression", "COpenLDAP", "Glibc"])
  }
}
