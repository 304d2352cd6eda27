import Evidence

/// A question to a collection, in the part of OData that the API understands.
struct CollectionQuery: Sendable {
  var top: Int?
  var skip = 0
  var expandsEvidence = false
  /// `(field, operator, value)`, all of which must hold.
  var conditions: [(field: String, comparison: String, value: String)] = []

  /// What is wrong with a question, as the API words it.
  struct Refusal: Error {
    var code: String
    var message: String
  }

  /// The most that one page may be asked for.
  static let maximumTop = 10_000

  init(_ parameters: [(name: String, value: String)]) throws(Refusal) {
    for (name, value) in parameters {
      switch name {
      case "$top":
        guard let number = Int(value), (1...CollectionQuery.maximumTop).contains(number) else {
          throw Refusal(code: "ODataError", message: "$top must be from 1 to 10000.")
        }
        top = number
      case "$skip", "$skiptoken":
        guard let number = Int(value), number >= 0 else {
          throw Refusal(code: "ODataError", message: "\(name) must be a whole number.")
        }
        skip = number
      case "$expand": expandsEvidence = value == "evidence"
      case "$filter": conditions = try CollectionQuery.conditions(value)
      default: continue
      }
    }
  }

  private static func conditions(
    _ text: String
  ) throws(Refusal) -> [(field: String, comparison: String, value: String)] {
    var conditions: [(field: String, comparison: String, value: String)] = []
    for part in text.split(separator: " and ") {
      let words = part.split(separator: " ")
      guard words.count == 3, ["ge", "gt", "le", "lt", "eq"].contains(words[1]) else {
        throw Refusal(code: "ODataError", message: "The filter is not understood: \(part)")
      }
      let value = words[2].filter { $0 != "'" }
      conditions.append((String(words[0]), String(words[1]), value))
    }
    return conditions
  }

  /// Documents that all conditions hold for.
  func matching(_ documents: [JSONValue]) -> [JSONValue] {
    documents.filter { document in
      conditions.allSatisfy { condition in
        guard let text = document[condition.field].text else { return false }
        return CollectionQuery.holds(condition.comparison, order(text, condition.value))
      }
    }
  }

  /// Times by their moment, whatever digits they have; other texts as texts.
  private func order(_ left: String, _ right: String) -> Int {
    if let first = Instant(iso8601: left[...]), let second = Instant(iso8601: right[...]) {
      return first < second ? -1 : first == second ? 0 : 1
    }
    return left < right ? -1 : left == right ? 0 : 1
  }

  private static func holds(_ comparison: String, _ order: Int) -> Bool {
    switch comparison {
    case "ge": order >= 0
    case "gt": order > 0
    case "le": order <= 0
    case "lt": order < 0
    default: order == 0
    }
  }
}
