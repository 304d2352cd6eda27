import Connectors
public import Evidence
import Foundation
import Store
import Workspaces

/// `crosswatch endpoint import`: documents of the endpoint side into the workspace's database.
public struct EndpointImport {
  private let folder: WorkspaceFolder
  private let now: () -> Instant

  /// What was taken in.
  public struct Result: Sendable {
    public var fileCount = 0
    public var deviceCount = 0
    public var alertCount = 0
  }

  public init(_ folder: WorkspaceFolder, now: @escaping () -> Instant = WallClock.now) {
    self.folder = folder
    self.now = now
  }

  /// Reads files, or the documents of folders; all of them are stored, or none.
  public func run(_ paths: [String]) throws -> Result {
    var result = Result()
    var devices: [EndpointDocument] = []
    var alerts: [EndpointDocument] = []
    for file in try paths.flatMap(EndpointImport.files) {
      let documents = try DefenderForEndpoint.read(file: file)
      result.fileCount += 1
      devices += documents.devices.map { document in
        EndpointDocument(
          id: document.value.id, updated: document.value.lastSeen ?? Instant(nanoseconds: 0),
          device: document.value.id, json: document.json)
      }
      alerts += documents.alerts.map { document in
        let alert = document.value
        return EndpointDocument(
          id: alert.id, updated: alert.updated ?? alert.created ?? Instant(nanoseconds: 0),
          device: alert.deviceID, json: document.json)
      }
    }
    result.deviceCount = devices.count
    result.alertCount = alerts.count
    let store = try folder.opened()
    var state =
      try store.integrations().first { $0.kind == .defenderForEndpoint }
      ?? IntegrationState(kind: .defenderForEndpoint)
    // A delivery shows that the peer's switch is on (rule R14).
    if result.deviceCount + result.alertCount > 0 { state.lastDelivery = now() }
    let delivered = state
    try store.write { batch in
      try batch.add(devices: devices)
      try batch.add(endpointAlerts: alerts)
      try batch.set(delivered)
    }
    return result
  }

  private static func files(_ path: String) throws -> [String] {
    guard FileManager.default.fileExists(atPath: path + "/.") else { return [path] }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw Failure("\(path): cannot be read: \(error.localizedDescription)")
    }
    let files = names.filter { $0.hasSuffix(".json") || $0.hasSuffix(".jsonl") }.sorted()
    guard !files.isEmpty else {
      throw Failure("\(path): no file there ends in .json or .jsonl")
    }
    return files.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
  }
}
