import Yams

/// A wrong place in a configuration file: file, line, key, and what is wrong.
struct ConfigurationError: Error {
  var file: String
  var line: Int?
  var key: String?
  var reason: String

  /// One line.
  var message: String {
    var text = file
    if let line { text += ":\(line)" }
    if let key { text += ": key '\(key)'" }
    return "\(text): \(reason)"
  }
}

/// Reads a YAML node strictly: wrong types and unknown keys are errors that say where.
struct YAMLReader {
  let file: String
  let node: Node
  /// Keys from the root, joined by dots; empty at the root.
  let key: String

  /// Composes the text of a file; its root must be a mapping.
  static func root(of text: String, file: String) throws(ConfigurationError) -> YAMLReader {
    let node: Node?
    do {
      node = try compose(yaml: text)
    } catch let error as YamlError {
      throw ConfigurationError(error, file: file)
    } catch {
      throw ConfigurationError(file: file, reason: "is not YAML: \(error)")
    }
    guard let node else { throw ConfigurationError(file: file, reason: "is empty") }
    return YAMLReader(file: file, node: node, key: "")
  }

  /// The members of a mapping, each of which must be one of `known`.
  func members(known: [String]) throws(ConfigurationError) -> [(name: String, value: YAMLReader)] {
    let members = try members()
    for member in members where !known.contains(member.name) {
      throw ConfigurationError(
        file: file, line: member.value.line, key: member.value.key,
        reason: "unknown key; known here: \(known.joined(separator: ", "))")
    }
    return members
  }

  /// The members of a mapping whose keys are free.
  func members() throws(ConfigurationError) -> [(name: String, value: YAMLReader)] {
    guard case .mapping(let mapping) = node else { throw wrongType("a mapping") }
    var members: [(name: String, value: YAMLReader)] = []
    for (keyNode, value) in mapping {
      guard let name = keyNode.scalar?.string else {
        throw ConfigurationError(
          file: file, line: keyNode.mark?.line, key: key.isEmpty ? nil : key,
          reason: "a key must be text")
      }
      let path = key.isEmpty ? name : "\(key).\(name)"
      // A value on later lines is wrong under its key: that is the line to show.
      let reader = YAMLReader(file: file, node: value, key: path)
      members.append((name, reader.at(keyNode.mark?.line)))
    }
    return members
  }

  /// The elements of a sequence; nothing after the key is an empty one.
  func elements() throws(ConfigurationError) -> [YAMLReader] {
    if isNull { return [] }
    guard case .sequence(let sequence) = node else { throw wrongType("a list") }
    return sequence.enumerated().map { index, element in
      YAMLReader(file: file, node: element, key: "\(key)[\(index)]")
    }
  }

  func strings() throws(ConfigurationError) -> [String] {
    var strings: [String] = []
    for element in try elements() { strings.append(try element.string()) }
    return strings
  }

  /// Text; numbers and booleans that are not quoted are none.
  func string() throws(ConfigurationError) -> String {
    guard let text = node.scalar?.string, isText else { throw wrongType("text") }
    guard !text.isEmpty else { throw error("must not be empty") }
    return text
  }

  /// A setting's value: text, a number or a boolean, as written.
  func scalar() throws(ConfigurationError) -> String {
    guard let text = node.scalar?.string, !isNull else { throw wrongType("a single value") }
    return text
  }

  func bool() throws(ConfigurationError) -> Bool {
    guard let value = node.bool else { throw wrongType("true or false") }
    return value
  }

  func int(_ range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
    guard let value = node.int else { throw wrongType("a whole number") }
    guard range.contains(value) else {
      throw error("must be from \(range.lowerBound) to \(range.upperBound), found \(value)")
    }
    return value
  }

  func error(_ reason: String) -> ConfigurationError {
    ConfigurationError(file: file, line: line, key: key.isEmpty ? nil : key, reason: reason)
  }

  // MARK: - Types

  private var knownLine: Int? = nil

  init(file: String, node: Node, key: String) {
    self.file = file
    self.node = node
    self.key = key
  }

  private func at(_ line: Int?) -> YAMLReader {
    var reader = self
    reader.knownLine = line
    return reader
  }

  private var line: Int? { knownLine ?? node.mark?.line }

  private var isNull: Bool { node.null != nil }

  private var isText: Bool { node.tag.rawValue == "tag:yaml.org,2002:str" }

  private func wrongType(_ wanted: String) -> ConfigurationError {
    let found =
      switch node {
      case .mapping: "a mapping"
      case .sequence: "a list"
      case .alias: "an alias"
      case .scalar(let scalar): isNull ? "nothing" : "'\(scalar.string)'"
      }
    return error("must be \(wanted), found \(found)")
  }
}

extension ConfigurationError {
  /// What the YAML library found wrong, in one line.
  fileprivate init(_ error: YamlError, file: String) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self.init(file: file, line: mark.line, reason: "is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.sorted().joined(separator: "', '")
      self.init(
        file: file, line: context.mark.line, key: names, reason: "given twice in one mapping")
    default:
      self.init(file: file, reason: "is not YAML: \(error)")
    }
  }
}
