public import Connectors
import Evidence
import Store
import Workspaces

/// `crosswatch endpoint sync`: fetches what changed at the endpoint side into the workspace's
/// database.
///
/// Each page is stored together with the place where reading goes on, in one transaction: a reading
/// that was interrupted goes on, and a page that comes twice changes nothing.
public struct EndpointSync: Sendable {
  private let folder: WorkspaceFolder
  private let pace: Pace
  private let patience: Patience

  /// What was fetched.
  public struct Result: Sendable {
    public var pageCount = 0
    public var deviceCount = 0
    public var alertCount = 0
    /// Documents that were passed over, and why.
    public var damage: [String] = []
  }

  public init(_ folder: WorkspaceFolder, pace: Pace = .real, patience: Patience = Patience()) {
    self.folder = folder
    self.pace = pace
    self.patience = patience
  }

  static let cursorKey = "endpoint-cursor"

  /// Fetches once; what goes wrong is kept as the integration's state, and thrown.
  public func run() async throws -> Result {
    let store = try folder.opened()
    let state = try folder.exchanging(store)
    let source = try EndpointConnection(folder, state).source(pace: pace, patience: patience)
    var result = Result()
    do {
      let cursor = SyncCursor(text: try store.state(EndpointSync.cursorKey))
      try await source.read(from: cursor) { page in
        try keep(page, in: store)
        result.pageCount += 1
        result.deviceCount += page.devices.count
        result.alertCount += page.alerts.count
        result.damage += page.damage
      }
      try store.change(.defenderForEndpoint) { $0.succeed(at: pace.now()) }
    } catch let failure as EndpointFailure {
      throw try kept(failure, store)
    }
    return result
  }

  private func keep(_ page: EndpointPage, in store: SQLiteStore) throws {
    try store.write { batch in
      // Our switch may have been turned off while the page was on its way (rule R15).
      let state = try store.integration(.defenderForEndpoint)
      guard state.switchedOn != nil else {
        throw Failure("the integration was switched off: fetching ends")
      }
      try batch.add(devices: page.devices.map(EndpointDocument.init(device:)))
      try batch.add(endpointAlerts: page.alerts.map(EndpointDocument.init(alert:)))
      try batch.set(page.cursor.text, for: EndpointSync.cursorKey)
    }
  }

  /// Keeps a failure as the integration's state; returns what the command says.
  private func kept(_ failure: EndpointFailure, _ store: SQLiteStore) throws -> Failure {
    let now = pace.now()
    switch failure.kind {
    case .configuration: return Failure(failure.description, code: .configuration)
    case .switchedOff:
      try store.change(.defenderForEndpoint) { $0.findPeerOff(at: now) }
    case .failed(let reason):
      try store.change(.defenderForEndpoint) { state in
        state.fail(reason, detail: failure.detail, at: now)
      }
    }
    return Failure(failure.description)
  }
}

extension EndpointDocument {
  init(device document: DefenderForEndpoint.Document<Device>) {
    self.init(
      id: document.value.id, updated: document.value.lastSeen ?? Instant(nanoseconds: 0),
      device: document.value.id, json: document.json)
  }

  init(alert document: DefenderForEndpoint.Document<EndpointAlert>) {
    let alert = document.value
    self.init(
      id: alert.id, updated: alert.updated ?? alert.created ?? Instant(nanoseconds: 0),
      device: alert.deviceID, json: document.json)
  }
}

extension SQLiteStore {
  /// An integration's state; one that was never on is off.
  func integration(_ kind: IntegrationKind) throws -> IntegrationState {
    try integrations().first { $0.kind == kind } ?? IntegrationState(kind: kind)
  }

  /// Changes an integration's state in one step: no other process writes between the reading and
  /// the writing, or the switch that one turned off would be on again.
  @discardableResult
  func change(
    _ kind: IntegrationKind, _ body: (inout IntegrationState) throws -> Void
  ) throws -> IntegrationState {
    var state = IntegrationState(kind: kind)
    try write { batch in
      state = try integration(kind)
      try body(&state)
      try batch.set(state)
    }
    return state
  }
}
