import ArgumentParser
import Server

/// `crosswatch decode`.
struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Print every message of captures, or write the logs that Zeek would.",
    discussion: """
      Needs no workspace. By default every message is a line of JSON on standard output. With
      --format zeek, requests and answers become rows of kerberos.log, ntlm.log, dns.log, dce_rpc.log,
      smb_files.log, smb_mapping.log, ldap.log and ldap_search.log in the folder of -o, which is made
      where it is not there. A folder that holds such logs is refused: they are never mixed.

      EXAMPLES
        crosswatch decode capture.pcapng
        crosswatch decode capture.pcapng --protocol kerberos ldap
        crosswatch decode night/ --format zeek -o logs
        tcpdump -w - | crosswatch decode -
      """)

  @Argument(help: ArgumentHelp("Captures, folders of captures, or -.", valueName: "PATH"))
  var paths: [String]

  @Option(
    name: .customLong("protocol"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Only these: \(DecodeRun.protocols.joined(separator: ", ")).", valueName: "NAME"))
  var protocols: [String] = []

  @Option(help: ArgumentHelp("Lines of JSON, or Zeek's logs: json, zeek.", valueName: "FORMAT"))
  var format = "json"

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The folder for Zeek's logs.", valueName: "DIR"))
  var output: String?

  func validate() throws {
    guard ["json", "zeek"].contains(format) else {
      throw ValidationError("--format must be json or zeek, found \(format).")
    }
    guard (format == "zeek") == (output != nil) else {
      throw ValidationError("--format zeek needs -o DIR, and -o DIR needs --format zeek.")
    }
  }

  func run() throws {
    try DecodeRun(
      paths: paths, protocols: protocols, zeekFolder: output, console: Console()
    ).run().exitIfNeeded()
  }
}
