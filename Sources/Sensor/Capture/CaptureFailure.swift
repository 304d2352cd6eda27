/// Why a capture could not be opened or read: what was attempted, on what, and what to do.
public struct CaptureFailure: Error, Hashable, Sendable {
  public enum Code: Sendable {
    case cannotOpen, cannotRead, notACapture, noCaptures, cannotWrite, badFilter
  }

  public var code: Code
  public var path: String
  public var reason: String

  public init(_ code: Code, _ path: String, _ reason: String) {
    self.code = code
    self.path = path
    self.reason = reason
  }
}

extension CaptureFailure: CustomStringConvertible {
  public var description: String {
    switch code {
    case .cannotOpen: "cannot open \(path): \(reason)"
    case .cannotRead: "cannot read \(path): \(reason)"
    case .notACapture: "\(path) is no capture: \(reason)"
    case .noCaptures: "no captures in \(path): \(reason)"
    case .cannotWrite: "cannot write \(path): \(reason)"
    case .badFilter: "filter \(path) cannot be used: \(reason)"
    }
  }
}

/// Where a capture was found to be damaged, or not to be read: all before it was processed.
public struct CaptureDamage: Hashable, Sendable {
  public var path: String
  /// Octets from the start of the file.
  public var offset: UInt64
  public var reason: String

  public init(path: String, offset: UInt64, reason: String) {
    self.path = path
    self.offset = offset
    self.reason = reason
  }
}

extension CaptureDamage: CustomStringConvertible {
  public var description: String {
    guard offset > 0 else { return "\(path): \(reason); it was skipped" }
    return "\(path): \(reason) at offset \(offset); all before it was processed"
  }
}
