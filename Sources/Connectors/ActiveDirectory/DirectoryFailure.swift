/// Why a directory could not be read: at which controller, and what to do.
public struct DirectoryFailure: Error, Hashable, Sendable {
  public enum Code: String, Sendable {
    /// No connection.
    case unreachable
    case timedOut
    /// TLS failed, or the certificate is not to be trusted.
    case untrusted
    /// The name or the password is wrong, or the account may not log on.
    case wrongCredentials
    /// The controller refuses to do this, or to do it for this account.
    case refused
    /// The base does not exist.
    case notFound
    /// The controller is busy or ends.
    case unavailable
    /// The answer is not what the protocol says.
    case malformed
    case overLimit
    /// The settings cannot work.
    case misconfigured
  }

  public var code: Code
  /// Its URL; nil where no controller is concerned.
  public var controller: String?
  public var reason: String

  public init(_ code: Code, controller: String? = nil, _ reason: String) {
    self.code = code
    self.controller = controller
    self.reason = reason
  }

  /// Whether another controller may do better: the same wrong password would only lock the account.
  var isOfOneController: Bool {
    switch code {
    case .unreachable, .timedOut, .untrusted, .unavailable, .malformed: true
    case .wrongCredentials, .refused, .notFound, .overLimit, .misconfigured: false
    }
  }
}

extension DirectoryFailure: CustomStringConvertible {
  /// One line: controller, reason.
  public var description: String { [controller, reason].compactMap { $0 }.joined(separator: ": ") }
}
