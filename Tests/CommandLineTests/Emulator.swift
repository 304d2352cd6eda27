import Foundation
import FoundationNetworking
import Testing

/// The emulator of the endpoint API, while it runs.
final class Emulator {
  private let process = Process()
  private let output: String
  private(set) var base = ""

  static let tenant = "4f0c2d3e-7b1a-4c59-9d8e-2a61c0b7e5f4"

  /// A secret that no other text contains, so that it can be searched for.
  static let secret = "s3cr3t+&=/\(UUID().uuidString)"

  init(_ arguments: String..., in program: Program) throws {
    output = "\(program.folder)/emulator-\(UUID().uuidString).out"
    _ = FileManager.default.createFile(atPath: output, contents: nil)
    try program.write("emulator.secret", Emulator.secret)
    process.executableURL = URL(fileURLWithPath: Program.path + "-emulator")
    process.arguments =
      ["--port", "0", "--secret-file", "\(program.folder)/emulator.secret"] + arguments
    let handle: FileHandle = try #require(FileHandle(forWritingAtPath: output))
    process.standardOutput = handle
    process.standardError = FileHandle.nullDevice
    try process.run()
    let mark = "listening on "
    for _ in 0..<600 {
      let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
      if text.hasPrefix(mark), text.hasSuffix("\n") {
        base = String(text.dropFirst(mark.count).dropLast())
        return
      }
      usleep(20_000)
    }
    Issue.record("the emulator did not start")
  }

  deinit { stop() }

  func stop() {
    guard process.isRunning else { return }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Makes it do something wrong from now on; without a trouble all is well again.
  func set(_ trouble: String?) async throws {
    try await control("DELETE", "/emulator/troubles")
    if let trouble { try await control("POST", "/emulator/troubles?trouble=\(trouble)") }
  }

  /// Requests that came, in their order.
  func requests() async throws -> [String] {
    try JSONDecoder().decode([String].self, from: await control("GET", "/emulator/requests"))
  }

  @discardableResult
  private func control(_ method: String, _ path: String) async throws -> Data {
    let url: URL = try #require(URL(string: base + path))
    var request = URLRequest(url: url)
    request.httpMethod = method
    return try await URLSession.shared.data(for: request).0
  }
}

extension Program {
  /// The same as ``within(_:)`` for a body that waits.
  static func withinWaiting(_ body: (Program) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "crosswatch-cli-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(Program(folder: folder))
  }

  /// Writes the file with the application's secret.
  func writeSecret(_ secret: String = Emulator.secret, mode: Int = 0o600) throws {
    let members = ["clientId": "crosswatch-demo", "clientSecret": secret]
    try write("secret.json", try JSONSerialization.data(withJSONObject: members))
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: "\(folder)/secret.json")
  }

  /// Tells the workspace where its endpoint side is.
  func connect(_ name: String, to base: String, _ more: String = "") throws {
    let file = "Workspaces/\(name)/workspace.yml"
    let text = String(decoding: try read(file), as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("integrations:") } ?? ""
    let settings =
      "integrations: [{kind: defender-for-endpoint, api: '\(base)', authority: '\(base)'\(more)}]"
    try write(file, text.replacing(line, with: settings))
  }

  /// Makes a primary workspace that is integrated with an emulator.
  func makeIntegrated(_ emulator: Emulator, _ more: String = "") throws {
    try makeAlpine()
    try connect("alpine", to: emulator.base, more)
    try integrate()
  }

  /// Switches the integration on, with tenant and secret.
  func integrate() throws {
    try writeSecret()
    let run = try run(
      "workspace", "integrate", "alpine", "defender-for-endpoint", "--tenant", Emulator.tenant,
      "--secret-file", "secret.json")
    #expect(run.code == 0, "\(run.notes)")
  }

  /// The state of the integration as programs see it.
  func status(_ arguments: String...) throws -> [String: Any] {
    try object(run(all: ["endpoint", "status", "--json"] + arguments).output)
  }

  /// One JSON object.
  func object(_ text: String) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
  }

  /// The badge of an entity's profile.
  func badge(_ name: String) throws -> [String: Any] {
    try object(run("profile", name, "--json").output)["endpoint"] as? [String: Any] ?? [:]
  }

  /// A workspace's rows of a table.
  func rows(_ table: String) throws -> Int {
    try count(table, "\(folder)/Workspaces/alpine/crosswatch.sqlite")
  }

  /// Runs a command that must be refused with these words, in one line.
  func refuse(_ arguments: String..., saying words: String) throws {
    let run = try run(all: arguments)
    #expect(run.code == 1 || run.code == 2, "\(arguments): \(run.notes)")
    #expect(run.notes.contains(words), "\(arguments): \(run.notes)")
    #expect(run.noteLines.count == 1)
  }
}
