public import Evidence
import Foundation

/// An alert's text that is not in the alert format.
struct AlertFormatError: Error {
  var field: String
}

extension Alert {
  /// Reads the format that ``Alert/json`` writes.
  public init(json: String) throws {
    let stored = try JSONDecoder().decode(StoredAlert.self, from: Data(json.utf8))
    guard let severity = Severity(name: stored.severity) else {
      throw AlertFormatError(field: "severity")
    }
    guard let phase = Phase(rawValue: stored.phase) else { throw AlertFormatError(field: "phase") }
    self.init(
      id: stored.id, detection: stored.detection, title: stored.title, severity: severity,
      confidence: stored.confidence, phase: phase,
      firstSeen: try Alert.instant(stored.firstSeen, "firstSeen"),
      lastSeen: try Alert.instant(stored.lastSeen, "lastSeen"))
    techniques = stored.techniques ?? []
    aliases = stored.aliases ?? []
    workspace = stored.workspace
    count = stored.count
    explanation = stored.explanation ?? ""
    lookalikes = stored.lookalikes ?? []
    nextSteps = stored.nextSteps ?? []
    settings = (stored.settings ?? [:]).sorted { $0.key < $1.key }
      .map { Setting(name: $0.key, value: $0.value) }
    accounts = (stored.accounts ?? []).map {
      Account(name: $0.name, domain: $0.domain, sid: $0.sid)
    }
    sources = try (stored.sources ?? []).map(Source.init)
    targets = try (stored.targets ?? []).map(Target.init)
    evidence = try (stored.evidence ?? []).map(Piece.init)
  }

  fileprivate static func instant(_ text: String, _ field: String) throws -> Instant {
    guard let moment = Instant(iso8601: text) else { throw AlertFormatError(field: field) }
    return moment
  }
}

extension Alert.Source {
  fileprivate init(_ stored: StoredAlert.Source) throws {
    guard let address = Address(stored.address) else {
      throw AlertFormatError(field: "sources.address")
    }
    self.init(
      address: address, computer: stored.computer,
      certainty: stored.certainty.flatMap(Certainty.init(rawValue:)),
      unresolved: stored.unresolved)
  }
}

extension Alert.Target {
  fileprivate init(_ stored: StoredAlert.Target) throws {
    guard let kind = Kind(rawValue: stored.kind) else {
      throw AlertFormatError(field: "targets.kind")
    }
    self.init(kind: kind, name: stored.name)
  }
}

extension Alert.Piece {
  fileprivate init(_ stored: StoredAlert.Piece) throws {
    self.init(
      capture: stored.capture, packets: stored.packets ?? [],
      time: try Alert.instant(stored.time, "evidence.time"), summary: stored.summary)
  }
}

/// The alert format as the decoder sees it.
private struct StoredAlert: Decodable {
  var id: String
  var detection: String
  var title: String
  var severity: String
  var confidence: Double
  var phase: String
  var techniques: [String]?
  var aliases: [String]?
  var workspace: String?
  var firstSeen: String
  var lastSeen: String
  var count: Int
  var sources: [Source]?
  var accounts: [Account]?
  var targets: [Target]?
  var evidence: [Piece]?
  var explanation: String?
  var lookalikes: [String]?
  var nextSteps: [String]?
  var settings: [String: String]?

  struct Source: Decodable {
    var address: String
    var computer: String?
    var certainty: String?
    var unresolved: String?
  }

  struct Account: Decodable {
    var name: String
    var domain: String?
    var sid: String?
  }

  struct Target: Decodable {
    var kind: String
    var name: String
  }

  struct Piece: Decodable {
    var capture: String
    var packets: [UInt64]?
    var time: String
    var summary: String
  }
}
