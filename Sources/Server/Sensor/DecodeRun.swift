import Sensor

/// `crosswatch decode`: every message as a line of JSON.
public struct DecodeRun {
  private let paths: [String]
  private let protocols: [String]
  private let console: Console

  /// The protocols that lines can be of, by their `proto`.
  public static let protocols = [
    "kerberos", "ntlmssp", "dns", "nbns", "dcerpc", "smb", "ldap", "cldap",
  ]

  public init(paths: [String], protocols: [String], console: Console) {
    self.paths = paths
    self.protocols = protocols
    self.console = console
  }

  public func run() throws -> Ending {
    for name in protocols where !DecodeRun.protocols.contains(name) {
      throw Failure(
        "no protocol is called '\(name)'; known: \(DecodeRun.protocols.joined(separator: ", "))",
        code: .configuration)
    }
    var decoder = try Decoder(paths: paths, protocols: protocols)
    while let lines = try decoder.next() { try console.write(lines) }
    for damage in decoder.damages { console.note("crosswatch: \(damage)") }
    return decoder.damages.isEmpty ? .done : .damaged
  }
}
