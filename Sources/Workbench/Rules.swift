import Foundation

/// The table of the integration rules R1-R176: which test shows each, and why others have none.
///
/// Tests are found by their names, which begin with the rules that they show; the rest stands in
/// `Rules.md` of the target Workspaces. A rule that is in neither, or in both, is an error.
struct Rules {
  static let count = 176

  private let root: URL

  init(root: String) { self.root = URL(filePath: root) }

  /// The lines of the table, and how many rules are in each state.
  func table() throws -> String {
    let tests = try tests()
    let reasons = try reasons()
    var lines = ["| rule | state | shown by, or why not |", "|---|---|---|"]
    var counts = ["met": 0, "note": 0, "not met": 0]
    for rule in 1...Rules.count {
      let shown = tests[rule] ?? []
      let reason = reasons[rule]
      switch (shown.isEmpty, reason) {
      case (false, nil):
        counts["met", default: 0] += 1
        lines.append("| R\(rule) | met | \(shown.sorted().joined(separator: "; ")) |")
      case (true, let reason?):
        counts[reason.state, default: 0] += 1
        lines.append("| R\(rule) | \(reason.state) | \(reason.text) |")
      case (true, nil): throw RulesFailure("R\(rule) has neither a test nor a reason")
      case (false, _): throw RulesFailure("R\(rule) has a test and a reason to have none")
      }
    }
    lines.append("")
    lines.append(
      "\(counts["met"] ?? 0) met, \(counts["note"] ?? 0) notes, \(counts["not met"] ?? 0) not met.")
    return lines.joined(separator: "\n") + "\n"
  }

  /// Names of tests by the rules that they begin with: `R63, R64: what is so`.
  private func tests() throws -> [Int: [String]] {
    var tests: [Int: [String]] = [:]
    for path in try files(below: "Tests") {
      for match in try text(path).matches(of: #/func `(R[0-9][^`]*)`/#) {
        let name = String(match.1)
        guard let colon = name.firstIndex(of: ":") else { continue }
        for word in name[..<colon].split(separator: ",") {
          let digits = word.drop { $0 == " " || $0 == "R" }
          guard let rule = Int(digits) else { continue }
          tests[rule, default: []].append(String(name[colon...].dropFirst(2)))
        }
      }
    }
    return tests
  }

  /// Rules without a test: `| R8 | note | why |`.
  private func reasons() throws -> [Int: (state: String, text: String)] {
    var reasons: [Int: (state: String, text: String)] = [:]
    let list = try text("Sources/Workspaces/Workspaces.docc/Rules.md")
    for match in list.matches(of: #/\| R([0-9]+) \| (note|not met) \| (.+) \|/#) {
      guard let rule = Int(match.1) else { continue }
      reasons[rule] = (String(match.2), String(match.3))
    }
    return reasons
  }

  private func files(below folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
      .filter { $0.hasSuffix(".swift") }.sorted().map { "\(folder)/\($0)" }
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }
}

/// A rule that is in none of the lists, or in two.
struct RulesFailure: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}
