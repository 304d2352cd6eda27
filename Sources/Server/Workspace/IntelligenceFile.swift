import Evidence
import Foundation

/// `intelligence.yml` of a workspace: what is known of tools, addresses and names.
///
/// ```yaml
/// - {entry: Roasting kit, fingerprint: GetUserSPNs, actor: EXAMPLE BEAR, intent: credential theft,
///    source: our hunters 2026-11-02}
/// - {entry: Relay host, address: 10.20.0.66, source: partner feed}
/// - {entry: Stolen account, name: mallory, source: incident 12}
/// ```
///
/// An entry has exactly one of `fingerprint`, `address` and `name`.
enum IntelligenceFile {
  static let name = "intelligence.yml"

  private static let keys = [
    "entry", "fingerprint", "address", "name", "actor", "intent", "source",
  ]

  static func parse(_ text: String, file: String) throws(ConfigurationError) -> [ThreatEntry] {
    var entries: [ThreatEntry] = []
    for element in try YAMLReader.root(of: text, file: file).elements() {
      entries.append(try entry(element))
    }
    return entries
  }

  private static func entry(_ reader: YAMLReader) throws(ConfigurationError) -> ThreatEntry {
    var marks: [ThreatEntry.Mark] = []
    var texts: [String: String] = [:]
    for (name, value) in try reader.members(known: keys) {
      let text = try value.string()
      switch name {
      case "fingerprint": marks.append(.fingerprint(text))
      case "name": marks.append(.name(text))
      case "address":
        guard let address = Address(text) else { throw value.error("'\(text)' is no address") }
        marks.append(.address(address))
      default: texts[name] = text
      }
    }
    guard let mark = marks.first, marks.count == 1 else {
      throw reader.error("needs exactly one of 'fingerprint', 'address' and 'name'")
    }
    guard let name = texts["entry"], let source = texts["source"] else {
      throw reader.error("needs an 'entry' and its 'source'")
    }
    return ThreatEntry(
      name: name, mark: mark, actor: texts["actor"], intent: texts["intent"], source: source)
  }
}

extension WorkspaceFolder {
  /// What threat intelligence says; empty where the workspace has no file of it.
  func intelligence() throws -> [ThreatEntry] {
    let file = "\(path)/\(IntelligenceFile.name)"
    guard FileManager.default.fileExists(atPath: file) else { return [] }
    let text: String
    do {
      text = try String(contentsOfFile: file, encoding: .utf8)
    } catch {
      throw Failure("\(file): cannot be read: \(error.localizedDescription)", code: .configuration)
    }
    do {
      return try IntelligenceFile.parse(text, file: file)
    } catch {
      throw Failure(error.message, code: .configuration)
    }
  }
}
