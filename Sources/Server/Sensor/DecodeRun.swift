import Sensor

/// `crosswatch decode`: every message as a line of JSON, or rows of Zeek's logs.
public struct DecodeRun {
  private let paths: [String]
  private let protocols: [String]
  private let zeekFolder: String?
  private let console: Console

  /// The protocols that lines can be of, by their `proto`.
  public static let protocols = [
    "kerberos", "ntlmssp", "dns", "nbns", "dcerpc", "smb", "ldap", "cldap",
  ]

  /// With a folder for Zeek's logs, nothing goes to standard output.
  public init(paths: [String], protocols: [String], zeekFolder: String?, console: Console) {
    self.paths = paths
    self.protocols = protocols
    self.zeekFolder = zeekFolder
    self.console = console
  }

  public func run() throws -> Ending {
    for name in protocols where !DecodeRun.protocols.contains(name) {
      throw Failure(
        "no protocol is called '\(name)'; known: \(DecodeRun.protocols.joined(separator: ", "))",
        code: .configuration)
    }
    var decoder = try Decoder(paths: paths, protocols: protocols)
    if let zeekFolder {
      try writeLogs(of: &decoder, into: zeekFolder)
    } else {
      while let lines = try decoder.next() { try console.write(lines) }
    }
    for damage in decoder.damages { console.note("crosswatch: \(damage)") }
    return decoder.damages.isEmpty ? .done : .damaged
  }

  /// Writes the logs, each of which appears whole or not at all.
  private func writeLogs(of decoder: inout Decoder, into path: String) throws {
    var folder = try ZeekFolder(path)
    do {
      var logs = ZeekLogs()
      while let lines = try decoder.next() {
        logs.take(lines)
        try folder.write(logs.takeText())
      }
      logs.finish()
      try folder.write(logs.takeText())
      try folder.keep()
    } catch {
      folder.discard()
      throw error
    }
  }
}
