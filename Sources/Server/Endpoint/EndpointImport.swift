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
    let store = try folder.opened()
    let tenant = EndpointConnection(folder, try store.integration(.defenderForEndpoint)).tenant
    var devices: [EndpointDocument] = []
    var alerts: [EndpointDocument] = []
    for file in try paths.flatMap(EndpointImport.files) {
      let documents = try read(file, tenant)
      result.fileCount += 1
      devices += documents.devices.map(EndpointDocument.init(device:))
      alerts += documents.alerts.map(EndpointDocument.init(alert:))
    }
    result.deviceCount = devices.count
    result.alertCount = alerts.count
    let delivered = now()
    try store.write { batch in
      try batch.add(devices: devices)
      try batch.add(endpointAlerts: alerts)
      guard !devices.isEmpty || !alerts.isEmpty else { return }
      // A delivery shows that the peer's switch is on (rule R14).
      var state = try store.integration(.defenderForEndpoint)
      state.succeed(at: delivered)
      try batch.set(state)
    }
    return result
  }

  /// The documents of a file; those of another tenant are refused (rules R17 and R36).
  private func read(_ file: String, _ tenant: String?) throws -> DefenderForEndpoint.Documents {
    do {
      return try DefenderForEndpoint.read(file: file, ofTenant: tenant)
    } catch let failure as EndpointFailure {
      throw Failure("\(file): \(failure.description)")
    }
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
