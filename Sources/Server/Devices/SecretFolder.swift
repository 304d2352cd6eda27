public import Evidence
import Foundation
import Workspaces

/// The onboarding files and workspace keys of a workspace: `secrets/`, which only its owner can read
/// (rule R70).
///
/// Their content goes in and is never printed, logged, stored in the database or exported; what is
/// known of a secret without its content is a ``Summary``.
public struct SecretFolder: Sendable {
  /// What is told of a secret.
  public struct Summary: Sendable {
    public var name: String
    public var kind: Kind
    public var organisation: String?
    public var made: Instant?
  }

  public enum Kind: String, CaseIterable, Sendable {
    case onboarding
    case offboarding
    case workspaceKey = "workspace-key"
  }

  /// Octets: a package is some kilobytes.
  private static let maximumByteCount = 1 << 20
  private static let suffix = ".json"

  private let path: String

  public init(_ folder: WorkspaceFolder) { path = "\(folder.path)/secrets" }

  // MARK: - Import

  /// What is said about a file that is imported.
  public struct Description: Sendable {
    public var kind: Kind?
    public var organisation: String?
    public var made: Instant?

    public init(kind: Kind? = nil, organisation: String? = nil, made: Instant? = nil) {
      self.kind = kind
      self.organisation = organisation
      self.made = made
    }
  }

  /// Takes a file in under a name; one that expired, or is another organisation's than `wanted`, is
  /// refused.
  @discardableResult
  public func add(
    _ name: String, file: String, as description: Description, wanted: String? = nil, now: Instant
  ) throws -> Summary {
    if let objection = WorkspaceName.objection(to: name) {
      throw Failure("secret '\(name.prefix(64))': \(objection)", code: .configuration)
    }
    let content = try read(file)
    guard !content.starts(with: [0x50, 0x4B, 0x03, 0x04]) else {
      throw Failure("\(file): is a .zip archive: extract it and import the file inside")
    }
    let package = Package(content, file: file)
    guard let kind = description.kind ?? package.kind else {
      throw Failure(
        "\(file): is it for onboarding or offboarding, or a workspace key? Say --kind",
        code: .configuration)
    }
    let summary = Summary(
      name: name, kind: kind, organisation: description.organisation ?? package.organisation,
      made: description.made ?? package.made)
    try check(summary, package, file: file, wanted: wanted, now: now)
    try write(summary, content)
    return summary
  }

  private func check(
    _ summary: Summary, _ package: Package, file: String, wanted: String?, now: Instant
  ) throws {
    guard let kind = OnboardingPolicy.Kind(rawValue: summary.kind.rawValue) else { return }
    if let found = package.kind, found.rawValue != kind.rawValue {
      throw RuleViolation(
        rule: "R77",
        reason: "\(file): is for \(found.rawValue) and cannot be imported for \(kind.rawValue)")
    }
    let facts = ConfigurationPackage(
      kind: kind, organisation: summary.organisation, made: summary.made)
    try facts.check(belongsTo: wanted)
    guard kind == .offboarding, facts.made != nil else {
      guard kind == .onboarding else {
        throw Failure(
          "\(file): when was it made? Say --made DATE: an offboarding file is valid for "
            + "\(ConfigurationPackage.offboardingDays) days", code: .configuration)
      }
      return
    }
    guard facts.isValid(at: now) else {
      throw RuleViolation(
        rule: "R76",
        reason: "\(file): expired: an offboarding file is valid for "
          + "\(ConfigurationPackage.offboardingDays) days; download a new one at Settings → "
          + "Offboarding")
    }
  }

  // MARK: - Questions

  public func list() throws -> [Summary] {
    guard FileManager.default.fileExists(atPath: path + "/.") else { return [] }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw Failure("\(path): cannot be read: \(error.localizedDescription)")
    }
    return try names.filter { $0.hasSuffix(SecretFolder.suffix) }
      .compactMap { try summary(String($0.dropLast(SecretFolder.suffix.count))) }
  }

  /// What is known of a secret; nil where none has the name.
  public func summary(_ name: String) throws -> Summary? {
    let file = "\(path)/\(name)\(SecretFolder.suffix)"
    guard WorkspaceName.objection(to: name) == nil, FileManager.default.fileExists(atPath: file)
    else { return nil }
    let rights = try attributes(of: file)
    // 0600, or stricter: nothing for the group, nothing for others.
    guard rights & 0o077 == 0 else {
      throw Failure("\(file): others can read it: chmod 600 it, and think of the secret as known")
    }
    guard let members = object(try read(file)), let kind = members["kind"] as? String,
      let known = Kind(rawValue: kind)
    else { throw Failure("\(file): is no stored secret: delete and import it again") }
    return Summary(
      name: name, kind: known, organisation: members["organisation"] as? String,
      made: (members["made"] as? String).flatMap { Instant(iso8601: $0) })
  }

  public func delete(_ name: String) throws {
    guard try summary(name) != nil else { throw Failure("no secret is called '\(name)'") }
    let file = "\(path)/\(name)\(SecretFolder.suffix)"
    do {
      try FileManager.default.removeItem(atPath: file)
    } catch {
      throw Failure("\(file): cannot be deleted: \(error.localizedDescription)")
    }
  }

  // MARK: - Files

  private func attributes(of file: String) throws -> Int {
    do {
      let found = try FileManager.default.attributesOfItem(atPath: file)
      return (found[.posixPermissions] as? NSNumber)?.intValue ?? 0o777
    } catch {
      throw Failure("\(file): cannot be looked at: \(error.localizedDescription)")
    }
  }

  private func read(_ file: String) throws -> Data {
    do {
      let data =
        file == "-"
        ? try FileHandle.standardInput.readToEnd() ?? Data()
        : try Data(contentsOf: URL(fileURLWithPath: file))
      guard !data.isEmpty, data.count <= SecretFolder.maximumByteCount else {
        throw Failure("\(file): is empty, or above \(SecretFolder.maximumByteCount) octets")
      }
      return data
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure("\(file): cannot be read: \(error.localizedDescription)")
    }
  }

  /// The folder is closed to others before anything lies in it; the file follows by a rename.
  private func write(_ summary: Summary, _ content: Data) throws {
    var json = JSONWriter()
    json.beginObject()
    json.member("kind", summary.kind.rawValue)
    json.member("organisation", summary.organisation)
    json.member("made", summary.made)
    json.member("content", content.base64EncodedString())
    json.endObject()
    let file = "\(path)/\(summary.name)\(SecretFolder.suffix)"
    let draft = "\(file).new"
    do {
      let manager = FileManager.default
      try manager.createDirectory(
        atPath: path, withIntermediateDirectories: true,
        attributes: [.posixPermissions: NSNumber(value: 0o700)])
      try manager.setAttributes([.posixPermissions: NSNumber(value: 0o700)], ofItemAtPath: path)
      try Data(json.bytes).write(to: URL(fileURLWithPath: draft))
      try manager.setAttributes([.posixPermissions: NSNumber(value: 0o600)], ofItemAtPath: draft)
      if manager.fileExists(atPath: file) { try manager.removeItem(atPath: file) }
      try manager.moveItem(atPath: draft, toPath: file)
    } catch {
      throw Failure("\(file): cannot be written: \(error.localizedDescription)")
    }
  }
}

/// What a configuration file says of itself: JSON whose `body` is JSON again, with the organisation.
private struct Package {
  var kind: SecretFolder.Kind?
  var organisation: String?
  var made: Instant?

  init(_ content: Data, file: String) {
    let name = URL(fileURLWithPath: file).lastPathComponent.lowercased()
    if name.hasSuffix(".onboarding") { kind = .onboarding }
    if name.hasSuffix(".offboarding") { kind = .offboarding }
    guard let body = object(content)?["body"] as? String,
      let members = object(Data(body.utf8))
    else { return }
    organisation = members["orgId"] as? String
  }
}

/// The members of a JSON object; nil for anything else, of which nothing is told: it is a secret.
private func object(_ data: Data) -> [String: Any]? {
  do {
    return try JSONSerialization.jsonObject(with: data) as? [String: Any]
  } catch {
    return nil
  }
}
