import Foundation
import Sensor

/// The captures and expectations of others that lie beside the project, where they do.
struct Corpus {
  let folder: String

  /// Nil, with a word to the reader, where there is none.
  init?() {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    folder = root.deletingLastPathComponent().path + "/shared/corpus/dev/"
    guard FileManager.default.fileExists(atPath: folder) else {
      FileHandle.standardError.write(Data("skipped: no corpus\n".utf8))
      return nil
    }
  }

  /// The captures that Wireshark's reading lies beside.
  var captures: [String] {
    get throws {
      let ending = ".oracle.jsonl"
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        .filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }
    }
  }

  func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder + name)), as: UTF8.self)
  }

  /// The lines of a file, each a JSON object.
  func objects(_ name: String) throws -> [Message] { try Self.objects(in: text(name)) }

  /// The lines of `decode` for a capture.
  func decode(_ name: String) throws -> [Message] {
    var decoder = try Decoder(paths: [folder + name])
    var text: [UInt8] = []
    while let lines = try decoder.next() { text += lines }
    return try Self.objects(in: String(decoding: text, as: UTF8.self))
  }

  private static func objects(in text: String) throws -> [Message] {
    let decoder = JSONDecoder()
    return try text.split(separator: "\n").map { line in
      Message(members: try decoder.decode([String: JSON].self, from: Data(line.utf8)))
    }
  }
}

/// A value of JSON.
indirect enum JSON: Decodable, Hashable {
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSON])
  case object([String: JSON])
  case null

  init(from decoder: any Swift.Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let flag = try? value.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let list = try? value.decode([JSON].self) {
      self = .list(list)
    } else {
      self = .object(try value.decode([String: JSON].self))
    }
  }

  /// A value as text, whatever it is: numbers without a fraction.
  var word: String {
    switch self {
    case .flag(let flag): "\(flag)"
    case .number(let number): Int(exactly: number).map { "\($0)" } ?? "\(number)"
    case .text(let text): text
    case .list, .object, .null: ""
    }
  }
}

/// One line: an object of JSON, read by its keys.
struct Message {
  let members: [String: JSON]

  subscript(key: String) -> JSON? { members[key] }

  /// A text, number or flag as text; nil where the key is absent.
  func word(_ key: String) -> String? { members[key]?.word }

  func text(_ key: String) -> String? {
    if case .text(let text)? = members[key] { text } else { nil }
  }

  func number(_ key: String) -> Int? {
    if case .number(let number)? = members[key] { Int(exactly: number) } else { nil }
  }

  func flag(_ key: String) -> Bool? {
    if case .flag(let flag)? = members[key] { flag } else { nil }
  }

  func texts(_ key: String) -> [String] {
    if case .list(let list)? = members[key] { list.map(\.word) } else { [] }
  }

  func objects(_ key: String) -> [Message] {
    guard case .list(let list)? = members[key] else { return [] }
    return list.compactMap { value in
      if case .object(let object) = value { Message(members: object) } else { nil }
    }
  }

  func object(_ key: String) -> Message? {
    if case .object(let object)? = members[key] { Message(members: object) } else { nil }
  }
}
