public import Evidence
import Foundation
public import Workspaces

/// The directory as an LDIF file has it.
public enum DirectorySnapshot: Connector {
  public static let title = "Directory snapshot (LDIF)"
  public static let kind: IntegrationKind? = nil

  /// Octets of a snapshot that is read whole: a directory of a million accounts.
  public static let maximumByteCount = 4 << 30

  /// Reads a file of content records; accounts, groups and computers become entries, anything else
  /// is passed over.
  public static func read(file: String) throws(ConnectorFailure) -> Directory {
    try read(FileBytes.read(file, atMost: maximumByteCount), file: file)
  }

  /// Reads a file, and gives back its octets besides.
  public static func load(
    file: String
  ) throws(ConnectorFailure) -> (directory: Directory, bytes: [UInt8]) {
    let bytes = try FileBytes.read(file, atMost: maximumByteCount)
    return (try read(bytes, file: file), bytes)
  }

  static func read(_ bytes: [UInt8], file: String) throws(ConnectorFailure) -> Directory {
    let records = try records(bytes, file: file)
    guard !records.isEmpty else {
      throw ConnectorFailure(.malformed, file: file, reason: "no LDIF record in it")
    }
    return Directory(records)
  }

  /// The records of a file, whatever they are about.
  static func records(
    _ bytes: [UInt8], file: String
  ) throws(ConnectorFailure) -> [DirectoryRecord] {
    var reader = LDIFReader(bytes, file: file)
    var records: [DirectoryRecord] = []
    while let record = try reader.next() { records.append(record) }
    return records
  }
}
