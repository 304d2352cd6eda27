import Foundation
import Testing

/// The built program, run from outside.
struct Program {
  /// What a run printed, and how it ended.
  struct Run {
    var code: Int32
    var output: String
    var notes: String

    /// Lines of standard error that are not blank.
    var noteLines: [Substring] { notes.split(separator: "\n") }
    var outputLines: [Substring] { output.split(separator: "\n") }
  }

  /// The folder that the program runs in; removed by ``within(_:)``.
  let folder: String

  /// The root of the repository.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  static func capture(_ name: String) -> String { "\(root)/Captures/\(name)" }

  /// The program lies beside the test bundle.
  static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("crosswatch").path

  /// Runs `body` in a folder of its own.
  static func within(_ body: (Program) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "crosswatch-cli-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(Program(folder: folder))
  }

  func run(
    _ arguments: String..., environment: [String: String] = [:], input: Data? = nil
  ) throws -> Run {
    try run(all: arguments, environment: environment, input: input)
  }

  /// Runs the program; its output goes through files, so that no pipe fills up.
  func run(
    all arguments: [String], environment: [String: String] = [:], input: Data? = nil
  ) throws -> Run {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    var variables = ProcessInfo.processInfo.environment
    variables["CROSSWATCH_WORKSPACE"] = nil
    process.environment = variables.merging(environment) { $1 }
    let scratch = NSTemporaryDirectory() + "crosswatch-run-\(UUID().uuidString)"
    defer {
      for suffix in [".in", ".out", ".err"] {
        try? FileManager.default.removeItem(atPath: scratch + suffix)
      }
    }
    process.standardInput = try handle(scratch + ".in", input ?? Data())
    process.standardOutput = try handle(scratch + ".out", nil)
    process.standardError = try handle(scratch + ".err", nil)
    try process.run()
    process.waitUntilExit()
    return Run(
      code: process.terminationStatus,
      output: String(decoding: try read(scratch + ".out"), as: UTF8.self),
      notes: String(decoding: try read(scratch + ".err"), as: UTF8.self))
  }

  func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

  func write(_ name: String, _ data: Data) throws {
    let file = URL(fileURLWithPath: "\(folder)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  func read(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path.hasPrefix("/") ? path : "\(folder)/\(path)"))
  }

  func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder)/\(name)")
  }

  /// Makes a workspace that is primary.
  func makeWorkspace(_ name: String = "alpine") throws {
    #expect(try run("workspace", "create", name, "--primary").code == 0)
  }

  private func handle(_ path: String, _ content: Data?) throws -> FileHandle {
    try (content ?? Data()).write(to: URL(fileURLWithPath: path))
    return try #require(
      content == nil ? FileHandle(forWritingAtPath: path) : FileHandle(forReadingAtPath: path))
  }
}
