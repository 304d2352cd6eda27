import Evidence
import Foundation
import Monitor
import Sensor
import Store

/// `crosswatch carve`: the packets that prove an alert, and no others, as a capture.
public struct CarveRun {
  /// What to cut out, and of what.
  public struct Options: Sendable {
    /// The alert's identity, or how it begins.
    public var alert: String
    /// The capture to write; `-` is standard output.
    public var output: String
    public var workspace: String?
    /// Captures to look in; none for those that the database names, or that a sensor kept.
    public var captures: [String] = []

    public init(alert: String, output: String) {
      self.alert = alert
      self.output = output
    }
  }

  private let options: Options
  private let console: Console

  public init(_ options: Options, console: Console) {
    self.options = options
    self.console = console
  }

  public func run() async throws {
    let folder = try WorkspaceFolder.findAny(options.workspace)
    if let kept = try keptFile(folder) {
      try write(kept.bytes)
      console.note("\(kept.id): the packets that the sensor kept, in \(options.output)")
      return
    }
    let alert = try await alert(folder)
    let finder = PacketFinder(options.captures, try folder.flatMap(CarveRun.records) ?? [])
    let found = try finder.packets(of: alert)
    let file = ProofFile(alert) { found[$0.capture]?[$0.number] }
    try write(file.bytes(comment: alert.proofComment))
    console.note(
      "\(alert.id): \(Quantity.count(file.packetCount, "packet")) of "
        + "\(Quantity.count(found.count, "capture")), in \(options.output)")
  }

  private func write(_ bytes: [UInt8]) throws {
    guard options.output != "-" else { return try console.write(bytes) }
    let file = try ResultFile(options.output)
    do {
      try file.write(bytes)
      try file.finish()
      try file.keep()
    } catch {
      file.discard()
      throw error
    }
  }

  /// The alert: of the database, or else found again in the captures.
  private func alert(_ folder: WorkspaceFolder?) async throws -> Alert {
    if let folder, FileManager.default.fileExists(atPath: folder.databasePath) {
      do {
        return try AlertsQuery(folder).alert(options.alert)
      } catch let failure as Failure where !options.captures.isEmpty {
        _ = failure
      }
    }
    guard !options.captures.isEmpty else {
      throw Failure(
        "no alert '\(options.alert)': name the captures that it was found in with --from PATH, or "
          + "the workspace that holds it with -w DIR")
    }
    let analysis = try folder.map { try $0.analysis() } ?? .withoutWorkspace()
    var replay = try Replay(paths: options.captures, analysis: analysis)
    let alerts = try await replay.run().alerts.filter { $0.id.hasPrefix(options.alert) }
    guard let alert = alerts.first, alerts.count == 1 || alert.id == options.alert else {
      throw Failure(
        alerts.isEmpty
          ? "no alert '\(options.alert)' in \(options.captures.joined(separator: ", "))"
          : "several alerts begin with '\(options.alert)'; give more of it")
    }
    return alert
  }

  private static func records(_ folder: WorkspaceFolder) throws -> [CaptureRecord]? {
    guard FileManager.default.fileExists(atPath: folder.databasePath) else { return nil }
    return try folder.questions().captures(limit: PacketFinder.captureLimit)
  }

  /// What a sensor kept of the alert: in the workspace, or in a folder that is named.
  private func keptFile(_ folder: WorkspaceFolder?) throws -> (id: String, bytes: [UInt8])? {
    let places =
      options.captures.isEmpty ? [folder?.packetsPath].compactMap(\.self) : options.captures
    for path in places where FileManager.default.fileExists(atPath: path + "/.") {
      if let found = try keptFile(in: path) { return found }
    }
    return nil
  }

  private func keptFile(in path: String) throws -> (id: String, bytes: [UInt8])? {
    let names = try ProofFolder.files(path).filter { $0.hasPrefix(options.alert) }
    guard let name = names.first else { return nil }
    guard names.count == 1 || names.contains(options.alert + ProofFolder.suffix) else {
      throw Failure("several alerts begin with '\(options.alert)'; give more of it")
    }
    let chosen = names.count == 1 ? name : options.alert + ProofFolder.suffix
    guard let data = FileManager.default.contents(atPath: "\(path)/\(chosen)") else {
      throw Failure("\(path)/\(chosen): cannot be read; check its rights")
    }
    return (String(chosen.dropLast(ProofFolder.suffix.count)), Array(data))
  }
}

/// Finds the packets that alerts name in captures.
struct PacketFinder {
  /// Captures of a database that are looked through.
  static let captureLimit = 100_000

  private let given: [String]
  private let records: [CaptureRecord]

  init(_ given: [String], _ records: [CaptureRecord]) {
    self.given = given
    self.records = records
  }

  /// For each capture that the alert names, its packets by number.
  func packets(of alert: Alert) throws -> [String: [UInt64: KeptPacket]] {
    var found: [String: [UInt64: KeptPacket]] = [:]
    for (name, pieces) in Dictionary(grouping: alert.evidence, by: \.capture).sorted(
      by: { $0.key < $1.key })
    {
      found[name] = try packets(of: name, pieces)
    }
    return found
  }

  private func packets(
    of name: String, _ pieces: [Alert.Piece]
  ) throws -> [UInt64: KeptPacket] {
    let numbers = Set(pieces.flatMap(\.packets))
    let paths = try paths(of: name)
    for path in paths where FileManager.default.fileExists(atPath: path) {
      let packets = try KeptPacket.read(numbers, of: path)
      let found = Dictionary(packets.map { ($0.number, $0) }) { first, _ in first }
      if PacketFinder.proves(found, pieces) { return found }
    }
    let tried = paths.isEmpty ? "" : " (looked at \(paths.joined(separator: ", ")))"
    throw Failure(
      "\(name): not found, or not the capture that the alert was found in\(tried); name it with "
        + "--from PATH")
  }

  /// Whether the packets are those of the pieces: all there, one of each at the piece's time.
  private static func proves(_ found: [UInt64: KeptPacket], _ pieces: [Alert.Piece]) -> Bool {
    pieces.allSatisfy { piece in
      piece.packets.allSatisfy { found[$0] != nil }
        && piece.packets.contains { found[$0]?.time == piece.time }
    }
  }

  /// Where a capture of that name may be: the files given, or those that the database knows.
  private func paths(of name: String) throws -> [String] {
    guard given.isEmpty else {
      let files = try CaptureSet(paths: given).paths
      let named = files.filter { $0 == name || $0.hasSuffix("/" + name) }
      // A single file may have been renamed.
      return named.isEmpty && files.count == 1 ? files : named
    }
    return records.filter { $0.name == name }.compactMap(\.path)
  }
}
