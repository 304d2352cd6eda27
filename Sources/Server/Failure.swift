import Connectors
import Sensor
import Store
import Workspaces

/// Why a command ends without having done its work: one line, and an exit code.
public struct Failure: Error, Hashable, Sendable {
  /// The exit codes of the command line that mean failure.
  public enum Code: Int32, Sendable {
    /// It failed.
    case failed = 1
    /// Wrong usage or configuration.
    case configuration = 2
  }

  public var code: Code
  /// What, on what, what to do.
  public var message: String

  public init(_ message: String, code: Code = .failed) {
    self.code = code
    // One line, whatever a file's name or a library's words contain.
    self.message = message.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  /// Puts what a part below says into a line for people.
  public init(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as ConfigurationError: self.init(error.message, code: .configuration)
    case let failure as StoreFailure: self.init(failure.description)
    case let failure as ConnectorFailure: self.init(failure.description)
    case let failure as EndpointFailure:
      self.init(
        failure.description, code: failure.kind == .configuration ? .configuration : .failed)
    case let failure as CaptureFailure:
      self.init(
        failure.description, code: failure.code == .badFilter ? .configuration : .failed)
    case let violation as RuleViolation: self.init(violation.description)
    default: self.init("\(error)")
    }
  }
}
