import Evidence
import Foundation
import Workspaces

/// `crosswatch devices secret`: what goes in, and the list of what is there.
public struct SecretImport {
  private let folder: WorkspaceFolder
  private let now: () -> Instant

  public init(_ folder: WorkspaceFolder) {
    self.folder = folder
    now = WallClock.now
  }

  /// Stores a file's content and returns the name it is stored under.
  public func run(
    _ name: String, file: String, kind: String?, organisation: String?, made: String?
  ) throws -> String {
    var description = SecretFolder.Description(organisation: organisation)
    if let kind {
      guard let known = SecretFolder.Kind(rawValue: kind) else {
        let all = SecretFolder.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        throw Failure("--kind '\(kind)': must be one of \(all)", code: .configuration)
      }
      description.kind = known
    }
    if let made {
      guard let moment = Fleet.moment(made) else {
        throw Failure(
          "--made '\(made)': is no date such as 2026-11-21", code: .configuration)
      }
      description.made = moment
    }
    return try SecretFolder(folder).add(
      name, file: file, as: description, wanted: wanted(), now: now()
    ).name
  }

  /// The organisation that the workspace's inventory names.
  private func wanted() throws -> String? {
    let file = "\(folder.path)/\(InventoryFile.name)"
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    let secrets = SecretFolder(folder)
    // A secret that is not stored yet must not keep others out: any stands for it here.
    let reader = InventoryFile { name in try secrets.summary(name) }
    do {
      return try reader.organisation(of: file)
    } catch let error as ConfigurationError {
      throw Failure(error.message, code: .configuration)
    }
  }

  public func lines(usesColour: Bool) throws -> [String] {
    let secrets = try SecretFolder(folder).list()
    guard !secrets.isEmpty else { return ["No secrets."] }
    var table = Table([
      .init("Name"), .init("Kind"), .init("Organisation"), .init("Made"),
    ])
    for secret in secrets {
      table.add([
        .init(secret.name), .init(secret.kind.rawValue), .init(secret.organisation ?? ""),
        .init(secret.made.map(Quantity.time) ?? ""),
      ])
    }
    return table.lines(usesColour: usesColour)
  }
}

extension InventoryFile {
  /// The organisation alone: the rest may name secrets that are not stored yet.
  func organisation(of file: String) throws -> String? {
    let text: String
    do {
      text = try String(contentsOfFile: file, encoding: .utf8)
    } catch {
      throw Failure("\(file): cannot be read: \(error.localizedDescription)", code: .configuration)
    }
    for (name, value) in try YAMLReader.root(of: text, file: file).members()
    where name == "organisation" {
      return try value.scalar()
    }
    return nil
  }
}
