import Evidence
import Foundation
import Sensor
import Synchronization

/// The packets that prove alerts, one capture an alert, written as the alerts grow.
///
/// Bounded by how many alerts are kept: those that rested longest go first.
final class ProofFolder: Sendable {
  /// What was kept.
  struct Report: Sendable {
    var alerts = 0
    var removed = 0
    var failure: String?
  }

  private struct State {
    var report = Report()
    /// Alerts with a file, the one that grew last at the end.
    var kept: [String]
    /// How many packets of each are in its file.
    var counts: [String: Int] = [:]
  }

  /// Files of one folder: some hundred kilobytes each at most, so half a gigabyte at the very worst.
  static let fileLimit = 4096
  static let suffix = ".pcapng"
  /// Octets of captures that wait to be written.
  private static let queueByteLimit = 32 << 20

  private let folder: OpenFolder
  private let queue: WorkQueue
  private let state: Mutex<State>

  init(_ path: String, owner: Privileges?) throws {
    folder = try OpenFolder(path, creating: true)
    if let owner { folder.give(to: owner) }
    queue = try WorkQueue(path, byteLimit: ProofFolder.queueByteLimit)
    let kept = try ProofFolder.files(path).map { String($0.dropLast(ProofFolder.suffix.count)) }
    state = Mutex(State(kept: kept))
  }

  /// The captures in such a folder, the one that was written first at the front.
  static func files(_ path: String) throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: path)
      .filter { $0.hasPrefix("al_") && $0.hasSuffix(suffix) }
    let dated = try names.map { name in
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
      return (date: attributes[.modificationDate] as? Date ?? .distantPast, name: name)
    }
    return dated.sorted { ($0.date, $0.name) < ($1.date, $1.name) }.map(\.name)
  }

  /// Begins to write; privileges must have been dropped before.
  func start() throws { try queue.start(folder.path) }

  func finish() { queue.finish() }

  var report: Report { state.withLock { $0.report } }

  /// Writes the packets of an alert that was raised or grew, where there are new ones.
  func take(_ alert: Alert, _ packets: [KeptPacket.Name: KeptPacket]) {
    guard !packets.isEmpty else { return }
    let known = state.withLock { state in
      let known = state.counts[alert.id]
      state.counts[alert.id] = packets.count
      return known
    }
    guard known != packets.count else { return }
    let cost = packets.values.reduce(0) { $0 + $1.heldByteCount }
    let isQueued = queue.add(cost) { [self] in write(alert, packets) }
    // Tried again when the alert grows.
    if !isQueued { state.withLock { $0.counts[alert.id] = nil } }
  }

  private func write(_ alert: Alert, _ packets: [KeptPacket.Name: KeptPacket]) {
    let file = ProofFile(alert) { packets[$0] }
    let failure = folder.write(
      file.bytes(comment: alert.proofComment), to: alert.id + ProofFolder.suffix)
    let removed: String? = state.withLock { state in
      if let failure {
        state.report.failure = failure
        return nil
      }
      if let place = state.kept.lastIndex(of: alert.id) {
        state.kept.remove(at: place)
      } else {
        state.report.alerts += 1
      }
      state.kept.append(alert.id)
      guard state.kept.count > ProofFolder.fileLimit else { return nil }
      let oldest = state.kept.removeFirst()
      state.counts[oldest] = nil
      state.report.removed += 1
      return oldest
    }
    if let removed { folder.remove(removed + ProofFolder.suffix) }
  }
}

extension ProofFile {
  /// The packets of an alert's evidence; `find` gives the packet of a name.
  init(_ alert: Alert, find: (KeptPacket.Name) -> KeptPacket?) {
    self.init()
    var comments: [KeptPacket.Name: [String]] = [:]
    var order: [KeptPacket.Name] = []
    for piece in alert.evidence {
      for number in piece.packets {
        let place = KeptPacket.Name(capture: piece.capture, number: number)
        if comments[place] == nil { order.append(place) }
        let comment = "\(alert.id) \(alert.detection): \(piece.summary)"
        if comments[place]?.contains(comment) != true {
          comments[place, default: []].append(comment)
        }
      }
    }
    for place in order {
      guard let packet = find(place) else { continue }
      let origin = "packet \(place.number) of \(place.capture)"
      add(packet, of: place.capture, (comments[place] ?? []) + [origin])
    }
  }
}

extension Alert {
  /// What a capture of the alert's packets says at its start.
  var proofComment: String { "\(id) \(detection): \(title). \(explanation)" }
}

extension WorkspaceFolder {
  /// Where sensors keep the packets of this workspace's alerts.
  var packetsPath: String { "\(path)/packets" }
}
