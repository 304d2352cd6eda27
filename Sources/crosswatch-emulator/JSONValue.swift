import Foundation

/// A JSON value that can be handed between tasks.
enum JSONValue: Codable, Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case text(String)
  case array([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = JSONValue.scalar(container) {
      self = value
    } else if let list = JSONValue.attempt({ try container.decode([JSONValue].self) }) {
      self = .array(list)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  private static func scalar(_ container: any SingleValueDecodingContainer) -> JSONValue? {
    if let flag = attempt({ try container.decode(Bool.self) }) { return .bool(flag) }
    if let number = attempt({ try container.decode(Int64.self) }) { return .int(number) }
    if let number = attempt({ try container.decode(Double.self) }) { return .double(number) }
    return attempt { try container.decode(String.self) }.map(JSONValue.text)
  }

  /// The value, or nil where it is of another type: asking is the only way to learn the type.
  private static func attempt<Value>(_ body: () throws -> Value) -> Value? {
    do { return try body() } catch { return nil }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let flag): try container.encode(flag)
    case .int(let number): try container.encode(number)
    case .double(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    case .array(let list): try container.encode(list)
    case .object(let members): try container.encode(members)
    }
  }

  /// A member of an object; null for none.
  subscript(name: String) -> JSONValue {
    get {
      guard case .object(let members) = self else { return .null }
      return members[name] ?? .null
    }
    set {
      guard case .object(var members) = self else { return }
      members[name] = newValue
      self = .object(members)
    }
  }

  var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }

  var elements: [JSONValue] {
    guard case .array(let list) = self else { return [] }
    return list
  }

  /// As octets, keys sorted.
  func data() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByNilLiteral
{
  init(stringLiteral value: String) { self = .text(value) }
  init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements) { $1 })
  }
  init(integerLiteral value: Int64) { self = .int(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(nilLiteral: ()) { self = .null }
}
