import Foundation
import Sensor

/// The folder that Zeek's logs are written to.
///
/// Logs that are there already are refused, not replaced or continued: rows of two captures in one
/// log could not be told apart again.
struct ZeekFolder {
  private let path: String
  /// By name; a log without rows is no file.
  private var files: [(name: String, file: ResultFile)] = []

  /// Makes the folder where it is not there.
  init(_ path: String) throws {
    self.path = path
    let manager = FileManager.default
    for name in ZeekLogs.names where manager.fileExists(atPath: "\(path)/\(name).log") {
      throw Failure("\(path)/\(name).log is there already; remove it or choose another folder")
    }
    do {
      try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Failure("\(path): cannot be made a folder; check the path and its rights")
    }
  }

  mutating func write(_ logs: [(name: String, bytes: [UInt8])]) throws {
    for log in logs {
      if let known = files.first(where: { $0.name == log.name }) {
        try known.file.write(log.bytes)
      } else {
        let file = try ResultFile("\(path)/\(log.name).log")
        files.append((log.name, file))
        try file.write(log.bytes)
      }
    }
  }

  /// Puts every log into its place.
  func keep() throws {
    for log in files { try log.file.finish() }
    for log in files { try log.file.keep() }
  }

  /// Takes back what was written.
  func discard() {
    for log in files { log.file.discard() }
  }
}
