import Evidence
import Foundation

/// The members of one JSON object, read with errors that name document and field.
///
/// Null and an empty text are an absent value: real exports write either.
struct JSONFields {
  private let members: [String: Any]
  private let file: String
  /// Such as `document 3`, or `document 3, evidence 1`.
  private let place: String

  init(_ members: [String: Any], file: String, place: String) {
    self.members = members
    self.file = file
    self.place = place
  }

  func has(_ name: String) -> Bool { members[name] != nil }

  func text(_ name: String) throws(ConnectorFailure) -> String? {
    guard let value = present(name) else { return nil }
    guard let text = value as? String else { throw wrong(name, "must be text") }
    return text.isEmpty ? nil : text
  }

  /// Text, or a number as text.
  func words(_ name: String) throws(ConnectorFailure) -> String? {
    if let number = present(name) as? NSNumber { return number.stringValue }
    return try text(name)
  }

  func requiredText(_ name: String) throws(ConnectorFailure) -> String {
    guard let text = try text(name) else { throw wrong(name, "is missing") }
    return text
  }

  /// A moment in UTC with up to seven digits of the second.
  func time(_ name: String) throws(ConnectorFailure) -> Instant? {
    guard let text = try text(name) else { return nil }
    let bare = text.hasSuffix("+00:00") ? text.dropLast(6) : text[...]
    guard let moment = Instant(iso8601: bare) else {
      throw wrong(name, "is no UTC time: '\(text.prefix(40))'")
    }
    return moment
  }

  func requiredTime(_ name: String) throws(ConnectorFailure) -> Instant {
    guard let moment = try time(name) else { throw wrong(name, "is missing") }
    return moment
  }

  func bool(_ name: String) throws(ConnectorFailure) -> Bool {
    guard let value = present(name) else { return false }
    guard let flag = value as? Bool else { throw wrong(name, "must be true or false") }
    return flag
  }

  /// A whole number, or a text of one: exports write either.
  func int(_ name: String) throws(ConnectorFailure) -> Int? {
    guard let value = present(name) else { return nil }
    if let number = value as? Int { return number }
    if let text = value as? String { return Int(text) }
    throw wrong(name, "must be a whole number")
  }

  /// A list of texts; one text alone is a list of its parts between commas.
  func texts(_ name: String) throws(ConnectorFailure) -> [String] {
    guard let value = present(name) else { return [] }
    if let text = value as? String {
      return text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    guard let list = value as? [Any] else { throw wrong(name, "must be a list of texts") }
    return list.compactMap { $0 as? String }
  }

  func object(_ name: String) throws(ConnectorFailure) -> JSONFields? {
    guard let value = present(name) else { return nil }
    guard let members = value as? [String: Any] else { throw wrong(name, "must be an object") }
    return JSONFields(members, file: file, place: "\(place), \(name)")
  }

  func objects(_ name: String) throws(ConnectorFailure) -> [JSONFields] {
    guard let value = present(name) else { return [] }
    guard let list = value as? [Any] else { throw wrong(name, "must be a list") }
    var objects: [JSONFields] = []
    for (index, element) in list.enumerated() where !(element is NSNull) {
      guard let members = element as? [String: Any] else {
        throw wrong("\(name)[\(index)]", "must be an object")
      }
      objects.append(JSONFields(members, file: file, place: "\(place), \(name)[\(index)]"))
    }
    return objects
  }

  /// The object as text, keys sorted: the same document is the same text, unknown keys included.
  func json() throws(ConnectorFailure) -> String {
    do {
      let data = try JSONSerialization.data(
        withJSONObject: members, options: [.sortedKeys, .withoutEscapingSlashes])
      return String(decoding: data, as: UTF8.self)
    } catch {
      throw ConnectorFailure(
        .malformed, file: file, place: place, reason: "cannot be written again: \(error)")
    }
  }

  /// The members as they came.
  var object: [String: Any] { members }

  /// Other members, of the same place: what another shape was put into.
  func replaced(_ members: [String: Any]) -> JSONFields {
    JSONFields(members, file: file, place: place)
  }

  func wrong(_ name: String, _ reason: String) -> ConnectorFailure {
    ConnectorFailure(.malformed, file: file, place: place, reason: "field '\(name)' \(reason)")
  }

  private func present(_ name: String) -> Any? {
    guard let value = members[name], !(value is NSNull) else { return nil }
    return value
  }
}
