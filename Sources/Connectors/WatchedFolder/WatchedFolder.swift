import Evidence
import Foundation
public import Workspaces

/// A folder that another program writes endpoint documents into, as JSON files.
///
/// A file is read when its size or time differs from when it was read last. Who writes should write
/// beside and rename: names that begin with a dot or do not end in `.json` or `.jsonl` are passed
/// over. A file that cannot be read is damage, told each time, and the others are read.
public struct WatchedFolder: EndpointSource, Connector {
  public static let title = "Watched folder"
  public static let kind: IntegrationKind? = .defenderForEndpoint

  public var title: String { WatchedFolder.title }

  private let path: String
  private let tenant: String?
  private let mapping: FieldMapping?

  /// Files that are looked at, in the order of their names.
  private static let maximumFiles = 10_000

  /// A folder whose files, with a mapping, hold documents of any shape.
  ///
  /// Documents of a tenant other than `tenant` are refused; nil takes any.
  public init(path: String, tenant: String?, mapping: FieldMapping? = nil) {
    self.path = path
    self.tenant = tenant
    self.mapping = mapping
  }

  public func read(
    from cursor: SyncCursor, _ take: (EndpointPage) async throws -> Void
  ) async throws {
    var cursor = cursor
    let names = try names()
    var known = (cursor.files ?? [:]).filter { names.contains($0.key) }
    for name in names {
      guard let mark = mark(of: name), known[name] != mark else { continue }
      var page = EndpointPage(cursor: cursor)
      do {
        try add(name, to: &page)
        known[name] = mark
      } catch let failure as ConnectorFailure {
        page.damage.append(failure.description)
      }
      cursor.files = known
      page.cursor = cursor
      try await take(page)
    }
    cursor.files = known
    // An end without documents is a delivery all the same: the folder was there.
    try await take(EndpointPage(cursor: cursor))
  }

  private func names() throws -> [String] {
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { ($0.hasSuffix(".json") || $0.hasSuffix(".jsonl")) && !$0.hasPrefix(".") }
      return Array(names.sorted().prefix(WatchedFolder.maximumFiles))
    } catch {
      throw EndpointFailure(.unreachable, "\(path): \(error.localizedDescription)")
    }
  }

  /// Size and time of a file; nil where it went away.
  private func mark(of name: String) -> String? {
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
      let size = (attributes[.size] as? NSNumber)?.int64Value ?? 0
      let time = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
      return "\(size) \(Int64(time * 1_000_000))"
    } catch {
      return nil
    }
  }

  private func add(_ name: String, to page: inout EndpointPage) throws {
    let file = "\(path)/\(name)"
    let bytes = try FileBytes.read(file, atMost: DefenderForEndpoint.maximumByteCount)
    var documents: [JSONFields]
    if let mapping {
      documents = try mapping.documents(bytes, file: file)
    } else {
      documents = try JSONDocuments.read(bytes, file: file)
    }
    if let tenant {
      for document in documents { try DefenderForEndpoint.refuseOtherTenant(document, tenant) }
    }
    if let mapping { documents = try documents.map(mapping.shaped) }
    let read = try DefenderForEndpoint.documents(documents)
    page.devices = read.devices
    page.alerts = read.alerts
  }
}
