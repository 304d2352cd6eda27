import Correlation
import Evidence

/// How severities, badges and parties look in a table.
enum Badge {
  static func style(_ severity: Alert.Severity) -> Style {
    switch severity {
    case .high: .red
    case .medium: .yellow
    case .low: .blue
    case .informational: .dim
    }
  }

  static func cell(_ severity: Alert.Severity) -> Table.Cell {
    Table.Cell(severity.name, style(severity))
  }

  /// The endpoint icon: full with its number, hollow where it is grey, nothing where it is absent.
  static func cell(_ badge: EndpointBadge) -> Table.Cell {
    switch badge.state {
    case .absent: Table.Cell("")
    case .grey: Table.Cell("○ not known", .dim)
    case .integrated:
      badge.count == 0
        ? Table.Cell("● no alerts", .green)
        : Table.Cell(
          "● \(badge.count) (\(badge.open) open)", badge.open > 0 ? .red : .green)
    }
  }

  static func cell(_ risk: Risk) -> Table.Cell {
    switch risk.level {
    case .none: Table.Cell("")
    case .low: Table.Cell("\(risk.score)", .blue)
    case .medium: Table.Cell("\(risk.score)", .yellow)
    case .high: Table.Cell("\(risk.score)", .red)
    }
  }

  static func text(_ source: Alert.Source) -> String {
    source.computer.map { "\(source.address) \($0)" } ?? source.address.description
  }

  static func text(_ account: Alert.Account) -> String {
    account.domain.map { "\(account.name)@\($0)" } ?? account.name
  }

  static func text(_ target: Alert.Target) -> String { target.name }

  /// The first of a list, and how many more there are.
  static func first(_ texts: [String]) -> String {
    guard let first = texts.first else { return "" }
    return texts.count == 1 ? first : "\(first) +\(texts.count - 1)"
  }
}
