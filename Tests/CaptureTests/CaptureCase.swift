import Evidence
import Foundation
import Monitor
@testable import Server
import Testing

/// One folder of `Captures`: a capture, and what must come out of it.
struct CaptureCase: CustomTestStringConvertible, Sendable {
  /// The name of the folder.
  let name: String
  let truth: Truth

  /// `truth.json`, as far as the tests decide on it.
  struct Truth: Decodable, Sendable {
    var capture: String
    var sha256: String
    var origin: String
    var benign: Bool
    var story: String
    var expected: [Expectation]
    var allowed: [String]?
    var workspace: String?
  }

  struct Expectation: Decodable, Sendable {
    var detection: String?
    var anyOf: [String]?
    var sources: [String]?
    var accounts: [String]?

    var slugs: [String] { anyOf ?? detection.map { [$0] } ?? [] }

    /// Whether an alert is the one that is expected.
    func isMet(by alert: Alert) -> Bool {
      let names = Set(alert.accounts.map { $0.name.lowercased() })
      return namesSource(of: alert)
        && (accounts.map { !names.isDisjoint(with: $0.map { $0.lowercased() }) } ?? true)
    }

    /// Whether it is an alert of the detection that is expected, about a source that is.
    func namesSource(of alert: Alert) -> Bool {
      let addresses = Set(alert.sources.map(\.address.description))
      return slugs.contains(alert.detection)
        && (sources.map { !addresses.isDisjoint(with: $0) } ?? true)
    }
  }

  var testDescription: String { name }

  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private var folder: URL { CaptureCase.root.appending(path: "Captures/\(name)") }
  var capturePath: String { folder.appending(path: truth.capture).path }

  /// Every case, by name.
  static let all: [CaptureCase] = {
    let top = root.appending(path: "Captures")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: top.path)) ?? []
    return names.sorted().compactMap { name in
      let file = top.appending(path: "\(name)/truth.json")
      guard let data = try? Data(contentsOf: file),
        let truth = try? JSONDecoder().decode(Truth.self, from: data)
      else { return nil }
      return CaptureCase(name: name, truth: truth)
    }
  }()

  static func named(_ name: String) throws -> CaptureCase {
    guard let found = all.first(where: { $0.name == name }) else {
      throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: "Captures/\(name)"])
    }
    return found
  }

  /// Whether the truth accounts for an alert: it is allowed, or an expected detection's of an expected
  /// source.
  func accounts(for alert: Alert) -> Bool {
    truth.allowed?.contains(alert.detection) == true
      || truth.expected.contains { $0.namesSource(of: alert) }
  }

  /// The folder of its workspace, where it is to be read with one.
  var workspacePath: String? {
    truth.workspace.map { folder.appending(path: $0).standardizedFileURL.path }
  }

  /// Replays the case under its workspace, keeping nothing.
  func replay(threads: Int = 1) async throws -> Replay.Summary {
    let analysis =
      try workspacePath.map { try WorkspaceFolder(path: $0).analysis() } ?? .withoutWorkspace()
    var replay = try Replay(paths: [capturePath], analysis: analysis, threads: threads)
    return try await replay.run()
  }
}

extension Replay.Summary {
  /// The alerts as JSON Lines.
  var text: String {
    var json = JSONWriter()
    for alert in alerts {
      alert.write(to: &json)
      json.endLine()
    }
    return json.text
  }
}
