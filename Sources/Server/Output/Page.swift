/// A page of facts, lists and tables for people.
struct Page {
  private(set) var lines: [String] = []
  let usesColour: Bool

  /// Columns of a line of prose: a terminal's usual 80, a little less.
  private static let width = 76
  private static let factWidth = 12

  init(usesColour: Bool) { self.usesColour = usesColour }

  mutating func title(_ text: String, _ style: Style = .bold) {
    lines.append(style.applied(to: Table.printable(text), if: usesColour))
  }

  /// A name and its value; nothing where there is no value.
  mutating func fact(_ name: String, _ value: String?) {
    guard let value, !value.isEmpty else { return }
    let blanks = String(repeating: " ", count: max(1, Page.factWidth - name.count))
    let label = Style.dim.applied(to: name, if: usesColour)
    lines.append("  \(label)\(blanks)\(Table.printable(value))")
  }

  mutating func heading(_ text: String) {
    lines.append("")
    lines.append(Style.bold.applied(to: text, if: usesColour))
  }

  mutating func list(_ name: String, _ elements: [String]) {
    guard !elements.isEmpty else { return }
    heading(name)
    for element in elements {
      for (index, line) in Page.folded(element, Page.width - 2).enumerated() {
        lines.append((index == 0 ? "  " : "    ") + line)
      }
    }
  }

  mutating func text(_ name: String, _ prose: String) {
    guard !prose.isEmpty else { return }
    heading(name)
    lines += Page.folded(prose, Page.width).map { "  " + $0 }
  }

  mutating func table(_ name: String, _ table: Table, indent: String = "  ") {
    guard !table.isEmpty else { return }
    heading(name)
    lines += table.lines(indent: indent, usesColour: usesColour)
  }

  mutating func line(_ text: String) { lines.append(text) }

  /// Breaks prose between words.
  private static func folded(_ text: String, _ width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in Table.printable(text).split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }
}
