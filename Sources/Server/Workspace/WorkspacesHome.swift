import Foundation
import Workspaces

/// The folder `Workspaces`: one folder an environment, and the file that says which one is primary.
public struct WorkspacesHome: Sendable {
  public let path: String

  public init(path: String = "Workspaces") { self.path = path }

  public func folder(_ name: String) -> String { "\(path)/\(name)" }

  private var primaryPath: String { "\(path)/primary" }
  private var lockPath: String { "\(path)/.lock" }

  /// Names of the workspaces, in alphabetical order.
  public func names() throws -> [String] {
    guard FileManager.default.fileExists(atPath: path + "/.") else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).filter { name in
        FileManager.default.fileExists(atPath: "\(folder(name))/\(WorkspaceFile.name)")
      }.sorted()
    } catch {
      throw Failure("\(path): cannot be read: \(error.localizedDescription)")
    }
  }

  /// The primary workspace's name; nil where there is none.
  public func primary() throws -> String? {
    guard FileManager.default.fileExists(atPath: primaryPath) else { return nil }
    let text: String
    do {
      text = try String(contentsOfFile: primaryPath, encoding: .utf8)
    } catch {
      throw Failure("\(primaryPath): cannot be read: \(error.localizedDescription)")
    }
    let name = text.trimmingCharacters(in: .whitespacesAndNewlines)
    if name.isEmpty { return nil }
    if let objection = WorkspaceName.objection(to: name) {
      throw Failure("\(primaryPath): \(objection)", code: .configuration)
    }
    return name
  }

  /// Writes the name beside the file and renames it over: readers see the old one or the new one.
  func setPrimary(_ name: String?) throws {
    do {
      guard let name else {
        if FileManager.default.fileExists(atPath: primaryPath) {
          try FileManager.default.removeItem(atPath: primaryPath)
        }
        return
      }
      try Data((name + "\n").utf8).write(to: URL(fileURLWithPath: primaryPath), options: .atomic)
    } catch {
      throw Failure("\(primaryPath): cannot be written: \(error.localizedDescription)")
    }
  }

  /// Runs `body` while no other process changes which workspace is primary, or an integration.
  func locked<Answer>(_ body: () throws -> Answer) throws -> Answer {
    let manager = FileManager.default
    do {
      try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Failure("\(path): cannot be made: \(error.localizedDescription)")
    }
    if !manager.fileExists(atPath: lockPath) {
      // Two processes may both make it: it is empty either way.
      guard manager.createFile(atPath: lockPath, contents: nil) else {
        throw Failure("\(lockPath): cannot be made; check the rights of \(path)")
      }
    }
    guard let handle = FileHandle(forUpdatingAtPath: lockPath),
      flock(handle.fileDescriptor, LOCK_EX) == 0
    else { throw Failure("\(lockPath): cannot be locked; check the rights of \(path)") }
    // The lock ends with the handle, however this ends, and with the process, however that does.
    defer { flock(handle.fileDescriptor, LOCK_UN) }
    try sweep()
    return try body()
  }

  /// Beginning of the name of a workspace that is being deleted; no workspace may be called so.
  private static let discarded = ".deleted-"

  /// Deletes a workspace's folder: gone in one step, whatever ends the process in the middle of
  /// removing its files.
  func discard(_ name: String) throws {
    let grave = "\(path)/\(WorkspacesHome.discarded)\(name)"
    do {
      try FileManager.default.moveItem(atPath: folder(name), toPath: grave)
      try FileManager.default.removeItem(atPath: grave)
    } catch {
      throw Failure("\(folder(name)): cannot be deleted: \(error.localizedDescription)")
    }
  }

  /// Removes what a process that was ended in the middle of a change left behind.
  private func sweep() throws {
    do {
      for name in try FileManager.default.contentsOfDirectory(atPath: path)
      where name.hasPrefix(WorkspacesHome.discarded) {
        try FileManager.default.removeItem(atPath: "\(path)/\(name)")
      }
    } catch {
      throw Failure("\(path): cannot be tidied: \(error.localizedDescription)")
    }
  }
}
