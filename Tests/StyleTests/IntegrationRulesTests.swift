import Testing

@Suite struct `Rules of integration` {
  private let tree: SourceTree
  private let shown: Set<Int>
  private let explained: [Int]

  init() throws {
    tree = try SourceTree()
    var shown: Set<Int> = []
    for file in tree.tests {
      for line in file.lines {
        guard let match = line.firstMatch(of: #/func `(R[0-9][R0-9, ]*):/#) else { continue }
        for word in match.1.split(separator: ",") {
          if let rule = Int(word.drop { $0 == " " || $0 == "R" }) { shown.insert(rule) }
        }
      }
    }
    self.shown = shown
    explained = try tree.text("Sources/Workspaces/Workspaces.docc/Rules.md")
      .matches(of: #/\| R([0-9]+) \| (?:note|not met) \| .{12,} \|/#).compactMap { Int($0.1) }
  }

  @Test func `each have a test, or a reason to have none, and never both`() {
    for rule in 1...176 {
      let count = (shown.contains(rule) ? 1 : 0) + explained.count { $0 == rule }
      #expect(count == 1, "R\(rule) is in \(count) of the lists: see Workspaces.docc/Rules.md")
    }
  }

  @Test func `are 176`() {
    let beyond = shown.union(explained).filter { !(1...176).contains($0) }
    #expect(beyond.isEmpty, "\(beyond.sorted())")
  }
}
