import Foundation
import Testing

extension Program {
  /// The program while it runs.
  final class Running {
    let process: Process
    private let scratch: String
    private let input: Pipe?

    fileprivate init(_ process: Process, scratch: String, input: Pipe?) throws {
      self.process = process
      self.scratch = scratch
      self.input = input
      try process.run()
    }

    deinit {
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      for suffix in [".out", ".err"] {
        try? FileManager.default.removeItem(atPath: scratch + suffix)
      }
    }

    var output: String { text(".out") }
    var notes: String { text(".err") }

    private func text(_ suffix: String) -> String {
      String(
        decoding: (try? Data(contentsOf: URL(fileURLWithPath: scratch + suffix))) ?? Data(),
        as: UTF8.self)
    }

    /// Waits until something is so; fails after half a minute.
    func wait(_ what: String, until isSo: () throws -> Bool) throws {
      for _ in 0..<600 {
        if try isSo() { return }
        usleep(50_000)
      }
      Issue.record("waited in vain: \(what); \(notes)")
    }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Sends a signal, and waits for the end.
    func end(_ signal: Int32 = SIGTERM) -> Run {
      send(signal)
      return end(waiting: ())
    }

    /// Writes more to its standard input.
    func write(_ data: Data) throws { try input?.fileHandleForWriting.write(contentsOf: data) }

    /// Closes its standard input.
    func endInput() throws { try input?.fileHandleForWriting.close() }

    /// Waits for the end.
    func end(waiting: Void) -> Run {
      process.waitUntilExit()
      return Run(code: process.terminationStatus, output: output, notes: notes)
    }
  }

  /// Starts the program, through another where `wrapper` names one; `input` is written to its standard
  /// input, which then stays open.
  func start(
    _ arguments: [String], through wrapper: [String] = [], input: Data? = nil
  ) throws -> Running {
    let process = Process()
    let all = wrapper + [Program.path] + arguments
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = all
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    var variables = ProcessInfo.processInfo.environment
    variables["CROSSWATCH_WORKSPACE"] = nil
    process.environment = variables
    let scratch = NSTemporaryDirectory() + "crosswatch-run-\(UUID().uuidString)"
    for suffix in [".out", ".err"] {
      _ = FileManager.default.createFile(atPath: scratch + suffix, contents: nil)
    }
    let output: FileHandle = try #require(FileHandle(forWritingAtPath: scratch + ".out"))
    let notes: FileHandle = try #require(FileHandle(forWritingAtPath: scratch + ".err"))
    process.standardOutput = output
    process.standardError = notes
    var pipe: Pipe?
    if let input {
      let opened = Pipe()
      pipe = opened
      process.standardInput = opened
      let running = try Running(process, scratch: scratch, input: pipe)
      try opened.fileHandleForWriting.write(contentsOf: input)
      return running
    }
    process.standardInput = FileHandle.nullDevice
    return try Running(process, scratch: scratch, input: pipe)
  }
}
