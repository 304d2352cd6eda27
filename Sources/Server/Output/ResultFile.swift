import Foundation
import Glibc

/// A file of results that appears whole or not at all; `-` is standard output.
final class ResultFile {
  private let path: String
  private let partialPath: String?
  private let handle: FileHandle
  private var waiting: [UInt8] = []

  /// Octets that are gathered before they are written.
  private static let blockByteCount = 1 << 20

  /// Opens a file beside its place; what is no plain file (a pipe, a device) is written directly.
  init(_ path: String) throws {
    self.path = path
    if path == "-" {
      handle = .standardOutput
      partialPath = nil
      return
    }
    let manager = FileManager.default
    if manager.fileExists(atPath: path + "/.") { throw Failure("\(path): is a folder") }
    let isPlain: Bool
    if manager.fileExists(atPath: path) {
      let type = try manager.attributesOfItem(atPath: path)[.type] as? FileAttributeType
      isPlain = type == .typeRegular
    } else {
      isPlain = true
    }
    let target = isPlain ? "\(path).partial" : path
    if isPlain, !manager.createFile(atPath: target, contents: nil) {
      throw Failure("\(path): cannot be written; check the folder and its rights")
    }
    guard let opened = FileHandle(forWritingAtPath: target) else {
      throw Failure("\(path): cannot be written; check its rights")
    }
    handle = opened
    partialPath = isPlain ? target : nil
    if isPlain { Leftovers.add(target) }
  }

  func write(_ bytes: [UInt8]) throws {
    waiting += bytes
    if waiting.count >= ResultFile.blockByteCount { try flush() }
  }

  /// Writes what is left, so that only the renaming can fail later.
  func finish() throws {
    try flush()
    guard partialPath != nil else { return }
    do {
      try handle.synchronize()
      try handle.close()
    } catch {
      throw failure(error)
    }
  }

  /// Puts the file into its place; call ``finish()`` before.
  func keep() throws {
    guard let partialPath else { return }
    // SAFETY: both texts outlive the call. The library's own replacing has moments without a file.
    guard unsafe rename(partialPath, path) == 0 else {
      throw Failure("\(path): cannot be replaced; check the rights of its folder")
    }
  }

  /// Takes back what was written.
  func discard() {
    guard let partialPath, FileManager.default.fileExists(atPath: partialPath) else { return }
    do {
      try FileManager.default.removeItem(atPath: partialPath)
    } catch {
      // The failure that led here is told.
      return
    }
  }

  private func flush() throws {
    guard !waiting.isEmpty else { return }
    do {
      try handle.write(contentsOf: Data(waiting))
    } catch  where path == "-" && ClosedOutput.isMeant(by: error) {
      throw ClosedOutput()
    } catch {
      throw failure(error)
    }
    waiting.removeAll(keepingCapacity: true)
  }

  private func failure(_ error: any Error) -> Failure {
    Failure("\(path): cannot be written: \(ResultFile.words(error)); nothing was kept")
  }

  /// The system's own words, which the library wraps.
  private static func words(_ error: any Error) -> String {
    let wrapped = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
    let code = (wrapped ?? error) as NSError
    guard code.domain == NSPOSIXErrorDomain, let posix = POSIXErrorCode(rawValue: Int32(code.code))
    else { return error.localizedDescription }
    return posix == .ENOSPC ? "the disk is full" : POSIXError(posix).localizedDescription
  }
}
