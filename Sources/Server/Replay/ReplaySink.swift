import Evidence
import Foundation
import Monitor
import Sensor
import Store

/// Where a replay's results go: the database in one transaction, and files that appear whole.
final class ReplaySink {
  let store: SQLiteStore?
  private let batch: (any EvidenceBatch)?
  private let alerts: ResultFile?
  private let activities: ResultFile?
  private let names: [String]
  private let intelligence: [ThreatEntry]
  private var json = JSONWriter()

  init(_ options: ReplayOptions, folder: WorkspaceFolder?, names: [String]) throws {
    self.names = names
    intelligence = try folder?.intelligence() ?? []
    if options.usesStore {
      store = try ReplaySink.open(options, folder)
      batch = try store?.begin()
    } else {
      store = nil
      batch = nil
    }
    let opened = try ReplaySink.files(options)
    alerts = opened.alerts
    activities = opened.activities
  }

  private static func open(
    _ options: ReplayOptions, _ folder: WorkspaceFolder?
  ) throws -> SQLiteStore? {
    guard let path = options.storePath ?? folder?.databasePath else { return nil }
    if !FileManager.default.fileExists(atPath: path) {
      for file in SQLiteStore.files(of: path) { Leftovers.add(file) }
    }
    return try folder?.opened(path: path) ?? SQLiteStore(path: path)
  }

  private static func files(
    _ options: ReplayOptions
  ) throws -> (alerts: ResultFile?, activities: ResultFile?) {
    let alerts = try options.alertsTo.map(ResultFile.init)
    do {
      return (alerts, try options.activitiesTo.map(ResultFile.init))
    } catch {
      alerts?.discard()
      throw error
    }
  }

  /// Whether activities must be handed over at all.
  var wantsActivities: Bool { batch != nil || activities != nil }

  func take(_ found: [Activity]) throws {
    if let batch { try batch.add(found.map(ActivityRecord.init)) }
    guard let activities else { return }
    json.reset()
    for activity in found {
      let index = Int(activity.proof.capture)
      activity.write(to: &json, capture: index < names.count ? names[index] : nil)
      json.endLine()
    }
    try activities.write(json.bytes)
  }

  func take(_ summary: Replay.Summary) throws {
    if let alerts {
      json.reset()
      for alert in summary.alerts {
        alert.citing(intelligence).write(to: &json)
        json.endLine()
      }
      try alerts.write(json.bytes)
    }
    guard let batch else { return }
    try batch.add(summary.alerts)
    try batch.add(summary.entities)
    try batch.add(captures(summary))
  }

  /// Files are written out before the database is committed, and renamed after.
  func commit() throws {
    try alerts?.finish()
    try activities?.finish()
    try Leftovers.hold {
      try batch?.commit()
      try alerts?.keep()
      try activities?.keep()
    }
    Leftovers.forget()
  }

  func discard() {
    batch?.rollBack()
    alerts?.discard()
    activities?.discard()
    Leftovers.forget()
  }

  // MARK: - Captures

  private func captures(_ summary: Replay.Summary) -> [CaptureRecord] {
    summary.captures.filter { $0.packets > 0 }.map { count in
      var record = CaptureRecord(
        name: count.name, packets: count.packets, bytes: byteCount(ofFile: count.path),
        first: count.firstPacket, last: count.lastPacket)
      if count.path != "-" {
        record.path = URL(fileURLWithPath: count.path).standardizedFileURL.path
      }
      if let damage = summary.damages.first(where: { $0.path == count.path }) {
        record.damage = CaptureRecord.Damage(offset: damage.offset, reason: damage.reason)
      }
      return record
    }
  }

  /// Octets of the files that were read; of standard input, the octets of its packets.
  func byteCount(of summary: Replay.Summary) -> UInt64 {
    let files = summary.captures.reduce(0) { $0 + byteCount(ofFile: $1.path) }
    return files > 0 ? files : summary.coverage.bytes
  }

  private func byteCount(ofFile path: String) -> UInt64 {
    do {
      let attributes = try FileManager.default.attributesOfItem(
        atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
      return (attributes[.size] as? NSNumber)?.uint64Value ?? 0
    } catch {
      // Standard input has no size; a file that vanished was read before it did.
      return 0
    }
  }
}

extension ActivityRecord {
  init(_ activity: Activity) {
    self.init(
      time: activity.time, end: activity.end, kind: "\(activity.kind)", source: activity.source,
      target: activity.target, account: activity.account, outcome: activity.outcome.text,
      summary: activity.summary)
  }
}
