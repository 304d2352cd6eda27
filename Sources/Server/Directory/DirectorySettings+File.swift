import Foundation
import Workspaces

extension DirectorySettings {
  private static let keys = [
    "controllers", "base", "bind", "bindName", "passwordFile", "passwordEnvironment", "tls",
    "caFile", "certificateFile", "keyFile", "insecure", "pageSize", "timeoutSeconds", "referrals",
    "changes",
  ]

  /// Reads `directory:` of a workspace file.
  init(_ reader: YAMLReader) throws(ConfigurationError) {
    self.init()
    for (name, value) in try reader.members(known: DirectorySettings.keys) {
      switch name {
      case "controllers": controllers = try DirectorySettings.controllers(value)
      case "base": base = try value.string()
      case "bind": bind = try DirectorySettings.word(value)
      case "bindName": bindName = try value.string()
      case "passwordFile": try setPassword(.file(try value.string()), value)
      case "passwordEnvironment": try setPassword(.environment(try value.string()), value)
      case "tls": tls = try DirectorySettings.word(value)
      case "caFile": caFile = try value.string()
      case "certificateFile": certificateFile = try value.string()
      case "keyFile": keyFile = try value.string()
      case "insecure": isInsecure = try value.bool()
      case "pageSize": pageSize = try value.int(1...10_000)
      case "timeoutSeconds": timeoutSeconds = try value.int(1...3600)
      case "referrals": referrals = try DirectorySettings.word(value)
      default: changes = try DirectorySettings.word(value)
      }
    }
    try refuseContradictions(reader)
  }

  private mutating func setPassword(
    _ password: Password, _ reader: YAMLReader
  ) throws(ConfigurationError) {
    guard self.password == nil else {
      throw reader.error("passwordFile and passwordEnvironment exclude each other")
    }
    self.password = password
  }

  private static func word<Word: RawRepresentable<String> & CaseIterable>(
    _ reader: YAMLReader
  ) throws(ConfigurationError) -> Word {
    let text = try reader.string()
    guard let word = Word(rawValue: text) else {
      let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw reader.error("must be one of \(known), found '\(text)'")
    }
    return word
  }

  /// URLs; a name alone is asked over LDAPS.
  private static func controllers(_ reader: YAMLReader) throws(ConfigurationError) -> [String] {
    var urls: [String] = []
    for element in try reader.elements() {
      let text = try element.string()
      let url = text.contains("://") ? text : "ldaps://\(text)"
      guard isServer(url) else {
        throw element.error("must be ldaps://HOST[:PORT], ldap://HOST[:PORT] or ldapi://PATH")
      }
      urls.append(url)
    }
    guard !urls.isEmpty, urls.count <= maximumControllerCount else {
      throw reader.error("must name 1 to \(maximumControllerCount) controllers")
    }
    return urls
  }

  /// A server and nothing else: what a URL says besides would be passed over.
  private static func isServer(_ url: String) -> Bool {
    let characters = url.allSatisfy { $0.isASCII && !$0.isWhitespace && $0 != "?" && $0 != "@" }
    guard characters, let cut = url.firstRange(of: "://") else { return false }
    let rest = url[cut.upperBound...]
    switch url[..<cut.lowerBound] {
    case "ldapi": return !rest.contains("/")
    case "ldap", "ldaps": return !rest.isEmpty && !rest.contains("/")
    default: return false
    }
  }

  private func refuseContradictions(_ reader: YAMLReader) throws(ConfigurationError) {
    guard !controllers.isEmpty else { throw reader.error("needs 'controllers'") }
    switch bind {
    case .simple:
      guard bindName != nil else { throw reader.error("a simple bind needs 'bindName'") }
      guard password != nil else {
        throw reader.error("a simple bind needs 'passwordFile' or 'passwordEnvironment'")
      }
      let isClear = controllers.contains { $0.hasPrefix("ldap:") } && protection == .none
      guard !isClear || isInsecure else {
        throw reader.error(
          "'tls: none' sends the password in the clear; use ldaps:// or 'tls: startTLS'")
      }
    case .gssapi, .external:
      guard password == nil, bindName == nil else {
        throw reader.error("'bind: \(bind.rawValue)' takes neither bindName nor a password")
      }
    }
    guard (certificateFile == nil) == (keyFile == nil) else {
      throw reader.error("certificateFile and keyFile belong together")
    }
  }

  /// The same, with files named from a folder unless they begin at the root.
  func relative(to folder: String) -> DirectorySettings {
    func placed(_ file: String?) -> String? {
      file.map { $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" }
    }
    var settings = self
    settings.caFile = placed(caFile)
    settings.certificateFile = placed(certificateFile)
    settings.keyFile = placed(keyFile)
    if case .file(let file) = password, let file = placed(file) { settings.password = .file(file) }
    return settings
  }
}

/// Passwords: out of files and the environment, and nowhere else.
enum DirectoryPassword {
  private static let maximumByteCount = 4096

  /// The octets of a password; a file's last line end is none of them.
  static func read(
    _ password: DirectorySettings.Password?,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> [UInt8]? {
    switch password {
    case nil:
      return nil
    case .environment(let name):
      guard let text = environment[name], !text.isEmpty else {
        throw Failure(
          "directory: the environment variable '\(name)' is not set (passwordEnvironment)",
          code: .configuration)
      }
      return Array(text.utf8)
    case .file(let file):
      return try octets(of: file)
    }
  }

  private static func octets(of file: String) throws -> [UInt8] {
    func refused(_ reason: String) -> Failure {
      Failure("\(file): \(reason) (passwordFile)", code: .configuration)
    }
    let manager = FileManager.default
    guard manager.fileExists(atPath: file) else { throw refused("no such file") }
    let data: Data
    let mode: Int
    do {
      // The rights of what a link leads to count.
      let path = URL(fileURLWithPath: file).resolvingSymlinksInPath().path
      mode = (try manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int) ?? 0
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw refused("cannot be read")
    }
    guard mode & 0o077 == 0 else {
      throw refused("others may read it; 'chmod 600' keeps it to its owner")
    }
    var octets = Array(data)
    if octets.last == UInt8(ascii: "\n") { octets.removeLast() }
    if octets.last == UInt8(ascii: "\r") { octets.removeLast() }
    // A simple bind without a password is an anonymous one (RFC 4513 section 5.1.2).
    guard !octets.isEmpty else { throw refused("is empty") }
    guard octets.count <= maximumByteCount else {
      throw refused("is above \(maximumByteCount) octets")
    }
    return octets
  }
}
