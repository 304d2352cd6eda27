import Foundation

/// Where a command's words go: results to standard output, everything else to standard error.
public struct Console: Sendable {
  /// Whether results may be coloured: a terminal, and the user has not set NO_COLOR.
  public let usesColour: Bool
  /// Whether notes go to a terminal, where a progress bar can be drawn.
  public let showsProgress: Bool

  public init() {
    let environment = ProcessInfo.processInfo.environment
    let isPlain = environment["NO_COLOR"]?.isEmpty == false || environment["TERM"] == "dumb"
    usesColour = isatty(1) == 1 && !isPlain
    showsProgress = isatty(2) == 1 && environment["TERM"] != "dumb"
  }

  /// Writes a result, ending its line.
  public func result(_ text: String) throws { try write(Array((text + "\n").utf8)) }

  /// Writes octets of a result as they are.
  public func write(_ bytes: [UInt8]) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(bytes))
    } catch  where ClosedOutput.isMeant(by: error) {
      throw ClosedOutput()
    } catch {
      throw Failure("cannot write to standard output: \(error.localizedDescription)")
    }
  }

  /// Writes a line that is no result; where even that fails there is nobody left to tell.
  public func note(_ text: String) { notes(text + "\n") }

  /// Writes text without ending its line.
  func notes(_ text: String) {
    do {
      try FileHandle.standardError.write(contentsOf: Data(text.utf8))
    } catch {
      return
    }
  }
}

/// Whoever read standard output has gone, as `head` does: no failure, but nothing more to do.
public struct ClosedOutput: Error {
  /// Whether the library's error says so.
  static func isMeant(by error: any Error) -> Bool {
    let wrapped = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
    let code = (wrapped ?? error) as NSError
    return code.domain == NSPOSIXErrorDomain && code.code == Int(EPIPE)
  }
}

/// How text is set off on a terminal; meaning never depends on it alone.
public enum Style: String, Sendable {
  case plain = ""
  case bold = "1"
  case dim = "2"
  case red = "1;31"
  case yellow = "33"
  case green = "32"
  case blue = "34"

  /// The text between escape sequences (ECMA-48 section 8.3.117, SGR), where colour is wanted.
  public func applied(to text: String, if usesColour: Bool) -> String {
    guard usesColour, self != .plain, !text.isEmpty else { return text }
    return "\u{1B}[\(rawValue)m\(text)\u{1B}[0m"
  }
}
