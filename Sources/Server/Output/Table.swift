/// Rows for people: columns as wide as their content, two blanks between.
public struct Table {
  public struct Column: Sendable {
    public enum Alignment: Sendable { case left, right }

    var title: String
    var alignment: Alignment

    public init(_ title: String, _ alignment: Alignment = .left) {
      self.title = title
      self.alignment = alignment
    }
  }

  public struct Cell: Sendable {
    var text: String
    var style: Style

    public init(_ text: String, _ style: Style = .plain) {
      self.text = Table.printable(text)
      self.style = style
    }
  }

  /// A cell above this many characters is cut: one odd name must not push a table apart.
  private static let maximumWidth = 60

  private let columns: [Column]
  private var rows: [[Cell]] = []

  public init(_ columns: [Column]) { self.columns = columns }

  public var isEmpty: Bool { rows.isEmpty }

  public mutating func add(_ cells: [Cell]) { rows.append(cells) }

  /// The lines of the table, its titles first; columns in which no row says anything are left out.
  public func lines(indent: String = "", usesColour: Bool) -> [String] {
    let shown = columns.indices.filter { column in
      rows.contains { column < $0.count && !$0[column].text.isEmpty }
    }
    let titles = columns.map { Cell($0.title, .dim) }
    let hasTitles = shown.contains { !columns[$0].title.isEmpty }
    let all = (hasTitles ? [titles] : []) + rows
    let widths = shown.map { column in
      all.map { column < $0.count ? Table.cut($0[column].text).count : 0 }.max() ?? 0
    }
    return all.map { row in
      var line = indent
      for (place, column) in shown.enumerated() {
        let cell = column < row.count ? row[column] : Cell("")
        let isLast = place == shown.count - 1
        line += padded(cell, widths[place], columns[column].alignment, isLast, usesColour)
        if !isLast { line += "  " }
      }
      while line.utf8.last == UInt8(ascii: " ") { line.removeLast() }
      return line
    }
  }

  private func padded(
    _ cell: Cell, _ width: Int, _ alignment: Column.Alignment, _ isLast: Bool, _ usesColour: Bool
  ) -> String {
    let text = Table.cut(cell.text)
    let blanks = String(repeating: " ", count: max(0, width - text.count))
    let styled = cell.style.applied(to: text, if: usesColour)
    switch alignment {
    case .right: return blanks + styled
    case .left: return isLast ? styled : styled + blanks
    }
  }

  private static func cut(_ text: String) -> String {
    text.count <= maximumWidth ? text : text.prefix(maximumWidth - 1) + "…"
  }

  /// Text out of traffic may hold what moves a terminal's cursor: control characters become `?`.
  static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { clean.append(isControl(scalar) ? "?" : scalar) }
    return String(clean)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
