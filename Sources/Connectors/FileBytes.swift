import Foundation

/// Reading whole documents.
enum FileBytes {
  /// The content of a file; `-` is standard input.
  static func read(_ file: String, atMost limit: Int) throws(ConnectorFailure) -> [UInt8] {
    if file == "-" { return try standardInput(atMost: limit) }
    do {
      guard FileManager.default.fileExists(atPath: file) else {
        throw ConnectorFailure(.unreadable, file: file, reason: "no such file")
      }
      // Only a folder has an entry of this name; links are followed.
      guard !FileManager.default.fileExists(atPath: file + "/.") else {
        throw ConnectorFailure(.unreadable, file: file, reason: "is a folder, not a file")
      }
      let data = try Data(contentsOf: URL(fileURLWithPath: file), options: .mappedIfSafe)
      guard data.count <= limit else {
        throw ConnectorFailure(
          .overLimit, file: file, reason: "\(data.count) octets; at most \(limit) are read")
      }
      return [UInt8](data)
    } catch let failure as ConnectorFailure {
      throw failure
    } catch {
      throw ConnectorFailure(
        .unreadable, file: file, reason: "cannot be read: \(error.localizedDescription)")
    }
  }

  private static func standardInput(atMost limit: Int) throws(ConnectorFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    do {
      while let block = try FileHandle.standardInput.read(upToCount: 1 << 20), !block.isEmpty {
        bytes += block
        guard bytes.count <= limit else {
          throw ConnectorFailure(
            .overLimit, file: "standard input", reason: "more than \(limit) octets")
        }
      }
    } catch let failure as ConnectorFailure {
      throw failure
    } catch {
      throw ConnectorFailure(
        .unreadable, file: "standard input", reason: error.localizedDescription)
    }
    return bytes
  }
}
