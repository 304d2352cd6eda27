public import Evidence
public import Workspaces

/// Keeps what was found and answers questions about it; one a workspace.
///
/// SQLite behind it by default; another database where one machine is outgrown.
public protocol EvidenceStore: Sendable {
  /// Begins a transaction: what it adds is kept when it is committed, and not before.
  func begin() throws(StoreFailure) -> any EvidenceBatch

  /// Captures that were read, by the time of their first packet.
  func captures(limit: Int) throws(StoreFailure) -> [CaptureRecord]

  func alertCount() throws(StoreFailure) -> Int

  func entityCount() throws(StoreFailure) -> Int

  /// Alerts in the order in which they are listed.
  func alerts(limit: Int) throws(StoreFailure) -> [Alert]

  /// Alerts that name one of these: account, address, computer or SID, in lower case.
  func alerts(naming names: [String], limit: Int) throws(StoreFailure) -> [Alert]

  func alert(id: String) throws(StoreFailure) -> Alert?

  /// Entities in the order of their names.
  func entities(limit: Int) throws(StoreFailure) -> [EntityRecord]

  /// Entities with this identity, SID, name or address; names are compared without regard to case.
  func entities(matching text: String) throws(StoreFailure) -> [EntityRecord]

  /// Activities, the newest first.
  func activities(_ question: ActivityQuestion) throws(StoreFailure) -> [ActivityRecord]

  /// What only an administrator of the target may do: a share of administration reached, or a
  /// service made, with success; the newest first.
  func administration(since: Instant, limit: Int) throws(StoreFailure) -> [ActivityRecord]

  /// When the latest activity was, of any kind.
  func latestActivity() throws(StoreFailure) -> Instant?

  /// How many activities there are of each kind, by its name.
  func activityCounts() throws(StoreFailure) -> [(kind: String, count: Int)]

  /// Devices of the endpoint side, by identity.
  func devices(limit: Int) throws(StoreFailure) -> [EndpointDocument]

  /// Alerts of the endpoint side, by time, then identity.
  func endpointAlerts(limit: Int) throws(StoreFailure) -> [EndpointDocument]

  /// Entries of the directory as it was read last over LDAP.
  func directoryRows(limit: Int) throws(StoreFailure) -> [DirectoryRow]

  func directoryChangeCount() throws(StoreFailure) -> Int

  /// What changed in the directory, the newest first.
  func directoryChanges(limit: Int) throws(StoreFailure) -> [DirectoryChange]

  /// What changed about an account, group or computer, memberships of both sides included, the newest
  /// first.
  func directoryChanges(sid: String, limit: Int) throws(StoreFailure) -> [DirectoryChange]

  func integrations() throws(StoreFailure) -> [IntegrationState]

  /// A value that commands keep, such as the region of the workspace's creation.
  func state(_ key: String) throws(StoreFailure) -> String?
}

extension EvidenceStore {
  /// Runs `body` with a batch: all that it adds is kept when it returns, nothing when it throws.
  public func write(_ body: (any EvidenceBatch) throws -> Void) throws {
    let batch = try begin()
    do {
      try body(batch)
      try batch.commit()
    } catch {
      batch.rollBack()
      throw error
    }
  }
}

/// Adds to a store, within one transaction.
public protocol EvidenceBatch: Sendable {
  /// Keeps what was added; where that fails, nothing is kept.
  func commit() throws(StoreFailure)

  /// Forgets what was added; after a commit it does nothing.
  func rollBack()

  /// Adds captures; one already stored is left as it is.
  func add(_ captures: [CaptureRecord]) throws(StoreFailure)

  /// Adds activities; one already stored is left as it is.
  func add(_ activities: [ActivityRecord]) throws(StoreFailure)

  /// Adds alerts; of two versions of one alert the one that counts more is kept.
  func add(_ alerts: [Alert]) throws(StoreFailure)

  /// Adds entities; what is known of one grows: earliest, latest, all names and addresses.
  func add(_ entities: [EntityRecord]) throws(StoreFailure)

  /// Adds devices; of two versions the one updated later is kept.
  func add(devices: [EndpointDocument]) throws(StoreFailure)

  /// Adds alerts of the endpoint side; of two versions the one updated later is kept.
  func add(endpointAlerts: [EndpointDocument]) throws(StoreFailure)

  /// Adds entries of the directory; one already stored is replaced.
  func put(directory rows: [DirectoryRow]) throws(StoreFailure)

  func remove(directory keys: [String]) throws(StoreFailure)

  /// Removes all entries of the directory.
  func clearDirectory() throws(StoreFailure)

  /// Adds changes of the directory; one already stored is left as it is.
  func add(_ changes: [DirectoryChange]) throws(StoreFailure)

  func set(_ integration: IntegrationState) throws(StoreFailure)

  func set(_ value: String?, for key: String) throws(StoreFailure)
}
